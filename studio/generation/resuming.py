"""Jobs go on by themselves: when a key works or is replaced, and when there are credits (S48, S49, D18).

Registered with the rooms that learn of it first; both callbacks run after their commit, in the
request of the person who brought it about: so jobs are moved by the hundred in one transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched, groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from studio.accounts import keys
from studio.accounts.models import Key, KeyState
from studio.credits import budgets, ledger
from studio.credits.purse import Purse
from studio.generation import limits, queue, unpaid
from studio.generation.models import Job, Pulse
from studio.generation.states import Reason, State

AT_ONCE = 100  # jobs in one transaction: others may write in between


def register() -> None:
    """Ask the rooms below to tell; called once at start."""
    keys.on_good(key_works)
    keys.on_tried(limits.note_tried)
    ledger.on_top_up(credits_added)
    budgets.on_change(room_made)


def key_works(key: Key) -> None:
    """Put back in line what waited for this key, or for one that it took the place of.

    A job in line for a key put away since, or held under it, goes on with the new one: nothing was
    bought yet. What is held for want of credits goes on as far as they reach; where the books say that
    nothing is left for it, they may be behind the provider, and the first answer tells.
    """
    for former in Key.objects.filter(
        member=key.member_id, state=KeyState.DISABLED, jobs__state=State.QUEUED
    ).distinct():
        take_over(former, key)
    held = _held().filter(Q(key__member_id=key.member_id))
    _resume(held.filter(reason=Reason.KEY), key)
    for _, waiting in groupby(held.filter(reason=Reason.CREDITS), key=lambda job: job.member_id):
        those = list(waiting)
        _resume(_paid_for(those) or _with_hold(those), key)
    queue.ring_submit(key.pk)


def credits_added(member_id: UUID) -> None:
    """Put back in line, oldest first, as many of a member's held jobs as their credits now pay for."""
    held = list(_held().filter(member_id=member_id, reason=Reason.CREDITS).select_related("key"))
    paid_for = _paid_for(held)
    for key in {job.key for job in paid_for}:
        if key.state == KeyState.NO_CREDITS:
            keys.mark_ok(key)  # a person added credits: the provider is asked once more
        _resume([job for job in paid_for if job.key_id == key.pk], key)


def credits_freed(now: datetime) -> None:
    """Let jobs that nothing is put aside for go on, oldest first (D18). For the watcher.

    With what other jobs gave back, with a budget that was raised, or in its next window.
    """
    waiting = _held().filter(reason=Reason.CREDITS, key__state=KeyState.OK).select_related("key")
    held = list(waiting.order_by("created_at", "position"))
    bare = unpaid.without_hold(held)
    for job in _paid_for([job for job in held if job.pk in bare]):
        _resume([job], job.key)


def room_made() -> None:
    """Let go on what a budget that was changed has room for now."""
    credits_freed(timezone.now())


def take_over(former: Key, key: Key) -> None:
    """Let what waits in line for a key that was put away wait for the one in its place."""
    waiting = Job.objects.filter(key=former, state=State.QUEUED)
    with transaction.atomic():
        limits.lock(former)  # no job of it is being claimed meanwhile
        for member_id in sorted(set(waiting.values_list("member_id", flat=True))):
            waiting.filter(member_id=member_id).update(key=key, version=Pulse.advance(member_id))
        queue.ring_submit(key.pk)


def _held() -> QuerySet[Job]:
    """Return the held jobs, each member's oldest first, the members in the order of their locks."""
    held = Job.objects.filter(state=State.HELD).select_related("run", "member")
    return held.order_by("member_id", "created_at", "position")


def _with_hold(held: list[Job]) -> list[Job]:
    bare = unpaid.without_hold(held)
    return [job for job in held if job.pk not in bare]


def _paid_for(held: list[Job]) -> list[Job]:
    """Return as many of these held jobs as fit into what jobs under way and budgets leave, in their order.

    One that nothing is put aside for costs what its size costs now. The balance may be less than what
    is held, once the provider has named its own figure (S49).
    """
    amounts = ledger.held_for(job.purchase for job in held)
    bare = unpaid.prices_now(job for job in held if job.purchase not in amounts)
    purse = Purse()
    for job in held:
        purse.put_back(job.member_id, amounts.get(job.purchase, 0))
    return [job for job in held if _fits(purse, job, amounts.get(job.purchase), bare.get(job.pk, 0))]


def _fits(purse: Purse, job: Job, kept: int | None, price: int) -> bool:
    if kept is not None:
        return purse.pays(job.member_id, kept)
    return purse.takes(job.member_id, job.run.project_id, job.key_id, price)


def _resume(held: Iterable[Job], key: Key) -> None:
    for jobs in batched(held, AT_ONCE):
        with transaction.atomic():
            bare = unpaid.without_hold(jobs)
            costs = unpaid.prices_now(job for job in jobs if job.pk in bare)
            for job in jobs:
                if job.pk in bare:
                    unpaid.go_on(job, key, costs[job.pk])
                else:
                    job.move(State.QUEUED, only_from={State.HELD}, key=key, reason="", detail="")
            queue.ring_submit(key.pk)
