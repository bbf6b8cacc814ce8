"""The REST paths: submit, status, account, credits (S32-S40, S71, S73).

[decided] Answers stand under `data.generateimage`, as documented for submissions.
"""

from __future__ import annotations

from typing import Any

from studio.sandbox.errors import ApiError
from studio.sandbox.faults import Subject
from studio.sandbox.jobs import Job
from studio.sandbox.visit import LEFT_OUT, Visit

SUBMIT = "/v1/text_to_image"
ACCOUNT, CREDITS = "/v1/account", "/v1/credits"

ACCEPTED_FIELDS = ("id", "status", "url", "webhookUrl", "createdAt")
FULL_FIELDS = (
    "id",
    "status",
    "url",
    "duration",
    "creditCost",
    "metadata",
    "error",
    "webhookUrl",
    "createdAt",
    "completedAt",
)


def subject(method: str, path: str) -> Subject:
    """What a request asks."""
    if path == SUBMIT:
        return "submit"
    if path.startswith(SUBMIT + "/"):
        return "status"
    return "account" if path in (ACCOUNT, CREDITS) else "other"


def methods(path: str) -> tuple[str, ...]:
    """The methods that a path takes; none where there is no such path."""
    if path == SUBMIT:
        return ("POST",)
    return ("GET",) if subject("GET", path) in ("status", "account") else ()


def answer(visit: Visit, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body for one request; raises ApiError."""
    if path == SUBMIT:
        return _one(visit, visit.submit("rest", body))
    if path.startswith(SUBMIT + "/"):
        if visit.switched("status_rest_off"):
            raise ApiError(404, "There is no such path.")
        return _one(visit, visit.find(path.removeprefix(SUBMIT + "/")), full=True)
    return _balance(visit, path)


def _balance(visit: Visit, path: str) -> dict[str, Any]:
    if visit.switched("balance_off"):
        raise ApiError(404, "There is no such path.")
    seen = visit.balance()
    if path == CREDITS:
        return {"data": {"credits": {"available": seen["available"]}}}
    return {"data": {"account": {"plan": seen["plan"], "credits": seen["credits"]}}}


def _one(visit: Visit, job: Job, *, full: bool = False) -> dict[str, Any]:
    said = visit.view(job)
    names = FULL_FIELDS if full or job.status != "processing" else ACCEPTED_FIELDS
    shown = {name: said[name] for name in names}
    if "wrong_cost" in job.faults and shown.get("creditCost") is not None:
        shown["creditCost"] = job.faults["wrong_cost"]
        if shown["creditCost"] == LEFT_OUT:
            del shown["creditCost"]
    return {"data": {"generateimage": shown}}
