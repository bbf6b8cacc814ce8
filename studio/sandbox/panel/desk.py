"""The panel's door: which address shows or does what.

A form that was good is answered with a redirect to its page, so that a reload
repeats nothing; one that was not is answered with its page and a sentence.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from studio.sandbox import accounts, digits
from studio.sandbox.accounts import Account, BadAccount
from studio.sandbox.answers import Answer
from studio.sandbox.control import Control
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import BadFault
from studio.sandbox.panel import accountform, faultform, pages, stormform
from studio.sandbox.panel.guard import SHIELDS, Guard
from studio.sandbox.panel.html import Safe, el
from studio.sandbox.panel.pages import FOLDER, notice
from studio.sandbox.provider import Provider
from studio.sandbox.storm import read_storm

LARGEST_FORM = 256 * 1024  # bytes
MOST_FIELDS = 2_000
ONE_KEY = re.compile(rf"{FOLDER}/keys/(sbx_[A-Za-z0-9_]{{1,60}})(?:/(account|top-up|drain|faults|storm))?")
FILES = {"panel.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
SAID = {
    "account": "The account is saved.",
    "top-up": "The credits are there.",
    "drain": "The account owns what you set.",
    "faults": "The faults are as shown.",
    "storm": "The storm is as shown.",
    "keys": "The key is open.",
}
Form = Mapping[str, str]


class Panel:
    """Answers under /panel, and sends the front door there."""

    def __init__(self, provider: Provider, control: Control, changed: Callable[[], None]) -> None:
        """`changed` is called after anything was changed here."""
        self._provider = provider
        self._control = control
        self._changed = changed
        self._guard = Guard()

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """The answer to one request; a refusal is a page as well."""
        try:
            self._guard.admit(environ)
            return self._answer(environ)
        except ApiError as refusal:
            said = [el("h1", "Not here"), notice(refusal.message, bad=True), el("a", "All keys", href=FOLDER)]
            return _html(refusal.status, pages.page("Not here", said))

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
        if path == "":
            return _see(FOLDER)
        name = path.removeprefix(f"{FOLDER}/")
        if method in ("GET", "HEAD"):
            return _file(name) if name in FILES else self._show(path, environ.get("QUERY_STRING", ""))
        if method != "POST":
            raise ApiError(405, "A page takes GET, a form takes POST.")
        form = _form(environ)
        self._guard.admit_change(environ, form)
        answer = self._change(path, form)
        self._changed()
        return answer

    def _show(self, path: str, query: str) -> Answer:
        said = SAID.get(parse_qs(query).get("said", [""])[0])
        with self._provider.store.transaction() as db:
            self._provider.settle()
            return _html(200, self._page(db, path, notice(said) if said else None))

    def _page(self, db: sqlite3.Connection, path: str, note: Safe | None) -> Safe:
        if path in (FOLDER, f"{FOLDER}/keys"):
            return pages.front(db, self._provider, self._guard.token, note)
        one = ONE_KEY.fullmatch(path)
        account = accounts.find(db, one[1]) if one else None
        if account is None:
            raise ApiError(404, "There is no such page, or no such key.")
        return pages.one_key(db, self._provider, account, self._guard.token, note)

    def _change(self, path: str, form: Form) -> Answer:
        one = ONE_KEY.fullmatch(path)
        try:
            with self._provider.store.transaction() as db:
                if one is None:
                    return self._open(db, path, form)
                account = accounts.find(db, one[1])
                if account is None:
                    raise ApiError(404, "There is no such key.")
                self._do(db, account, one[2], form)
                return _see(f"{FOLDER}/keys/{account.key}?said={one[2]}")
        except (BadFault, BadAccount) as error:
            note = notice(f"Nothing was changed: {error}.", bad=True)
        with self._provider.store.transaction() as db:
            return _html(422, self._page(db, path, note))

    def _open(self, db: sqlite3.Connection, path: str, form: Form) -> Answer:
        if path != f"{FOLDER}/keys":
            raise ApiError(404, "There is no such form.")
        wanted = {
            name: form[name].strip() for name in ("key", "plan", "account_of") if form.get(name, "").strip()
        }
        try:
            made = self._control.open_key(db, wanted)
        except ApiError as refusal:
            raise BadAccount(refusal.message.rstrip(".")) from None
        return _see(f"{FOLDER}/keys/{made['key']}?said=keys")

    def _do(self, db: sqlite3.Connection, account: Account, what: str | None, form: Form) -> None:
        board = self._provider.board
        if what == "account":
            accounts.change(db, account, accountform.read_account(account, form))
        elif what in ("top-up", "drain"):
            amount: Any = faultform.number(form.get("credits"), None)
            base = account.credits if what == "top-up" else 0
            accounts.change(db, account, {"credits": base + amount if isinstance(amount, int) else amount})
        elif what == "faults":
            board.put(account.key, [] if "clear" in form else faultform.read_form(form))
        elif what == "storm":
            storm = None if "clear" in form else read_storm(stormform.read_form(form))
            board.put_storm(account.key, storm)
        else:
            raise ApiError(405, "This page takes no form.")


def _html(status: int, whole: Safe) -> Answer:
    headers = {"Content-Type": "text/html; charset=utf-8", **SHIELDS}
    return Answer(status=status, body=whole.encode(), headers=headers)


def _see(place: str) -> Answer:
    return Answer(status=303, headers={"Location": place, **SHIELDS})


def _file(name: str) -> Answer:
    body = (Path(__file__).parent / name).read_bytes()
    return Answer(status=200, body=body, headers={**SHIELDS, "Content-Type": FILES[name]})


def _form(environ: WSGIEnvironment) -> dict[str, str]:
    length = digits.number(environ.get("CONTENT_LENGTH") or "0")
    if length is None or length > LARGEST_FORM:
        raise ApiError(413, f"A form has {LARGEST_FORM} bytes at most.")
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        raise ApiError(415, "A form is sent as application/x-www-form-urlencoded.")
    raw = environ["wsgi.input"].read(length)
    try:
        found = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ApiError(400, "The form cannot be read.") from None
    return {name: values[-1] for name, values in found.items()}
