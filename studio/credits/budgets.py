"""Budgets as people know them: how much room they leave, who sets them, who may raise them (D6, D8, D22).

Each change has a reason and a line in the audit trail, and never begins a history anew: what a budget's
window saw before it was made is counted from the ledger. Touches budgets, their counters and the trail.
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.credits import counting
from studio.credits.errors import TooHigh
from studio.credits.models import Budget, Scope
from studio.credits.rooms import Booked, Room, applying, room
from studio.credits.windows import Period, window

__all__ = ["Room", "applying", "locked", "on_change", "put"]

_changes: list[Callable[[], object]] = []


def on_change(callback: Callable[[], object]) -> None:
    """Have the callback called after the commit each time a budget was made, raised, lowered or removed.

    One that fails is logged and undoes nothing.
    """
    if callback not in _changes:
        _changes.append(callback)


def locked(member_id: UUID, project_id: UUID | None, key_id: UUID | None) -> list[Room]:
    """Return the same with the counters taken until the commit; the account is locked before."""
    booked = Booked(member_id=member_id, project_id=project_id, key_id=key_id, at=timezone.now())
    return [room(budget, counter, "", booked.at) for budget, counter in counting.standing(booked)]


@transaction.atomic
def put(
    scope: Scope,
    subject: UUID | None,
    period: Period,
    limit: int | None,
    *,
    by: Member,
    reason: str,
    own: bool = False,
) -> Budget | None:
    """Set a limit, in credits; None takes the budget away. Returns what stands then.

    Raises ValueError for a limit below 0 or an empty reason, TooHigh for an own limit above the team's.
    """
    if limit is not None and limit < 0:
        raise ValueError("A limit is 0 credits or more.")
    if not reason.strip():
        raise ValueError("A change of a budget needs a reason.")  # D11
    counting.stop_bookings()
    if own and limit is not None:
        _below_the_teams(subject, period, limit)
    found = Budget.objects.filter(scope=scope, subject=subject, period=period, own=own).first()
    before = found.limit if found else None
    if limit is None:
        if found:
            found.delete()
        stands = None
    else:
        stands = found or Budget(scope=scope, subject=subject, period=period, own=own)
        stands.limit, stands.by, stands.changed_at = limit, by, timezone.now()
        stands.save()
        counting.begin([(stands, window(period, stands.changed_at))])
    if before != limit:
        _note(stands or found, before, limit, by, reason)
    return stands


def _below_the_teams(subject: UUID | None, period: Period, limit: int) -> None:
    teams = Budget.objects.filter(scope=Scope.MEMBER, subject=subject, period=period, own=False).first()
    if teams is not None and limit > teams.limit:
        raise TooHigh(teams.limit)


def _note(budget: Budget | None, before: int | None, after: int | None, by: Member, reason: str) -> None:
    if budget is None:
        return
    Event.note(
        Verb.BUDGET_CHANGED if after is not None else Verb.BUDGET_REMOVED,
        who=by,
        subject=budget.subject or "",
        of=budget.scope,
        period=budget.period,
        own=int(budget.own),
        before=before,
        after=after,
        reason=reason.strip()[:200],
    )
    for callback in _changes:
        transaction.on_commit(partial(callback), robust=True)
