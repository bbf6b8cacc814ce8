"""Held jobs go on by themselves: when a key works again, and when credits were added (S48, S49).

Registered with the rooms that learn of it first; both callbacks run after their commit.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from studio.accounts import keys
from studio.accounts.models import Key, KeyState
from studio.credits import ledger
from studio.credits.models import Account
from studio.generation import queue
from studio.generation.models import Job
from studio.generation.states import Reason, State


def register() -> None:
    """Ask the rooms below to tell; called once at start."""
    keys.on_good(key_works)
    ledger.on_top_up(credits_added)


def key_works(key: Key) -> None:
    """Put back in line what waited for this key, or for one that it took the place of.

    A job that was held under a key put away since goes on with the new one: nothing was bought yet.
    """
    waiting = Job.objects.filter(state=State.HELD, reason__in=[Reason.KEY, Reason.CREDITS])
    owner = Q(key__member_id=key.member_id)
    for job in waiting.filter(owner).order_by("member_id", "created_at", "position"):
        _resume(job, key)
    queue.ring_submit(key.pk)


def credits_added(member_id: UUID) -> None:
    """Put back in line, oldest first, as many of a member's held jobs as their credits now pay for."""
    held = list(
        Job.objects.filter(member_id=member_id, state=State.HELD, reason=Reason.CREDITS)
        .select_related("key")
        .order_by("created_at", "position")
    )
    room = Account.objects.get(pk=member_id).available if held else 0
    if room < 0:
        return  # what is held already is more than there is
    for key in {job.key for job in held if job.key.state == KeyState.NO_CREDITS}:
        keys.mark_ok(key)  # a person added credits: the provider is asked once more
    for job in held:
        _resume(job, job.key)


def _resume(job: Job, key: Key) -> None:
    with transaction.atomic():
        if job.move(State.QUEUED, only_from={State.HELD}, key=key, reason="", detail="", not_before=None):
            queue.ring_submit(key.pk)
