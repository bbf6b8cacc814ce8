"""Faults of the request, accept and answer stages: what they do to one API answer.

Which ones strike is drawn inside the request's transaction, together with what
it did; what they do to the wire happens after it was committed.
"""

from __future__ import annotations

from typing import Any

from studio.sandbox.answers import Answer, Manner, of_json
from studio.sandbox.catalogue import CATALOGUE
from studio.sandbox.errors import ApiError, ConnectionDropped, NeverAnswered
from studio.sandbox.faults import Setting, Subject
from studio.sandbox.provider import short_of_credits
from studio.sandbox.visit import Visit

REFUSALS = tuple(name for name in CATALOGUE if name.startswith("http_"))
ACCEPTED = tuple(name for name, kind in CATALOGUE.items() if kind.stage == "accept")
BODIES = ("html", "invalid_json", "empty_body", "json_list")
MANNERS: dict[str, Manner] = {"slow_body": "slow", "drip": "drip", "cut_body": "cut"}

HTML = (
    b"<!doctype html><html><head><title>Oops</title></head><body><h1>Something went wrong</h1></body></html>"
)
JOB_SIGNS = {"id", "status", "url", "creditCost", "createdAt", "metadata"}


class Refused(ApiError):
    """A refusal that a fault asked for; `retry_after` is the header's value, if any."""

    def __init__(self, setting: Setting, cause: ApiError) -> None:
        super().__init__(cause.status, cause.message, **cause.facts)
        self.retry_after = None if setting.retry_after is None else str(setting.retry_after)


class BadLuck(Exception):
    """The request came to the wire fault `setting` (drop or hang) before it was looked at."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting.name)
        self.setting = setting


def before(visit: Visit, subject: Subject) -> None:
    """The request stage.  Raises Refused or BadLuck; `drain` only changes the credits."""
    board, key = visit.provider.board, visit.account.key
    drain = board.take(key, "drain", subject)
    if drain:
        visit.drain_to(int(drain.value))
    wire = board.first(key, ("drop", "hang"), subject)
    if wire:
        raise BadLuck(wire)
    refusal = board.first(key, REFUSALS, subject)
    if refusal:
        raise Refused(refusal, _cause(visit, int(refusal.name.removeprefix("http_"))))


def _cause(visit: Visit, status: int) -> ApiError:
    if status == 402:
        available = visit.balance()["available"]
        return short_of_credits(available + 1, available)
    if status == 429:
        return ApiError(429, "Rate limit exceeded", limit="requests")
    messages = {401: "Missing or invalid API key.", 500: "Internal server error, please retry."}
    return ApiError(status, messages.get(status, f"The sandbox was told to answer {status}."))


def after_accept(visit: Visit) -> Setting | None:
    """The accept stage: the fault that strikes, where a job was accepted."""
    if not visit.accepted:
        return None
    return visit.provider.board.first(visit.account.key, ACCEPTED, "submit")


def on_the_wire(setting: Setting) -> None:
    """Drops or hangs, for `drop`, `hang`, `accept_then_drop` and `accept_then_hang`; else nothing."""
    if setting.name.endswith("drop"):
        raise ConnectionDropped
    if setting.name.endswith("hang"):
        raise NeverAnswered(float(setting.value))


def accepted_then(setting: Setting) -> tuple[int, dict[str, Any]]:
    """Status and body of `accept_then_500` and its like; status 0 where nothing is sent."""
    last = setting.name.rpartition("_")[2]
    if not last.isdigit():
        return 0, {}
    refusal = ApiError(int(last), "Something went wrong, please retry.")
    return refusal.status, refusal.body()


def spoil(visit: Visit, subject: Subject, status: int, body: dict[str, Any], *, graphql: bool) -> Answer:
    """The answer stage: writes the answer, with the key's faults in it."""
    board, key = visit.provider.board, visit.account.key
    if status >= 400 and board.take(key, "errors_in_200", subject):
        status = 200
    if graphql and board.take(key, "lowercase_key", subject):
        body = _lower(body)
    body = _fields(visit, subject, body)
    answer = of_json(status, body)
    other = board.first(key, BODIES, subject)
    if other:
        _replace(answer, other, body)
    manner = board.first(key, MANNERS, subject)
    if manner:
        answer.manner = MANNERS[manner.name]
        answer.pause = float(manner.value or 0)
    return answer


def _fields(visit: Visit, subject: Subject, body: dict[str, Any]) -> dict[str, Any]:
    board, key = visit.provider.board, visit.account.key
    missing = board.take(key, "missing_fields", subject)
    if missing:
        body = _each_job(body, lambda job: {k: v for k, v in job.items() if k not in missing.value})
    if board.take(key, "wrong_types", subject):
        body = _each_job(body, lambda job: {k: _other_type(v) for k, v in job.items()})
    if body.get("data") and board.take(key, "partial_data", subject):
        body = {**body, "errors": [{"message": "A part of it failed.", "extensions": {"code": "INTERNAL"}}]}
    return body


def _each_job(body: dict[str, Any], change: Any) -> dict[str, Any]:
    data = body.get("data")
    if not isinstance(data, dict):
        return body
    changed = {
        name: change(value) if isinstance(value, dict) and JOB_SIGNS & set(value) else value
        for name, value in data.items()
    }
    return {**body, "data": changed}


def _other_type(value: Any) -> Any:
    if value is None:
        return 0
    if isinstance(value, str):
        return [value]
    return {"value": str(value)} if isinstance(value, int | float) else "a text"


def _lower(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("data")
    if not isinstance(data, dict) or len(data) != 1:
        return body
    return {**body, "data": {"generateimage": next(iter(data.values()))}}


def _replace(answer: Answer, setting: Setting, body: dict[str, Any]) -> None:
    if setting.name == "html":
        answer.status, answer.body = int(setting.value), HTML
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
    elif setting.name == "invalid_json":
        answer.body = answer.body[:-2]
    elif setting.name == "empty_body":
        answer.status, answer.body = 200, b""
    else:
        answer.body = of_json(200, [body]).body
