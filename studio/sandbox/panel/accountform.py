"""The forms of an account: what it is, money at once, and a key more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.sandbox.accounts import Account
from studio.sandbox.panel.faultform import number
from studio.sandbox.panel.html import Part, Safe, choose, el, field
from studio.sandbox.plans import PLANS

LIMITS = ("requests_per_minute", "jobs_at_once", "images_per_day")


def account_forms(account: Account, action: str, token: str) -> Part:
    """What can be set of an account, and its credits by a button."""
    return [_settings(account, action, token), el("div", _money(action, token), class_="row")]


def hidden(token: str) -> Safe:
    """The token that every form carries."""
    return el("input", type="hidden", name="token", value=token)


def _settings(account: Account, action: str, token: str) -> Safe:
    fields = [
        field(
            "Plan", choose("plan", "plan", PLANS, account.plan), "plan", "another plan brings its own limits"
        ),
        _field("Requests a minute", "requests_per_minute", account.requests_per_minute),
        _field("Jobs at once", "jobs_at_once", account.jobs_at_once),
        _field("Pictures a day", "images_per_day", account.images_per_day, hint="empty: without limit"),
        _field("A minute lasts, s", "window_seconds", f"{account.window_seconds:g}"),
        _field(
            "A job takes",
            "latency",
            account.latency,
            text=True,
            hint="instant, real, 2, 0.5-1.5; empty: usual",
        ),
        _field(
            "Webhook secret",
            "webhook_secret",
            account.webhook_secret,
            text=True,
            hint="empty: the key itself",
        ),
    ]
    box = el("input", type="checkbox", name="disabled", id="disabled", checked=account.disabled)
    off = el("div", box, el("label", "Disabled: the key is answered 401", for_="disabled"), class_="check")
    send = el("p", el("button", "Save account", class_="btn btn--primary"), class_="foot")
    parts = [hidden(token), el("div", fields, class_="fields"), off, send]
    return el("form", parts, method="post", action=f"{action}/account", class_="card")


def _field(label: str, name: str, value: Any, *, text: bool = False, hint: str = "") -> Safe:
    kind: dict[str, Any] = (
        {"type": "text", "maxlength": 200} if text else {"type": "number", "min": 0, "step": "any"}
    )
    shown = "" if value is None else value
    described = f"{name}-hint" if hint else None
    made = el(
        "input", name=name, id=name, value=shown, aria_describedby=described, autocomplete="off", **kind
    )
    return field(label, made, name, hint)


def _money(action: str, token: str) -> list[Safe]:
    return [
        _sum(f"{action}/top-up", token, "Top up by", "top-up-credits", 100, "Top up"),
        _sum(f"{action}/drain", token, "Drain to", "drain-credits", 0, "Drain"),
    ]


def _sum(action: str, token: str, label: str, place: str, value: int, button: str) -> Safe:
    made = el("input", type="number", name="credits", id=place, value=value, min=0, step=1, required=True)
    parts = [hidden(token), field(f"{label}, credits", made, place), el("button", button, class_="btn")]
    return el("form", parts, method="post", action=action, class_="card line")


def new_key_form(token: str) -> Safe:
    """Opens a key: on an account of its own, or on that of another key."""
    name = el(
        "input", type="text", name="key", id="new-key", value="sbx_", required=True,
        pattern="sbx_[A-Za-z0-9_]{1,60}", maxlength=64, autocomplete="off", aria_describedby="new-key-hint",
    )  # fmt: skip
    beside = el("input", type="text", name="account_of", id="beside", maxlength=64, autocomplete="off",
                aria_describedby="beside-hint")  # fmt: skip
    parts = [
        hidden(token),
        field("New key", name, "new-key", "begins with sbx_; never a real key"),
        field("Plan", choose("plan", "new-plan", PLANS, "starter"), "new-plan"),
        field("On the account of", beside, "beside", "a key; empty: an account of its own"),
        el("button", "Open key", class_="btn"),
    ]
    return el("form", parts, method="post", action="/panel/keys", class_="card line")


def read_account(account: Account, form: Mapping[str, str]) -> dict[str, Any]:
    """What a sent form changes; a new plan comes with its own limits.  Raises BadFault for no number."""
    texts = {name: form.get(name, "").strip() or None for name in ("latency", "webhook_secret")}
    wanted: dict[str, Any] = {**texts, "disabled": "disabled" in form}
    if form.get("window_seconds"):
        wanted["window_seconds"] = number(form["window_seconds"], None)
    if form.get("plan", account.plan) != account.plan:
        return {**wanted, "plan": form["plan"]}
    return {**wanted, **{name: number(form.get(name), None) for name in LIMITS}}
