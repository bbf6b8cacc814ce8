"""The one ear: a reply, a status and a webhook all become a `Generation` and all end in `absorb`.

Being told twice is normal. The guarded move says whether this telling was the one that counted;
only then is anything settled, released or rung, in the same transaction.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from studio import prepared
from studio.doitong import Generation, Status
from studio.generation import leases, line, pricing, queue
from studio.generation.models import LET_GO, Job, Purchase
from studio.generation.states import Reason, State
from studio.logs.about import about

log = logging.getLogger(__name__)

SAVE_GRACE = timedelta(seconds=10)  # how long the bell may take before the sweep rings again
FIRST_TIME = Q(completed_at=None)  # a picture that was told of is not told of anew (HOOK-08)
UNANSWERED = frozenset({State.SENDING, State.UNKNOWN})
NEVER_NAMED = Q(reason=Reason.GIVEN_UP, remote_id="")
MAY_FAIL = frozenset({State.SENDING, State.PROCESSING, State.UNKNOWN, State.OVERDUE})
_NAMED = prepared.Change(
    lambda: Purchase.objects.filter(pk=prepared.uuid("purchase")), remote_id=prepared.text("remote_id")
)
CONTRADICTED = frozenset({State.SAVING, State.DONE})


def absorb(
    job: Job,
    generation: Generation,
    *,
    now: datetime,
    held_by: UUID | None = None,
    goes_on: bool = False,
    may_ask: bool = False,
) -> bool:
    """Take in what the provider says of a job; return whether it was news.

    `held_by` is the claim of the worker that asked, so that one whose lease ran out changes nothing.
    With `goes_on` that worker fetches a finished picture itself: it keeps its claim, and no bell rings.
    `may_ask` is for a webhook: a price that it does not name is still to be asked for (S55).
    """
    ear = _Ear(now=now, held_by=held_by, fetcher=held_by if goes_on else None, may_ask=may_ask)
    with about(job=job.pk), transaction.atomic():
        try:
            news = _absorbed(job, generation, ear)
        except _OtherJobsId:  # PRV-07: which of the two it means is not known
            log.warning("job %s: the provider named the id of another job", job.pk)
            return job.lose("Doitong answered with the id of another image.", held_by=held_by)
    if news and generation.anomalies:  # said once, not at every question about a job that stands still
        log.warning("job %s: the provider's answer had %s", job.pk, ", ".join(generation.anomalies))
    return news


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ear:
    """When it was heard, under whose claim, who fetches the picture, and whether its price may wait."""

    now: datetime
    held_by: UUID | None
    fetcher: UUID | None
    may_ask: bool


class _OtherJobsId(Exception):
    """The id that the provider named is that of another job of the key."""


def _absorbed(job: Job, generation: Generation, ear: _Ear) -> bool:
    if generation.status is Status.FAILED:
        return _failed(job, generation, ear.now)
    if generation.status is Status.COMPLETED and generation.url:
        return _completed(job, generation, ear)
    return _accepted(job, generation, ear.now, ear.held_by)  # completed without a url: asked again (S44)


def _move(job: Job, to: State, generation: Generation, **fields: Any) -> bool:
    """Move the job under the id that the provider names. Raises _OtherJobsId; nothing is changed then."""
    return _named(job, generation, partial(job.move, to, **fields))


def _ended(job: Job, generation: Generation, **fields: Any) -> bool:
    """Finish a cancelled job under that id, as `Job.end_waiting`. Raises as `_move`."""
    return _named(job, generation, partial(job.end_waiting, **fields))


def _named(job: Job, generation: Generation, change: Callable[..., bool]) -> bool:
    fresh = job.remote_id != generation.remote_id
    try:
        with transaction.atomic():
            changed = change(remote_id=generation.remote_id)
    except IntegrityError:
        raise _OtherJobsId from None
    if changed and fresh:
        _NAMED(purchase=job.purchase, remote_id=generation.remote_id)
    return changed


def _accepted(job: Job, generation: Generation, now: datetime, held_by: UUID | None) -> bool:
    """Wait for it. An answer that came after its worker's lease ran out is the very one that was missed.

    Whoever gave the job up meanwhile did not know its name at the provider: now it can be asked for.
    """
    accepted = {**LET_GO, "answered_at": now, "reason": "", "detail": ""}
    told = partial(_move, job, State.PROCESSING, generation, **accepted)
    moved = told(held_by=held_by, only_from=UNANSWERED)
    if moved or held_by is None:
        return moved
    given_up = partial(told, only_from={State.FAILED}, where=NEVER_NAMED, finished_at=None)
    return told(only_from={State.UNKNOWN}) or given_up()


def _completed(job: Job, generation: Generation, ear: _Ear) -> bool:
    """Have the picture fetched, by the worker that says so or by the next one that is free."""
    now, fetcher = ear.now, ear.fetcher
    cost = pricing.cost_of(job, generation, may_ask=ear.may_ask)
    told = {"cost": cost, "completed_at": _within(job.sent_at, generation.completed_at, now)}
    moved = _move(
        job,
        State.SAVING,
        generation,
        where=FIRST_TIME,
        claim=fetcher,
        lease_until=now + (leases.LEASE if fetcher else SAVE_GRACE),
        saves=1 if fetcher else 0,
        not_before=None,
        finished_at=None,
        reason="",
        detail="",
        possibly_charged=False,
        remote_url=generation.url,
        **told,
    )
    if moved and not fetcher:
        queue.ring_save(job.pk)
    if not moved and not _ended(job, generation, also_late=True, finished_at=now, **told):
        return pricing.confirm(job, generation, may_ask=ear.may_ask)
    _close(job, cost, generation, now)
    return True


def _within(sent_at: datetime | None, said: datetime | None, now: datetime) -> datetime:
    """Return when it was done: no provider's clock makes that the future, or before it was asked for."""
    return max(min(said or now, now), sent_at or now)


def _failed(job: Job, generation: Generation, now: datetime) -> bool:
    cost = generation.credit_cost or 0  # S94: some providers charge for failures too
    moved = _move(
        job,
        State.FAILED,
        generation,
        **LET_GO,
        only_from=_may_fail(job),
        reason=Reason.PROVIDER,
        detail=(generation.error_message or "Doitong could not make this image.")[:400],
        cost=cost,
        finished_at=now,
    )
    if not moved and not _ended(job, generation, also_late=cost > 0, cost=cost, finished_at=now):
        _contradicted(job)
        return False
    _close(job, cost, generation, now)
    return True


def _may_fail(job: Job) -> frozenset[State]:
    """A job that is being sent again fails by its own answer: this may be about the try before (HOOK-08)."""
    return MAY_FAIL - {State.SENDING} if job.tries > 1 else MAY_FAIL


def _contradicted(job: Job) -> None:
    if Job.objects.filter(pk=job.pk, purchase=job.purchase, state__in=CONTRADICTED).exists():
        log.warning("job %s: the provider says that what it had completed has failed", job.pk)


def _close(job: Job, cost: int | None, generation: Generation, now: datetime) -> None:
    """End the hold of a job that ended, unless its price is still to be asked for."""
    if cost is None:
        Purchase.objects.filter(pk=job.purchase).update(told_at=now)
    else:
        pricing.book(job, cost, generation)
    line.call_next(job.key, now)  # a slot is free
