"""What a person may do to a job: cancel, retry, give up, begin early. Each says whether it did it.

What is done to many at once is in `batches`. Before anything was sent a cancel costs nothing. Once it
was sent, the provider charges it: to cancel is to stop waiting, and the hold stays until the provider
says what it cost (B12).
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts import keys
from studio.accounts.models import Key, KeyState
from studio.credits import ledger, prices
from studio.generation import queue, unpaid
from studio.generation.leases import LEASE
from studio.generation.models import Job, Pulse, Purchase, Run
from studio.generation.states import BEFORE_SENDING, Reason, State

RETRIED = frozenset({State.FAILED, State.CANCELLED, State.UNKNOWN})
DOUBTFUL = frozenset({State.UNKNOWN, State.OVERDUE})
UNDER_WAY = frozenset({State.PROCESSING, State.OVERDUE})


@transaction.atomic
def cancel(job: Job) -> bool:
    """Take a job out of the line, or stop waiting for one that is under way."""
    return withdraw(job) or stop_waiting(job)


@transaction.atomic
def withdraw(job: Job) -> bool:
    """Take a job out of the line before it is sent: it costs nothing."""
    moved = job.move(
        State.CANCELLED, only_from=BEFORE_SENDING, reason="", detail="", finished_at=timezone.now()
    )
    if moved and ledger.open_hold(job.purchase) is not None:
        ledger.release(job.purchase, reason="cancelled before it was sent")
    return moved


@transaction.atomic
def stop_waiting(job: Job) -> bool:
    """Wait no more for a job that the provider is making; its hold stays until the price is known."""
    return job.move(State.CANCELLED, only_from=UNDER_WAY, reason="", detail="", finished_at=None)


@transaction.atomic
def retry(job: Job) -> bool:
    """Try a job again on the same card. One whose picture was paid for is only fetched again.

    Raises NotEnoughCredits where a new hold is needed and there is no room for it.
    """
    if job.state == State.HELD:
        return _back_in_line(job)
    if job.state == State.FAILED and job.reason == Reason.SAVE:
        return _save_again(job)
    if job.state not in RETRIED:
        return False
    if job.state == State.CANCELLED and job.finished_at is None:
        return False  # the provider is still making it, and its hold is open
    return _buy_again(job)


@transaction.atomic
def give_up(job: Job) -> bool:
    """End a job of which nothing is known, or nothing in time: its hold is released.

    The doubt stays written on it (B11, B20).
    """
    moved = job.move(
        State.FAILED, only_from=DOUBTFUL, possibly_charged=True,
        reason=Reason.GIVEN_UP, detail="Given up by hand.", finished_at=timezone.now(),
    )  # fmt: skip
    if moved:
        ledger.release(job.purchase, reason="given up; possibly charged by the provider")
    return moved


def begin(jobs: Iterable[Job]) -> int:
    """Let jobs that wait for their run's time go now (B22); return how many did. Their `run` is loaded."""
    waiting = [job for job in jobs if job.not_before is not None and job.not_before == job.run.starts_at]
    begun = 0
    with transaction.atomic():
        for member_id in sorted({job.member_id for job in waiting}):
            mine = [job.pk for job in waiting if job.member_id == member_id]
            rows = Job.objects.filter(pk__in=mine, state=State.QUEUED).exclude(not_before=None)
            begun += rows.update(not_before=None, version=Pulse.advance(member_id))
        for key_id in sorted({job.key_id for job in waiting}):
            queue.ring_submit(key_id)
    return begun


def begin_run(run: Run) -> int:
    """Let a run that waits for its time begin now; return how many of its jobs did."""
    if run.starts_at is None:
        return 0
    with transaction.atomic():
        begun = begin(run.jobs.filter(state=State.QUEUED).select_related("run"))
        Run.objects.filter(pk=run.pk).update(starts_at=None)
    run.starts_at = None
    return begun


def _back_in_line(job: Job) -> bool:
    key = _key_of(job)
    if unpaid.without_hold([job]):
        moved = unpaid.into_line(job, key, unpaid.prices_now([job])[job.pk])
    else:
        moved = job.move(State.QUEUED, only_from={State.HELD}, key=key, reason="", detail="")
    if moved:
        queue.ring_submit(key.pk)
    return moved


def _key_of(job: Job) -> Key:
    """Return the key it goes on with: its own while that is in use, else the member's of now."""
    if job.key.state != KeyState.DISABLED:
        return job.key
    return keys.key_for(job.member) or job.key


def _save_again(job: Job) -> bool:
    moved = job.move(
        State.SAVING, only_from={State.FAILED},
        reason="", detail="", saves=0, claim=None, finished_at=None, lease_until=timezone.now() + LEASE,
    )  # fmt: skip
    if moved:
        queue.ring_save(job.pk)
    return moved


def _buy_again(job: Job) -> bool:
    """Release what an unknown outcome still held, and hold anew under a new reference."""
    before, old = State(job.state), job.purchase
    key, purchase = _key_of(job), uuid.uuid4()
    moved = job.move(
        State.QUEUED, only_from={before}, key=key, purchase=purchase,
        charged_late=F("charged_late") + Coalesce(F("cost"), 0),  # what it cost so far stays said (D12)
        reason="", detail="", tries=0, saves=0, cost=None, remote_id="",
        remote_url="", not_before=None, sent_at=None, answered_at=None, completed_at=None, finished_at=None,
    )  # fmt: skip
    if moved:
        job.refresh_from_db(fields=["charged_late"])
        if before == State.UNKNOWN:
            ledger.release(old, reason="sent again by hand; possibly charged by the provider")
        Purchase.objects.create(pk=purchase, job=job)
        amount = prices.price_range(job.width, job.height, job.quality).high
        anew = [ledger.Hold(reference=purchase, amount=amount)]
        ledger.hold(job.member, anew, key_id=key.pk, project_id=job.run.project_id)
        queue.ring_submit(key.pk)
    return moved
