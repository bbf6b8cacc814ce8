"""The one place that writes a line: the running totals and the entry, together or not at all.

Touches Account and Entry. Called inside a transaction by `studio.credits.ledger` alone.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from studio.credits.errors import OtherBooking
from studio.credits.models import SPENDS, Account, Entry, Kind


def locked_account(member_id: UUID) -> Account:
    """Return the member's account, made if they have none, with its row taken until the commit.

    The account's row is always taken first, so that two bookings cannot wait for each other.
    """
    rows = Account.objects.select_for_update()
    account = rows.filter(member_id=member_id).first()
    if account is None:
        Account.objects.get_or_create(member_id=member_id)
        account = rows.get(member_id=member_id)
    return account


def book(entry: Entry) -> None:
    """Write the entry and move its account's running totals by it."""
    spent = -entry.posted if entry.kind in SPENDS else 0
    Account.objects.filter(pk=entry.account_id).update(
        balance=F("balance") + entry.posted, held=F("held") + entry.held, spent=F("spent") + spent
    )
    entry.save(force_insert=True)


def book_once(entry: Entry) -> Entry:
    """Write the entry unless its (reference, kind) is booked; return the one that stands.

    Raises OtherBooking where that one has another account or amount.
    """
    standing = _standing(entry)
    if standing is None:
        try:
            with transaction.atomic():
                book(entry)
        except IntegrityError:
            standing = _standing(entry)  # another process was first, or the entry broke a rule
            if standing is None:
                raise
    return entry if standing is None else _same(standing, entry)


def first_of(references: Sequence[UUID], kinds: Sequence[Kind]) -> dict[UUID, Entry]:
    """Return the entries of these kinds under these references."""
    found = Entry.objects.filter(reference__in=references, kind__in=kinds)
    return {entry.reference: entry for entry in found}


def _standing(entry: Entry) -> Entry | None:
    return Entry.objects.filter(reference=entry.reference, kind=entry.kind).first()


def _same(standing: Entry, asked: Entry) -> Entry:
    if (standing.account_id, standing.posted, standing.held) != (asked.account_id, asked.posted, asked.held):
        raise OtherBooking
    return standing
