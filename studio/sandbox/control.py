"""The control endpoint: faults, money, limits and the books, for people and tests on this machine.

No key is needed; the caller must come from the loopback, by a local name, not
through a proxy, and with the header X-Sandbox-Control, which no other site's
page can send.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import WSGIEnvironment

from studio.sandbox import VERSION, accounts, books, counts, digits, jobs
from studio.sandbox.accounts import Account, BadAccount
from studio.sandbox.answers import Answer, of_json
from studio.sandbox.catalogue import CATALOGUE, STAGES
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import BadFault
from studio.sandbox.plans import Opening
from studio.sandbox.provider import Provider
from studio.sandbox.shelf import Shelf
from studio.sandbox.storm import Storm, read_storm

FOLDER = "/control"
LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}
LARGEST_BODY = 256 * 1024  # bytes
ONE_KEY = re.compile(r"/keys/([^/]+)(/faults|/top-up|/storm)?")

Body = Mapping[str, Any]


class Control:
    """Answers under /control."""

    def __init__(self, provider: Provider, shelf: Shelf, changed: Callable[[], None]) -> None:
        """`changed` is called after anything was changed here."""
        self._provider = provider
        self._shelf = shelf
        self._changed = changed

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """The answer to one request; raises ApiError (400, 403, 404, 405)."""
        admit(environ)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(FOLDER)
        body = _body(environ) if method in ("POST", "PUT") else {}
        query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        try:
            with self._provider.store.transaction() as db:
                self._provider.settle()
                said = self._do(db, method, path.rstrip("/"), body, query)
        except (BadFault, BadAccount) as error:
            raise ApiError(400, str(error)) from None
        if method != "GET":
            self._changed()
        return of_json(200, said)

    def _do(
        self, db: sqlite3.Connection, method: str, path: str, body: Body, query: Mapping[str, str]
    ) -> Any:
        one = ONE_KEY.fullmatch(path)
        if one:
            account = accounts.find(db, one[1])
            if account is None:
                raise ApiError(404, f"There is no key {one[1]!r}.")
            return self._key(db, method, account, one[2] or "", body)
        if method == "GET" and path[1:] in books.LISTS:
            return {path[1:]: books.rows(db, path[1:], query.get("key"), _since(query))}
        actions: dict[tuple[str, str], Callable[[], Any]] = {
            ("GET", ""): lambda: self._index(db),
            ("GET", "/faults"): lambda: {
                "faults": [asdict(kind) for kind in CATALOGUE.values()],
                "stages": STAGES,
            },
            ("GET", "/keys"): lambda: {"keys": [self._shown(db, each) for each in accounts.every(db)]},
            ("POST", "/keys"): lambda: self.open_key(db, body),
            ("GET", "/summary"): lambda: counts.summary(db, _keys(db, query), _window(db, query)),
            ("GET", "/bought"): lambda: counts.bought(db, _keys(db, query), _by(query)),
            ("POST", "/reset"): lambda: self._reset(db),
        }
        action = actions.get((method, path))
        if action is None:
            known = any(path == other for _, other in actions) or path[1:] in books.LISTS
            raise ApiError(405 if known else 404, f"There is no {method} {FOLDER}{path}.")
        return action()

    def _key(self, db: sqlite3.Connection, method: str, account: Account, part: str, body: Body) -> Any:
        board = self._provider.board
        if (method, part) == ("PUT", "/faults"):
            board.put(account.key, _faults(body))
        elif (method, part) == ("DELETE", "/faults"):
            board.put(account.key, [])
        elif (method, part) == ("PUT", "/storm"):
            board.put_storm(account.key, read_storm(body))
        elif (method, part) == ("DELETE", "/storm"):
            board.put_storm(account.key, None)
        elif (method, part) == ("POST", "/top-up"):
            accounts.change(db, account, {"credits": account.credits + _whole(body, "credits")})
        elif (method, part) == ("PUT", ""):
            accounts.change(db, account, body)
        elif method != "GET" or part == "/top-up":
            raise ApiError(405, f"A key's {part or 'record'} does not take {method}.")
        if part == "/faults":
            return {"faults": board.of(account.key)}
        if part == "/storm":
            return {"storm": _stormy(board.storm(account.key))}
        return self._shown(db, accounts.find(db, account.key) or account)

    def _index(self, db: sqlite3.Connection) -> dict[str, Any]:
        shown = [self._shown(db, account) for account in accounts.every(db)]
        return {
            "version": VERSION,
            "latency": self._provider.latency,
            "fast": self._shelf.fast,
            "ready_made": self._shelf.ready_made,
            "keys": shown,
        }

    def _shown(self, db: sqlite3.Connection, account: Account) -> dict[str, Any]:
        return {
            **asdict(account),
            "running": jobs.running(db, account.id, self._provider.clock()),
            "available": self._provider.available(db, account),
            "faults": self._provider.board.of(account.key),
            "storm": _stormy(self._provider.board.storm(account.key)),
        }

    def open_key(self, db: sqlite3.Connection, body: Body) -> dict[str, Any]:
        """Opens the key that `body` describes; raises ApiError or BadAccount."""
        key = body.get("key")
        if not isinstance(key, str) or not re.fullmatch(r"sbx_[A-Za-z0-9_]{1,60}", key):
            raise ApiError(400, "key must be sbx_ and letters, digits or underscores")
        beside = body.get("account_of")
        if beside is not None:
            self._add_key(db, key, str(beside))
        else:
            accounts.open_one(
                db,
                Opening(
                    name=key.removeprefix("sbx_"),
                    plan=str(body.get("plan", "free")),
                    credits=_whole(body, "credits", 500),
                    keys={key: None},
                ),
            )
        account = accounts.find(db, key)
        assert account is not None
        return self._shown(db, account)

    def _add_key(self, db: sqlite3.Connection, key: str, beside: str) -> None:
        owner = accounts.find(db, beside)
        if owner is None:
            raise ApiError(404, f"There is no key {beside!r}.")
        if accounts.find(db, key):
            raise BadAccount("an account or key of that name exists already")
        accounts.add_key(db, owner.id, key)

    def _reset(self, db: sqlite3.Connection) -> dict[str, Any]:
        self._provider.store.wipe()
        accounts.open_all(db)
        self._provider.board.load()
        self._shelf.clear()
        return self._index(db)


def admit(environ: WSGIEnvironment) -> None:
    """Raises ApiError(403) for anybody but a program on this machine."""
    at_home(environ, "control endpoint")
    if not environ.get("HTTP_X_SANDBOX_CONTROL"):
        raise ApiError(403, "The header X-Sandbox-Control is missing.")
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin"):
        raise ApiError(403, "The control endpoint answers no other site's page.")


def at_home(environ: WSGIEnvironment, what: str) -> None:
    """Raises ApiError(403) for callers from elsewhere, by another name, or through a proxy."""
    caller = environ.get("REMOTE_ADDR", "")
    host = _host(environ.get("HTTP_HOST", ""))
    if not (caller.startswith("127.") or caller == "::1") or "HTTP_X_FORWARDED_FOR" in environ:
        raise ApiError(403, f"The {what} answers this machine only.")
    if not (host in LOCAL_NAMES or host.endswith(".test")):  # .test: in process, never in the DNS
        raise ApiError(403, f"The {what} answers to a local name only.")


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _body(environ: WSGIEnvironment) -> dict[str, Any]:
    length = digits.number(environ.get("CONTENT_LENGTH") or "0")
    if length is None or length > LARGEST_BODY:
        raise ApiError(400, f"The body must have {LARGEST_BODY} bytes at most.")
    raw = environ["wsgi.input"].read(length)
    try:
        value = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise ApiError(400, "The body must be JSON.") from None
    if not isinstance(value, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return value


def _faults(body: Body) -> list[dict[str, Any]]:
    faults = body.get("faults")
    if not isinstance(faults, list) or not all(isinstance(one, dict) for one in faults):
        raise ApiError(400, "faults must be a list of objects")
    return faults


def _whole(body: Body, name: str, usual: int | None = None) -> int:
    value = body.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiError(400, f"{name} must be a whole number")
    return value


def _since(query: Mapping[str, str]) -> int:
    since = digits.number(query.get("since", "0"))
    if since is None:
        raise ApiError(400, "since must be a number")
    return since


def _stormy(storm: Storm | None) -> dict[str, Any] | None:
    return asdict(storm) if storm else None


def _keys(db: sqlite3.Connection, query: Mapping[str, str]) -> list[str]:
    """The keys that `?key=` or `?account=` (any key of it) name; none for every key."""
    if "account" in query:
        account = accounts.find(db, query["account"])
        if account is None:
            raise ApiError(404, f"There is no key {query['account']!r}.")
        return counts.keys_of(db, account)
    return [query["key"]] if "key" in query else []


def _window(db: sqlite3.Connection, query: Mapping[str, str]) -> float:
    """`?window=` in seconds; else what the named account takes for a minute."""
    account = accounts.find(db, query.get("key", query.get("account", "")))
    usual = account.window_seconds if account else counts.MINUTE
    try:
        seconds = float(query.get("window", usual))
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ApiError(400, "window must be a number of seconds")
    return seconds


def _by(query: Mapping[str, str]) -> str:
    by = query.get("by", "webhook_url")
    if by not in counts.BY:
        raise ApiError(400, f"by must be one of {', '.join(counts.BY)}")
    return by
