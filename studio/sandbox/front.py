"""The front desk of the API: who asks, may they now, what did they ask, what is said (S6-S9, S13, S14).

One request is one transaction: counted, done and logged together or not at all.
The body is read before it begins, so that a slow caller holds up nobody.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIEnvironment

from studio.sandbox import accounts, digits, governor, graph, mischief, rest
from studio.sandbox.accounts import Account
from studio.sandbox.answers import Answer, of_json
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import Setting, Subject
from studio.sandbox.jobs import Job
from studio.sandbox.plans import KEY_PREFIX
from studio.sandbox.provider import Provider
from studio.sandbox.visit import Visit

GRAPHQL = "/graphql"
LARGEST_BODY = 64 * 1024  # bytes [decided]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request as it came in.  `body` is its JSON object, or why it is none."""

    method: str
    path: str
    bearer: str | None
    api_key: str | None
    content_type: str
    raw: bytes
    body: dict[str, Any] | ApiError

    @property
    def graphql(self) -> bool:
        """Whether it came to the GraphQL endpoint."""
        return self.path == GRAPHQL

    @property
    def subject(self) -> Subject:
        """What it is about; a GraphQL request that cannot be read is about nothing."""
        if not self.graphql:
            return rest.subject(self.method, self.path)
        return "other" if isinstance(self.body, ApiError) else graph.subject(self.body)


class FrontDesk:
    """Answers API requests; `accepted` is told of new jobs once they are committed."""

    def __init__(self, provider: Provider, accepted: Callable[[Sequence[Job]], None]) -> None:
        self._provider = provider
        self._accepted = accepted

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """The answer to one request; raises ConnectionDropped or NeverAnswered when told to."""
        ask = read(environ)
        with self._provider.store.transaction() as db:
            self._provider.settle()
            account, refusal = self._identify(db, ask)
            if account is None or refusal:
                return self._turned_away(db, account, refusal or _unknown())
            visit = Visit(provider=self._provider, db=db, account=account)
            with self._provider.board.event(account.key, ask.subject):
                answer, wire = self._serve(visit, ask)
        if visit.accepted:
            self._accepted(visit.accepted)
        if wire:
            mischief.on_the_wire(wire)
        return answer

    def _identify(self, db: sqlite3.Connection, ask: Ask) -> tuple[Account | None, ApiError | None]:
        own, other = (ask.bearer, ask.api_key) if ask.graphql else (ask.api_key, ask.bearer)
        key = own or other
        if key is not None and not key.startswith(KEY_PREFIX):
            return None, ApiError(401, "This is a sandbox: never send a real key here.")
        account = accounts.find(db, key) if key else None
        if account is None or account.disabled:
            return None, _unknown()
        allowed = (GRAPHQL_METHODS if ask.graphql else rest.methods(ask.path)) or None
        if allowed is None:
            return account, ApiError(404, "There is no such path.")
        if ask.method not in allowed:
            return account, ApiError(405, f"{ask.path} takes {', '.join(allowed)} only.")
        if own is None and self._provider.switched(account, "strict"):
            header = "Authorization: Bearer" if ask.graphql else "X-API-Key"
            return account, ApiError(401, f"The key belongs in the header {header}.")
        return account, None

    def _turned_away(self, db: sqlite3.Connection, account: Account | None, refusal: ApiError) -> Answer:
        answer = of_json(refusal.status, refusal.body())
        if refusal.status == 405:
            answer.headers["Allow"] = refusal.message.split(" takes ")[-1].removesuffix(" only.")
        now = self._provider.clock()
        seen = governor.window(db, account, now) if account else governor.stranger(now)
        answer.headers.update(governor.headers(seen, now))
        return answer

    def _serve(self, visit: Visit, ask: Ask) -> tuple[Answer, Setting | None]:
        now, subject = self._provider.clock(), ask.subject
        lowered = visit.switched("lowered_limit")
        number, refusal = self._admit(visit, ask, now, lowered)
        wire: Setting | None = None
        status, body = 0, dict[str, Any]()
        try:
            if refusal:
                raise refusal
            mischief.before(visit, subject)
            status, body = self._do(visit, ask)
        except ApiError as error:
            refusal, status, body = error, error.status, error.body()
        except mischief.BadLuck as luck:
            wire = luck.setting
        hit = mischief.after_accept(visit)
        if hit:
            wire, (status, body) = hit, mischief.accepted_then(hit)
        answer = mischief.spoil(visit, subject, status, body, graphql=ask.graphql)
        self._finish(visit, answer, refusal, now, lowered)
        limit = _limit(body)
        governor.answered(visit.db, number, subject, 0 if wire and status == 0 else answer.status, limit)
        return answer, wire

    def _admit(
        self, visit: Visit, ask: Ask, now: float, lowered: Setting | None
    ) -> tuple[int, ApiError | None]:
        """The request's number in the log, and its refusal where the minute is used up."""
        free = ask.subject == "status" and visit.switched("polls_free") is not None
        refusal: ApiError | None = None
        if not free:
            try:
                governor.check_minute(governor.window(visit.db, visit.account, now, lowered))
            except ApiError as error:
                refusal = error
        counted = not free and refusal is None
        number = governor.note(visit.db, visit.account, now, ask.method, ask.path, counted=counted)
        return number, refusal

    def _do(self, visit: Visit, ask: Ask) -> tuple[int, dict[str, Any]]:
        body = self._body(visit, ask)
        try:
            if ask.graphql:
                return graph.answer(visit, body)
            return 200, rest.answer(visit, ask.path, body)
        except ApiError:
            raise
        except Exception:  # noqa: BLE001 - ours: the terminal gets it, the caller a 500
            traceback.print_exc(file=sys.stderr)
            raise ApiError(500, "The sandbox made a mistake; its terminal says more.") from None

    def _body(self, visit: Visit, ask: Ask) -> dict[str, Any]:
        if ask.method == "GET":
            return {}
        if "json" not in ask.content_type and visit.switched("strict"):
            raise ApiError(400, "Content-Type must be application/json.")
        if isinstance(ask.body, ApiError):
            raise ask.body
        if KEY_PREFIX.encode() in ask.raw and self._holds_a_key(visit.db, ask.raw):
            raise ApiError(400, "An API key stands in the body; send it in a header only.")
        return ask.body

    @staticmethod
    def _holds_a_key(db: sqlite3.Connection, raw: bytes) -> bool:
        return any(row["key"].encode() in raw for row in db.execute("SELECT key FROM keys"))

    def _finish(
        self, visit: Visit, answer: Answer, refusal: ApiError | None, now: float, lowered: Setting | None
    ) -> None:
        if isinstance(refusal, mischief.Refused) and refusal.retry_after is not None:
            answer.headers["Retry-After"] = refusal.retry_after
        if visit.accepted and "sync" in visit.accepted[-1].faults:
            answer.before = max(0.0, visit.accepted[-1].ready_at - now)
        if visit.switched("no_limit_headers"):
            return
        written = visit.switched("reset_format")
        seen = governor.window(visit.db, visit.account, now, lowered)
        limits = governor.headers(seen, now, str(written.value) if written else "epoch")
        if isinstance(refusal, mischief.Refused) and refusal.status == 429:
            limits["X-RateLimit-Remaining"] = "0"
        if visit.switched("bad_limit_headers"):
            limits = dict.fromkeys(limits, "soon")
        answer.headers.update(limits)


