"""Credits that were given for a time: the unspent rest lapses by an entry, once (D10).

Spending takes from the grant that ends soonest. Between two grants or lapses that order never changes,
so what was spent since then is drawn in one sum, from the account's own total: a settle writes nothing
here. Credits held for running images at the end lapse when those end, a day later at the latest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.credits import alerts, ledger
from studio.credits.booking import book, locked_account
from studio.credits.forms import Gift
from studio.credits.models import About, Account, Entry, Kind, TopUp

GRACE = timedelta(days=1)  # so long what running images hold outlives the end
WHY = "its time was over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What is left of a top-up, in credits, and when it lapses."""

    left: int
    amount: int
    ends_at: datetime


def lots(account: Account) -> list[Lot]:
    """Return what of an account lapses when, the soonest first; one query."""
    found = list(_open(account.pk))
    lefts = drawn_from([one.left for one in found], account.spent - account.drawn)
    return [
        Lot(left=left, amount=one.amount, ends_at=one.ends_at)
        for one, left in zip(found, lefts, strict=True)
        if left
    ]


def given(member: Member, gift: Gift, *, actor: Member) -> Entry:
    """Grant what a form says, for ever or for a time; raises as `ledger.grant`."""
    amount, reason, reference = gift.amount, gift.reason, gift.reference
    if gift.ends_at is None:
        return ledger.grant(member, amount, actor=actor, reason=reason, reference=reference)
    return give(member, amount, gift.ends_at, actor=actor, reason=reason, reference=reference)


@transaction.atomic
def give(
    member: Member, amount: int, ends_at: datetime, *, actor: Member, reason: str, reference: UUID
) -> Entry:
    """Grant credits until a moment, as `ledger.grant`; ValueError for an end in the past too."""
    if ends_at <= timezone.now():
        raise ValueError("A top-up ends in the future.")
    account = locked_account(member.pk)
    if Entry.objects.filter(reference=reference, kind=Kind.GRANT).exists():
        return ledger.grant(member, amount, actor=actor, reason=reason, reference=reference)
    _draw(account)
    entry = ledger.grant(member, amount, actor=actor, reason=reason, reference=reference)
    TopUp.objects.create(pk=reference, account=account, amount=amount, left=amount, ends_at=ends_at)
    return entry


def lapse(now: datetime) -> int:
    """Take back what is over; returns how many credits lapsed. Safe to run anywhere, any number of times."""
    over = TopUp.objects.filter(closed_at=None, ends_at__lte=now).order_by()
    return sum(_lapse(pk, now) for pk in sorted(over.values_list("account", flat=True).distinct()))


def drawn_from(lefts: Iterable[int], spent: int) -> list[int]:
    """Return what is left of each after so much was spent, the first first. Pure."""
    after, rest = [], max(spent, 0)  # below zero where more came back than was spent
    for left in lefts:
        taken = min(left, rest)
        after.append(left - taken)
        rest -= taken
    return after


@transaction.atomic
def _lapse(account_id: UUID, now: datetime) -> int:
    account = locked_account(account_id)
    free, held, total = max(account.available, 0), account.held, 0
    for one in _draw(account):
        kept = min(one.left, held) if now < one.ends_at + GRACE else 0
        held -= min(one.left, held)
        if one.ends_at > now:
            continue
        taken = min(one.left - kept, free)
        free -= taken
        total += taken
        _take(one, taken, now)
        one.left = kept
        one.closed_at = None if kept else now
        one.save(update_fields=["left", "lapses", "lapsed", "closed_at"])
    return total


def _take(one: TopUp, amount: int, now: datetime) -> None:
    """Book what lapses; its reference is made of how often something of this top-up lapsed before."""
    if not amount:
        return
    reference = uuid5(one.pk, f"lapse {one.lapses}")
    book(Entry(account_id=one.account_id, kind=Kind.LAPSE, posted=-amount, reference=reference, reason=WHY))
    one.lapses, one.lapsed = one.lapses + 1, one.lapsed + amount
    Event.note(Verb.CREDITS_LAPSED, who=None, subject=one.account_id, amount=amount, of=str(one.pk))
    alerts.note(About.LAPSED, str(reference), member=str(one.account_id), amount=amount)


def _draw(account: Account) -> Sequence[TopUp]:
    """Take what was spent since the last time from the open top-ups; the account is locked."""
    found = list(_open(account.pk))
    lefts = drawn_from([one.left for one in found], account.spent - account.drawn)
    for one, left in zip(found, lefts, strict=True):
        if left != one.left:
            one.left = left
            one.save(update_fields=["left"])
    if account.drawn != account.spent:
        Account.objects.filter(pk=account.pk).update(drawn=account.spent)
    return found


def _open(account_id: UUID) -> "Iterable[TopUp]":
    return TopUp.objects.filter(account=account_id, closed_at=None).order_by("ends_at", "id")
