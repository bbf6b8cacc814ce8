"""The ledger's verbs: grant, adjust, hold, settle, release, correct, charge late, refund. Whole credits.

Each verb is one transaction and may be said twice: (reference, kind) is unique, and a hold ends
once, in the database (D1 to D3, LED-01 to LED-11, LED-16). Touches accounts and entries; knows no job.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from studio.accounts.models import Event, Member, Project, Verb
from studio.credits import budgets
from studio.credits.booking import book, book_holds, book_once, first_of, locked_account
from studio.credits.errors import (
    BudgetExceeded,
    LedgerError,
    NoSuchHold,
    NotEnoughCredits,
    OtherBooking,
    ProjectArchived,
)
from studio.credits.models import ENDS, Entry, Kind

__all__ = [
    "BudgetExceeded",
    "Hold",
    "LedgerError",
    "NoSuchHold",
    "NotEnoughCredits",
    "OtherBooking",
    "ProjectArchived",
    "adjust",
    "available",
    "charge_late",
    "correct_to",
    "grant",
    "held_at_first",
    "held_for",
    "hold",
    "on_top_up",
    "open_hold",
    "refund",
    "release",
    "settle",
]

_top_ups: list[Callable[[UUID], object]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """So many credits put aside under this reference."""

    reference: UUID
    amount: int


def on_top_up(callback: Callable[[UUID], object]) -> None:
    """Have the callback told a member's id, after the commit, each time a person gave them credits.

    A correction to the provider's figure is none: nobody paid for more. A callback that fails is
    logged and does not undo the booking.
    """
    if callback not in _top_ups:
        _top_ups.append(callback)


@transaction.atomic
def grant(member: Member, amount: int, *, actor: Member, reason: str, reference: UUID) -> Entry:
    """Put credits in; return the entry, the first one where it is said twice.

    Raises ValueError for an amount below 1 or an empty reason, OtherBooking where the reference
    was a grant of another amount or to another member.
    """
    if amount < 1:
        raise ValueError("A grant is at least 1 credit.")
    return _by_hand(Kind.GRANT, member, amount, actor=actor, reason=reason, reference=reference)


@transaction.atomic
def adjust(
    member: Member,
    amount: int,
    *,
    actor: Member | None,
    reason: str,
    reference: UUID,
    key_id: UUID | None = None,
) -> Entry:
    """Correct the balance up or down; errors as `grant`, ValueError for 0.

    `key_id` is the key whose account at the provider it brings the books in step with (D13).
    """
    if amount == 0:
        raise ValueError("An adjustment changes something.")
    return _by_hand(
        Kind.ADJUST, member, amount, actor=actor, reason=reason, reference=reference, key_id=key_id
    )


@transaction.atomic
def correct_to(member: Member, figure: int, *, reason: str, key_id: UUID | None = None) -> Entry | None:
    """Adjust so that the balance is the figure that the provider named (S49); None if it was."""
    difference = figure - locked_account(member.pk).balance
    if difference == 0:
        return None
    return adjust(member, difference, actor=None, reason=reason, reference=uuid4(), key_id=key_id)


@transaction.atomic
def hold(
    member: Member,
    holds: Sequence[Hold],
    *,
    key_id: UUID | None,
    project_id: UUID | None = None,
    now: datetime | None = None,
) -> None:
    """Put credits aside for all of these, or for none; references held before are left as they are.

    What ends a hold, or comes after its end, is booked on the hold's own key and project, and counts
    in the windows of `now`, this moment unless it is named (LED-13).
    Raises NotEnoughCredits with the amounts, BudgetExceeded where a budget has no room, ProjectArchived
    where its project spends nothing more, OtherBooking where a reference was held with another amount
    or for another member, ValueError for an amount below 1 or a reference named twice.
    """
    asked = {one.reference: one.amount for one in holds}
    if len(asked) < len(holds) or any(amount < 1 for amount in asked.values()):
        raise ValueError("A hold is at least 1 credit, and each reference is named once.")
    account = locked_account(member.pk)
    standing = first_of(list(asked), [Kind.HOLD])
    if any(e.account_id != account.pk or e.held != asked[e.reference] for e in standing.values()):
        raise OtherBooking
    like = partial(Entry, account=account, kind=Kind.HOLD, key_id=key_id, project_id=project_id)
    now = now or timezone.now()
    fresh = [
        like(reference=reference, held=amount, created_at=now, opened_at=now)
        for reference, amount in asked.items()
        if reference not in standing
    ]
    if fresh and project_id is not None:
        _refuse_archived(project_id, sum(one.held for one in fresh))
    if not book_holds(account, fresh):
        raise NotEnoughCredits(needed=sum(one.held for one in fresh), available=account.available)


def _refuse_archived(project_id: UUID, needed: int) -> None:
    archived = Project.objects.filter(pk=project_id, archived_at__isnull=False)
    if (name := archived.values_list("name", flat=True).first()) is not None:
        raise ProjectArchived(name, needed=needed)


def available(member: Member, *, key_id: UUID | None = None, project_id: UUID | None = None) -> int:
    """Return what may be held for such work, in credits; nobody else takes of it until the commit.

    It is what the account has free, or what the tightest budget leaves.
    """
    account = locked_account(member.pk)
    rooms = budgets.locked(member.pk, project_id, key_id)
    return min([account.available, *(room.left for room in rooms)])


def settle(reference: UUID, cost: int, *, reason: str = "") -> bool:
    """End the hold by what was really spent, more or less than was held (D3).

    Returns False where the hold had ended before; nothing is changed then. Raises ValueError for
    a negative cost, NoSuchHold where nothing was held.
    """
    if cost < 0:
        raise ValueError("A cost is never negative.")
    return _end(reference, Kind.SETTLE, posted=-cost, reason=reason)


def release(reference: UUID, *, reason: str) -> bool:
    """End the hold and spend nothing; returns and raises as `settle`."""
    return _end(reference, Kind.RELEASE, posted=0, reason=reason)


@transaction.atomic
def charge_late(
    reference: UUID,
    cost: int,
    *,
    member_id: UUID,
    key_id: UUID | None,
    reason: str,
    project_id: UUID | None = None,
) -> bool:
    """Book what the provider took after all, under a reference whose hold was released or never made.

    A hold's own project goes before the one that is named. Returns False where the reference was
    paid for before, by a settle or by this. Raises ValueError for a cost below 1.
    """
    if cost < 1:
        raise ValueError("A late charge is at least 1 credit.")
    account = locked_account(member_id)
    if first_of([reference], [Kind.SETTLE, Kind.LATE]):
        return False
    late = Entry(account=account, kind=Kind.LATE, posted=-cost, reference=reference, key_id=key_id)
    opened = first_of([reference], [Kind.HOLD]).get(reference)
    late.project_id = opened.project_id if opened else project_id
    late.opened_at = opened.created_at if opened else late.created_at
    late.reason = reason[:200]
    book(late)
    return True


@transaction.atomic
def refund(reference: UUID, amount: int, *, actor: Member | None, reason: str) -> bool:
    """Reverse so much of what was charged under the reference, once (LED-16); False where it was before.

    Raises ValueError for an amount below 1 or above what was charged, or an empty reason.
    """
    paid = Entry.objects.filter(reference=reference, kind__in=[Kind.SETTLE, Kind.LATE]).first()
    if paid is None or not 0 < amount <= -paid.posted:
        raise ValueError("A refund is at least 1 credit, and at most what was charged.")
    locked_account(paid.account_id)
    if first_of([reference], [Kind.REFUND]):
        return False
    back = Entry(account_id=paid.account_id, kind=Kind.REFUND, posted=amount, reference=reference)
    back.key_id, back.project_id, back.opened_at = paid.key_id, paid.project_id, paid.opened_at
    back.actor, back.reason = actor, _worded(reason)
    book(back)
    return True


def open_hold(reference: UUID) -> int | None:
    """Return what is held under the reference, None where nothing is or no more."""
    entries = Entry.objects.filter(reference=reference).values_list("kind", "held")
    amounts = {Kind(kind): held for kind, held in entries}
    return None if amounts.keys() & set(ENDS) else amounts.get(Kind.HOLD)


def held_at_first(reference: UUID) -> int | None:
    """Return what was put aside under the reference, ended or not; None where nothing was."""
    return Entry.objects.filter(reference=reference, kind=Kind.HOLD).values_list("held", flat=True).first()


def held_for(references: Iterable[UUID]) -> dict[UUID, int]:
    """Return what is still held under each of these references; one query. A query of them will do too."""
    opened = Entry.objects.filter(reference__in=references, kind=Kind.HOLD)
    ended = Entry.objects.filter(reference=OuterRef("reference"), kind__in=ENDS)
    return dict(opened.filter(~Exists(ended)).values_list("reference", "held"))


def _by_hand(
    kind: Kind,
    member: Member,
    amount: int,
    *,
    actor: Member | None,
    reason: str,
    reference: UUID,
    key_id: UUID | None = None,
) -> Entry:
    account = locked_account(member.pk)
    entry = Entry(account=account, kind=kind, posted=amount, reference=reference, actor=actor)
    entry.key_id = key_id
    entry.reason = _worded(reason)
    booked = book_once(entry)
    if booked is entry:
        verb = Verb.CREDITS_GRANTED if kind == Kind.GRANT else Verb.CREDITS_ADJUSTED
        Event.note(verb, who=actor, subject=member.pk, amount=amount, reason=entry.reason, entry=entry.pk)
        if amount > 0 and actor is not None:  # the provider's own correction is no top-up
            _tell(member.pk)
    return booked


def _worded(reason: str) -> str:
    if not reason.strip():
        raise ValueError("A change by hand needs a reason.")  # D11
    return reason.strip()[:200]


def _end(reference: UUID, kind: Kind, *, posted: int, reason: str) -> bool:
    with transaction.atomic():
        opened = first_of([reference], [Kind.HOLD]).get(reference)
        if opened is None:
            raise NoSuchHold
        locked_account(opened.account_id)
        if first_of([reference], ENDS):
            return False
        ending = Entry(account_id=opened.account_id, kind=kind, posted=posted, held=-opened.held)
        ending.reference, ending.reason = reference, reason[:200]
        ending.key_id, ending.project_id = opened.key_id, opened.project_id
        ending.opened_at = opened.created_at
        book(ending)
        return True


def _tell(member_id: UUID) -> None:
    for callback in _top_ups:
        transaction.on_commit(partial(callback, member_id), robust=True)
