"""The one ear: a reply, a status and a webhook all become a `Generation` and all end in `absorb`.

Being told twice is normal. The guarded move says whether this telling was the one that counted;
only then is anything settled, released or rung, in the same transaction.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from studio.credits import ledger, prices
from studio.doitong import Generation, Status
from studio.generation import queue
from studio.generation.models import LET_GO, Job
from studio.generation.states import Reason, State

log = logging.getLogger(__name__)

SAVE_GRACE = timedelta(seconds=10)  # how long the bell may take before the sweep rings again


def absorb(job: Job, generation: Generation, *, now: datetime, held_by: UUID | None = None) -> bool:
    """Take in what the provider says of a job; return whether it was news.

    `held_by` is the claim of the worker that asked, so that one whose lease ran out changes nothing.
    """
    with transaction.atomic():
        try:
            news = _absorbed(job, generation, now, held_by)
        except _OtherJobsId:  # PRV-07: which of the two it means is not known
            log.warning("job %s: the provider named the id of another job", job.pk)
            return job.lose("Doitong answered with the id of another image.", held_by=held_by)
    if news and generation.anomalies:  # said once, not at every question about a job that stands still
        log.warning("job %s: the provider's answer had %s", job.pk, ", ".join(generation.anomalies))
    return news


class _OtherJobsId(Exception):
    """The id that the provider named is that of another job of the key."""


def _absorbed(job: Job, generation: Generation, now: datetime, held_by: UUID | None) -> bool:
    if generation.status is Status.FAILED:
        return _failed(job, generation, now)
    if generation.status is Status.COMPLETED and generation.url:
        return _completed(job, generation, now)
    return _accepted(job, generation, now, held_by)  # completed without a url: asked again (S44)


def _move(job: Job, to: State, generation: Generation, **fields: Any) -> bool:
    """Move the job under the id that the provider names. Raises _OtherJobsId; nothing is changed then."""
    try:
        with transaction.atomic():
            return job.move(to, remote_id=generation.remote_id, **fields)
    except IntegrityError:
        raise _OtherJobsId from None


def _accepted(job: Job, generation: Generation, now: datetime, held_by: UUID | None) -> bool:
    """Wait for it. An answer that came after its worker's lease ran out is the very one that was missed."""
    accepted = {**LET_GO, "answered_at": now, "reason": "", "detail": ""}
    moved = _move(job, State.PROCESSING, generation, held_by=held_by, **accepted)
    if moved or held_by is None:
        return moved
    return _move(job, State.PROCESSING, generation, only_from={State.UNKNOWN}, **accepted)


def _completed(job: Job, generation: Generation, now: datetime) -> bool:
    cost = _cost(job, generation)
    moved = _move(
        job,
        State.SAVING,
        generation,
        cost=cost,
        claim=None,
        lease_until=now + SAVE_GRACE,
        reason="",
        detail="",
        possibly_charged=False,
        remote_url=generation.url,
        completed_at=generation.completed_at or now,
    )
    if moved:
        queue.ring_save(job.pk)
    return _close(job, cost, generation, now, moved=moved)


def _failed(job: Job, generation: Generation, now: datetime) -> bool:
    cost = generation.credit_cost or 0  # S94: some providers charge for failures too
    moved = _move(
        job,
        State.FAILED,
        generation,
        **LET_GO,
        reason=Reason.PROVIDER,
        detail=(generation.error_message or "Doitong could not make this image.")[:400],
        cost=cost,
        finished_at=now,
    )
    return _close(job, cost, generation, now, moved=moved)


def _close(job: Job, cost: int, generation: Generation, now: datetime, *, moved: bool) -> bool:
    """End the hold once: for the job that moved, or for a cancelled one that was still being paid."""
    if not moved and not job.end_waiting(cost=cost, finished_at=now):
        return False
    if cost:
        ledger.settle(job.purchase, cost, reason="" if generation.credit_cost else "price not confirmed")
    elif generation.status is Status.COMPLETED:
        ledger.release(job.purchase, reason="Doitong charged nothing for it")
    else:
        ledger.release(job.purchase, reason="Doitong could not make the image")
    if generation.credit_cost and generation.status is Status.COMPLETED:
        prices.learn(job.width, job.height, job.quality, cost)
    queue.ring_submit(job.key_id)  # a slot is free
    return True


def _cost(job: Job, generation: Generation) -> int:
    """Return what the provider says it cost; where it says nothing credible, what was held (PRV-06)."""
    if generation.credit_cost is not None:
        return generation.credit_cost
    return ledger.open_hold(job.purchase) or 0
