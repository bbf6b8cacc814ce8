"""Pauses: a person stops new sends, everybody's, a key's or a member's; what runs goes on (B15).

A send asks in its own transaction whether a pause is over it, so that a pause holds everywhere from
its commit on. Touches pauses, the audit trail and the pulses of those whose jobs wait.
"""

import unicodedata
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Event, Key, Member, Verb
from studio.generation import queue
from studio.generation.models import Job, Pause, Pulse
from studio.generation.states import LIVE, State

LONGEST_REASON = 200  # characters


@transaction.atomic
def pause(by: Member, *, key: Key | None = None, member: Member | None = None, reason: str = "") -> Pause:
    """Let nothing new be sent of a key or a member, or with neither nothing at all. Twice is one pause.

    Raises PermissionDenied: credit admins and owners pause everything, any key and anybody; others
    themselves alone. Raises ValueError for a key and a member together.
    """
    if key is not None and member is not None:
        raise ValueError("a pause is a key's or a member's")
    _may_steer(by, key=key, member=member)
    present = _open().filter(key=key, member=member).first()
    if present is not None:
        return present
    made = Pause.objects.create(key=key, member=member, by=by, reason=_worded(reason))
    Event.note(Verb.QUEUE_PAUSED, who=by, subject=made.pk, of=_subject(made), reason=made.reason)
    _tell(made)
    return made


@transaction.atomic
def resume(pause: Pause, by: Member) -> bool:
    """End a pause, and any other of the same subject; what waited is sent. Whether it was open.

    Raises PermissionDenied as `pause`, but for a member whom somebody else paused: that one stays.
    """
    _may_steer(by, key=pause.key, member=pause.member)
    if pause.by_id != by.pk and not by.is_admin:
        raise PermissionDenied("A credit admin or an owner paused this, and ends it.")
    same = _open().filter(key=pause.key_id, member=pause.member_id)
    if not same.update(ended_at=timezone.now(), ended_by=by):
        return False
    Event.note(Verb.QUEUE_RESUMED, who=by, subject=pause.pk, of=_subject(pause))
    _tell(pause)
    for key_id in (
        _under(pause).filter(state=State.QUEUED).order_by().values_list("key", flat=True).distinct()
    ):
        queue.ring_submit(key_id)
    return True


def open_pauses() -> list[Pause]:
    """Return the pauses that hold now, with their names for a banner. One query."""
    return _PRESENT()


def pause_over(subject: Job | Key | Member, pauses: Sequence[Pause] | None = None) -> Pause | None:
    """Return the pause that holds back a job, a key or a member, the widest first; None where none does.

    `pauses` are the open ones, where the caller has asked for them already.
    """
    held = [one for one in (open_pauses() if pauses is None else pauses) if _is_over(one, subject)]
    return min(held, key=lambda one: (one.key_id is not None) + 2 * (one.member_id is not None), default=None)


def not_paused(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Return of these jobs what no pause is over. One small query more."""
    keys, members = list[UUID](), list[UUID]()
    for key_id, member_id in _SUBJECTS():
        if not key_id and not member_id:
            return jobs.none()
        (keys if key_id else members).append(key_id or member_id)
    if keys:
        jobs = jobs.exclude(key__in=keys)
    return jobs.exclude(member__in=members) if members else jobs


def any_open() -> bool:
    """Say whether anything is paused. One small query."""
    return bool(_SUBJECTS())


def _open() -> QuerySet[Pause]:
    return Pause.objects.filter(ended_at=None)


_SUBJECTS = prepared.Rows(lambda: _open().values_list("key_id", "member_id"))
_PRESENT = prepared.Rows(
    lambda: _open().select_related("by", "key", "key__member", "member").order_by("created_at")
)


def _is_over(pause: Pause, subject: Job | Key | Member) -> bool:
    match subject:
        case Job():
            keys, members = {None, subject.key_id}, {None, subject.member_id}
        case Key():
            keys, members = {None, subject.pk}, {None, subject.member_id}
        case _:
            keys, members = {None}, {None, subject.pk}
    return pause.key_id in keys and pause.member_id in members


def _worded(reason: str) -> str:
    """Return a reason as one line of what every database keeps and a banner shows (INP-01)."""
    seen = "".join(c for c in reason if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join(seen.split())[:LONGEST_REASON]


def _may_steer(by: Member, *, key: Key | None, member: Member | None) -> None:
    if by.is_admin or (key is None and member is not None and member.pk == by.pk):
        return
    raise PermissionDenied("Only a credit admin or an owner pauses more than their own jobs.")


def _subject(pause: Pause) -> str:
    if pause.member_id:
        return f"member {pause.member_id}"
    return f"key {pause.key_id}" if pause.key_id else "everything"


def _under(pause: Pause) -> QuerySet[Job]:
    jobs = Job.objects.filter(key=pause.key_id) if pause.key_id else Job.objects.all()
    return jobs.filter(member=pause.member_id) if pause.member_id else jobs


def _tell(pause: Pause) -> None:
    """Let the pages of all whose jobs are under way ask again; everyone locks in one order."""
    live = _under(pause).filter(state__in=LIVE)
    for member_id in sorted(live.order_by().values_list("member", flat=True).distinct()):
        Pulse.advance(member_id)
