"""Find again what should be moving and is not: the jobs' rows are the truth, the queue only a bell."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from studio.accounts import keys
from studio.accounts.models import Key, KeyState
from studio.credits import ledger
from studio.generation import (
    circuit,
    counts,
    disk,
    latecomers,
    limits,
    line,
    pricing,
    queue,
    rendering,
    resuming,
    risen,
)
from studio.generation.models import Governor, Job, Request
from studio.generation.states import Reason, State

ENOUGH_BELLS = 8
AFTER_A_BELL = timedelta(seconds=0.5)
KEEP_IMAGES = timedelta(days=2)  # what counts for a day of UTC
KEEP_OTHERS = timedelta(minutes=2)  # what counts for a minute alone


def sweep(now: datetime, asked_since: datetime | None = None) -> datetime | None:
    """Look once over everything that may have been dropped. Safe to run anywhere, any number of times.

    `asked_since`: from when on prices were asked for without a gap, None for all along (`pricing`).
    Returns what `unsent` does.
    """
    pricing.confirm_overdue(now, asked_since)
    latecomers.settle_overdue(now, asked_since)
    _unrendered(now)
    there = _states()
    for state, look in LOOKS:
        if state in there:
            look(now)
    return unsent(now) if State.QUEUED in there else None


def _states() -> set[str]:
    """Return the states of the jobs that may have been dropped: mostly none at all. One query."""
    open_jobs = Job.objects.filter(finished_at=None, state__in={state for state, _ in LOOKS})
    return set(open_jobs.order_by().values_list("state", flat=True).distinct())


def prune(now: datetime) -> None:
    """Forget the granted requests that no window counts any more."""
    images = Q(verb=Request.Verb.GENERATE)
    Request.objects.filter(images, at__lt=now - KEEP_IMAGES).delete()
    Request.objects.filter(~images, at__lt=now - KEEP_OTHERS).delete()


def _lost_answers(now: datetime) -> None:
    """A worker died between sending and hearing: the provider may have charged it (B11)."""
    for job in Job.objects.filter(state=State.SENDING, lease_until__lt=now):
        with transaction.atomic():
            job.lose("The studio stopped while Doitong was being asked.", held_by=job.claim)


def _overdue(now: datetime) -> None:
    """A job that never completes frees its slot and keeps its hold (B20)."""
    deadline = now - timedelta(seconds=settings.JOB_DEADLINE_SECONDS)
    for job in Job.objects.filter(state=State.PROCESSING, sent_at__lt=deadline):
        with transaction.atomic():
            if job.move(State.OVERDUE):
                queue.ring_submit(job.key_id)


def _never_told(now: datetime) -> None:
    """A cancelled job that is asked about no more: its hold ends, and the doubt stays written on it."""
    for job in Job.objects.filter(
        state=State.CANCELLED, finished_at=None, sent_at__lte=now - counts.NEWS_WITHIN
    ):
        with transaction.atomic():
            if job.end_waiting(finished_at=now, possibly_charged=True):
                ledger.release(job.purchase, reason="no news of it; possibly charged by the provider")


def _unsaved(now: datetime) -> None:
    """Ring for pictures that nobody fetches, those that waited longest first, while few bells wait."""
    late = Job.objects.filter(state=State.SAVING).filter(Q(lease_until=None) | Q(lease_until__lt=now))
    room = max(ENOUGH_BELLS - queue.waiting(), 0)
    for job in late.order_by(F("lease_until").asc(nulls_first=True))[:room]:
        queue.ring_save(job.pk)


def _unrendered(now: datetime) -> None:
    """Ring for images whose renditions were not drawn after all, while few bells wait."""
    if late := list(rendering.unrendered(now).values_list("pk", flat=True)[:ENOUGH_BELLS]):
        for image_id in late[: max(ENOUGH_BELLS - queue.waiting(), 0)]:
            queue.ring_render(image_id)


def _keyless(now: datetime) -> None:
    """Hold what waits in line for a key that does not work, with the reason (S48, S49).

    Where another key took the place of theirs, they wait for that one instead.
    """
    for former in Key.objects.filter(state=KeyState.DISABLED, jobs__state=State.QUEUED).distinct():
        if (key := keys.key_in_use(former.member)) is not None and key.works:
            resuming.take_over(former, key)
    stuck = Job.objects.filter(state=State.QUEUED).exclude(key__state=KeyState.OK).select_related("key")
    for job in stuck.order_by("member_id"):
        reason = Reason.CREDITS if job.key.state == KeyState.NO_CREDITS else Reason.KEY
        with transaction.atomic():
            detail = job.key.state_reason[:400]
            job.move(State.HELD, only_from={State.QUEUED}, reason=reason, detail=detail)


def _dearer(now: datetime) -> None:
    """Ask before more is spent than was approved (JOB-15)."""
    risen.ask_first()


def unsent(now: datetime) -> datetime | None:
    """Ring for the keys that have jobs to send and may; return when to look again, None where that can wait.

    That is when a key's minute frees, so that none of it is lost, or a little after a bell was rung.
    """
    if disk.short() or queue.waiting() >= ENOUGH_BELLS:
        return None
    again = []
    waiting = line.keys_with_waiting(now)
    governors = Governor.objects.in_bulk([key.account for key in waiting])
    for key in waiting:
        at = limits.sends_at(key, governors.get(key.account), now)
        if at is None or circuit.open_until(key, now):
            continue
        if at <= now:
            queue.ring_submit(key.pk)
        again.append(max(at, now + AFTER_A_BELL))
    return min(again, default=None)


LOOKS: tuple[tuple[State, Callable[[datetime], object]], ...] = (
    (State.SENDING, _lost_answers),
    (State.PROCESSING, _overdue),
    (State.CANCELLED, _never_told),
    (State.QUEUED, _keyless),
    (State.QUEUED, _dearer),
    (State.SAVING, _unsaved),
)
"""In which state something may have been dropped, and how it is looked for; in this order."""
