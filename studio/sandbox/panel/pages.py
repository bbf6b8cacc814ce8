"""The panel's pages, put together from what the sandbox knows.  Reads only."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from studio.sandbox import accounts, books, counts, governor, jobs
from studio.sandbox.accounts import Account
from studio.sandbox.board import Board
from studio.sandbox.panel import faultform
from studio.sandbox.panel.accountform import account_forms, new_key_form
from studio.sandbox.panel.html import Part, Safe, el, join, table
from studio.sandbox.panel.stormform import storm_form
from studio.sandbox.provider import Provider
from studio.sandbox.stamps import day_start

FOLDER = "/panel"
NEWEST = 12
HEADS = {
    "requests": ("When", "Key", "Asked", "About", "Status", "Refused by"),
    "jobs": ("When", "Key", "Job", "Prompt", "Size", "Status", "Credits", "Faults"),
    "charges": ("When", "Key", "Job", "What", "Credits"),
    "webhooks": ("Due", "Key", "Job", "State", "Tries", "Answer", "Address"),
}
NONE = {
    "requests": "Nobody has asked anything yet.",
    "jobs": "No job yet.",
    "charges": "Nothing was charged yet.",
    "webhooks": "No webhook yet. They are sent for jobs that came with a webhookUrl.",
}


def front(db: sqlite3.Connection, provider: Provider, token: str, note: Part = None) -> Safe:
    """Every key with what it has and may, and the newest lines of the books."""
    keys = accounts.every(db)
    heads = ("Key", "Plan", "Credits", "Takes", "A minute", "At once", "Today", "Charged", "Faults")
    rows = [_key_row(db, provider, account) for account in keys]
    body = [
        el("h1", "Sandbox"),
        el("p", "A Doitong of this machine. Choose a key to change its account or to switch on faults."),
        note,
        el("section", el("h2", "Keys"), table("Keys", heads, rows, "There is no key."), new_key_form(token)),
        _books(db, None),
    ]
    return page("Sandbox", body)


def one_key(
    db: sqlite3.Connection, provider: Provider, account: Account, token: str, note: Part = None
) -> Safe:
    """One key: its figures, its account's forms, its storm, its faults and its lines of the books."""
    board, action = provider.board, f"{FOLDER}/keys/{account.key}"
    set_now = {setting["name"]: setting for setting in board.of(account.key)}
    body = [
        el("nav", el("a", "All keys", href=FOLDER), aria_label="Back"),
        el("h1", el("code", account.key)),
        note,
        _figures(db, provider, account),
        el("section", el("h2", "Account"), account_forms(account, action, token)),
        storm_form(board.storm(account.key), f"{action}/storm", token),
        _faults(set_now, action, token),
        _books(db, account.key),
    ]
    return page(account.key, body)


def _faults(set_now: Mapping[str, Mapping[str, Any]], action: str, token: str) -> Safe:
    send = el("button", "Set these faults", class_="btn btn--primary")
    off = el("button", "All off", class_="btn", name="clear", value="all", formnovalidate=True)
    form = el(
        "form",
        el("input", type="hidden", name="token", value=token),
        faultform.drawn(set_now),
        el("p", send, off, class_="foot"),
        method="post",
        action=f"{action}/faults",
    )
    told = "What is on stays on until it is switched off, also after a restart."
    return el("section", el("h2", "Faults"), el("p", told, class_="quiet"), form)


def _key_row(db: sqlite3.Connection, provider: Provider, account: Account) -> Sequence[Part]:
    now = provider.clock()
    seen = governor.window(db, account, now)
    return (
        el("a", el("code", account.key), href=f"{FOLDER}/keys/{account.key}"),
        [account.plan, " (disabled)" if account.disabled else ""],
        f"{account.credits:,}",
        _takes(account.latency or provider.latency),
        f"{seen.used} of {seen.limit:,}",
        f"{jobs.running(db, account.id, now)} of {account.jobs_at_once:,}",
        _today(db, account, now),
        f"{counts.charged(db, [account.key]):,}",
        _on(provider.board, account.key),
    )


def _today(db: sqlite3.Connection, account: Account, now: float) -> str:
    made = jobs.made_since(db, account.id, day_start(now))
    return f"{made:,}" if account.images_per_day is None else f"{made:,} of {account.images_per_day:,}"


