"""What a document says of jobs and accounts. Pure; believes nothing that it has not checked.

The provider promises one format and shows several (S39, S79): the object may stand under `generate`,
`generateImage`, `generateimage`, an alias, or bare. Missing and mistyped fields become None, and
where that matters a word in `Generation.anomalies`.
"""

import re
from collections.abc import Mapping

from studio.doitong.document import LARGEST_INT
from studio.doitong.scrub import Scrubber
from studio.doitong.times import read_time
from studio.doitong.values import Account, Generation, Status

LARGEST_COST = 10_000  # credits (PRV-06)
LONGEST_URL = 2048
ANOMALIES = {
    "credit_cost_refused": "the provider named a cost that cannot be believed",
    "url_refused": "the provider named a picture's address that is no address",
    "completed_without_url": "the provider says completed and names no picture",
    "unknown_status": "the provider named a status that is not documented",
    "errors_beside_data": "the provider sent errors beside the job",
}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_JOB_NAMES = ("generate", "generateimage")
_FAILED = {"failed", "error", "cancelled", "canceled", "rejected", "expired"}  # S43
_KNOWN = _FAILED | {"processing", "queued", "completed"}


def is_id(value: object) -> bool:
    """Whether `value` can be a job's id at the provider (PRV-07)."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def find_job(document: Mapping[str, object]) -> Mapping[str, object] | None:
    """The one object that describes a job, wherever in the document it stands."""
    return _find(document, names=_JOB_NAMES, mark="id")


def read_generation(job: Mapping[str, object], scrubber: Scrubber) -> Generation | None:
    """What `job` says, or None where it has no id that could be one."""
    remote_id = job.get("id")
    if not isinstance(remote_id, str) or not is_id(remote_id):
        return None
    status, raw_status = _status(job)
    url = _url(job.get("url"))
    cost = _cost(job.get("creditCost"))
    error_code, error_message = _error(job.get("error"), scrubber)
    return Generation(
        remote_id=remote_id,
        status=status,
        raw_status=raw_status,
        url=url,
        credit_cost=cost,
        created_at=read_time(job.get("createdAt")),
        completed_at=read_time(job.get("completedAt")),
        error_code=error_code,
        error_message=error_message,
        anomalies=_anomalies(job, status, raw_status, url, cost),
        raw=dict(job),
    )


def read_account(document: Mapping[str, object], scrubber: Scrubber) -> Account | None:
    """Plan and balance, or None where the document tells neither (S90)."""
    account = _find(document, names=("account",), mark="credits") or {}
    plan = scrubber.message(account.get("plan"))
    credit = count(account.get("credits"))
    return None if plan is None and credit is None else Account(plan=plan, credits=credit)


def count(value: object) -> int | None:
    """A number of credits: a whole number, not negative, or None. True is not 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST_INT else None


def _find(
    document: Mapping[str, object], *, names: tuple[str, ...], mark: str
) -> Mapping[str, object] | None:
    data = document.get("data", document)
    if not isinstance(data, dict):
        return None
    objects = {name.lower(): item for name, item in data.items() if isinstance(item, dict)}
    named = [objects[name] for name in names if name in objects]
    if named:
        return named[0]
    if mark in data:
        return data
    return next(iter(objects.values())) if len(objects) == 1 and "data" in document else None


def _status(job: Mapping[str, object]) -> tuple[Status, str]:
    said = job.get("status")
    raw = said.strip().lower()[:64] if isinstance(said, str) else ""
    if raw in _FAILED:
        return Status.FAILED, raw
    # S23: the short form of the answer has no status at all; there a picture means that it is done.
    if raw == "completed" or (said is None and _url(job.get("url"))):
        return Status.COMPLETED, raw
    return Status.PROCESSING, raw


def _url(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL:
        return None
    return value if value.isprintable() and " " not in value else None


def _cost(value: object) -> int | None:
    cost = count(value)
    return cost if cost is not None and cost <= LARGEST_COST else None


def _error(error: object, scrubber: Scrubber) -> tuple[str | None, str | None]:
    if isinstance(error, dict):
        return scrubber.message(error.get("code")), scrubber.message(error.get("message"))
    return None, scrubber.message(error)


def _anomalies(
    job: Mapping[str, object], status: Status, raw_status: str, url: str | None, cost: int | None
) -> tuple[str, ...]:
    seen = {
        "credit_cost_refused": job.get("creditCost") is not None and cost is None,
        "url_refused": job.get("url") is not None and url is None,
        "completed_without_url": status is Status.COMPLETED and url is None,
        "unknown_status": job.get("status") is not None and raw_status not in _KNOWN,
    }
    return tuple(word for word, holds in seen.items() if holds)