GRAPHQL_METHODS = ("POST",)


def _unknown() -> ApiError:
    return ApiError(401, "Missing or invalid API key.")


def _limit(body: dict[str, Any]) -> str | None:
    """Which limit refused the request, from the body that says so."""
    for error in body.get("errors") or ():
        limit = (error.get("extensions") or {}).get("limit")
        if limit:
            return str(limit)
    return None


def read(environ: WSGIEnvironment) -> Ask:
    """The request, its body read to the end (64 KiB at most)."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    raw, refusal = _raw(environ)
    return Ask(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", ""),
        bearer=token.strip() if scheme.lower() == "bearer" and token.strip() else None,
        api_key=environ.get("HTTP_X_API_KEY", "").strip() or None,
        content_type=environ.get("CONTENT_TYPE", "").lower(),
        raw=raw,
        body=refusal or _object(raw),
    )


def _raw(environ: WSGIEnvironment) -> tuple[bytes, ApiError | None]:
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return b"", ApiError(400, "The body must come with a Content-Length.")
    length = digits.number(environ.get("CONTENT_LENGTH") or "0")
    if length is None:
        return b"", ApiError(400, "Content-Length must be a number.")
    if length > LARGEST_BODY:
        return b"", ApiError(400, f"The body must have {LARGEST_BODY} bytes at most.")
    raw = environ["wsgi.input"].read(length)
    if len(raw) < length:
        return b"", ApiError(400, "The body ended too early.")
    return raw, None


def _object(raw: bytes) -> dict[str, Any] | ApiError:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return ApiError(400, "The body must be JSON.")
    return value if isinstance(value, dict) else ApiError(400, "The body must be a JSON object.")