def _on(board: Board, key: str) -> Part:
    on, storm = len(board.of(key)), board.storm(key)
    said = [f"{on} on"] if on else []
    said += [f"storm {storm.rate:g} %"] if storm else []
    return el("span", ", ".join(said), class_="badge badge--on") if said else "none"


def _takes(latency: str) -> str:
    return latency if latency[:1].isalpha() else f"{latency} s"


def _figures(db: sqlite3.Connection, provider: Provider, account: Account) -> Safe:
    now = provider.clock()
    seen, sums = governor.window(db, account, now), counts.summary(db, [account.key])
    minute = "a minute" if account.window_seconds == counts.MINUTE else f"in {account.window_seconds:g} s"
    figures = (
        ("Credits", f"{account.credits:,}", f"{provider.available(db, account):,} free to spend"),
        ("Requests", f"{seen.used} of {seen.limit:,}", f"{minute}, {sums['busiest_window']} at most so far"),
        ("Jobs at once", f"{jobs.running(db, account.id, now)} of {account.jobs_at_once:,}",
         f"{sums['most_jobs_at_once']} at most so far"),
        ("Today", _today(db, account, now), "pictures, by UTC"),
        ("Charged", f"{sums['credits_charged']:,}", "credits, for all time"),
        ("429 answers", f"{sums['answered_429']:,}", f"of {sums['requests']:,} requests"),
    )  # fmt: skip
    made = [
        el("div", el("dt", name), el("dd", el("b", value), el("small", told)), class_="figure")
        for name, value, told in figures
    ]
    return el("dl", made, class_="figures")


def _books(db: sqlite3.Connection, key: str | None) -> Safe:
    parts = []
    for what, none in NONE.items():
        rows = [_LINES[what](row) for row in books.newest(db, what, key, NEWEST)]
        parts.append(el("h3", what.capitalize()))
        parts.append(table(f"Newest {what}", HEADS[what], rows, none))
    again = el("a", "Look again", href=FOLDER if key is None else f"{FOLDER}/keys/{key}")
    return el("section", el("h2", "Newest in the books"), el("p", again), parts)


def when(at: float | None) -> Part:
    """A moment for people: the time, with the day behind it."""
    if at is None:
        return "never"
    moment = datetime.fromtimestamp(at, UTC)
    return el("time", f"{moment:%H:%M:%S}", datetime=moment.isoformat(), title=f"{moment:%Y-%m-%d} UTC")


def _request(row: Mapping[str, Any]) -> Sequence[Part]:
    status = row["status"] or "no answer"
    asked = f"{row['method']} {row['path']}"
    return when(row["at"]), el("code", row["key"]), asked, row["subject"], status, row["refused_by"]


def _job(row: Mapping[str, Any]) -> Sequence[Part]:
    cost = row["price"] if row["cost"] is None else row["cost"]
    return (
        when(row["created_at"]),
        el("code", row["key"]),
        el("code", row["id"]),
        el("span", row["prompt"][:80], class_="prompt"),
        f"{row['width']}×{row['height']} {row['quality']}",
        row["status"],
        cost,
        "" if row["faults"] == "{}" else row["faults"],
    )


def _charge(row: Mapping[str, Any]) -> Sequence[Part]:
    return when(row["at"]), el("code", row["key"]), el("code", row["job_id"]), row["kind"], row["credits"]


def _webhook(row: Mapping[str, Any]) -> Sequence[Part]:
    return (
        when(row["due_at"]),
        el("code", row["key"]),
        el("code", row["job_id"]),
        row["state"],
        row["attempts"],
        row["last_answer"],
        el("span", row["url"], class_="prompt"),
    )


_LINES = {"requests": _request, "jobs": _job, "charges": _charge, "webhooks": _webhook}


def notice(text: str, *, bad: bool = False) -> Safe:
    """A sentence over the page: what was done, or why it was not."""
    return el("p", text, class_="note note--bad" if bad else "note", role="alert" if bad else "status")


def page(title: str, body: Part) -> Safe:
    """A whole page."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title, " · Sandbox" if title != "Sandbox" else ""),
        el("link", rel="icon", href=f"{FOLDER}/icon.svg", type="image/svg+xml"),
        el("link", rel="stylesheet", href=f"{FOLDER}/panel.css"),
    )
    return join([Safe("<!doctype html>"), el("html", head, el("body", el("main", body)), lang="en")])
