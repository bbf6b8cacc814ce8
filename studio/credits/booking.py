"""The one place that writes a line: the running totals, the sums of its day and month, and the entry.

Together or not at all. Touches Account, Entry and, through `rollups`, Rollup. Called inside a transaction by
`studio.credits.ledger` alone.
"""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from studio import prepared
from studio.credits import counting, rollups
from studio.credits.errors import OtherBooking
from studio.credits.models import SPENDS, Account, Entry, Kind
from studio.credits.rooms import Booked, exceeded


def locked_account(member_id: UUID) -> Account:
    """Return the member's account, made if they have none, with its row taken until the commit.

    The account's row is always taken first, so that two bookings cannot wait for each other.
    """
    account = _LOCKED.first(member=member_id)
    if account is None:
        Account.objects.get_or_create(member_id=member_id)
        account = Account.objects.select_for_update().get(member_id=member_id)
    return account


def book(entry: Entry) -> None:
    """Write the entry, and move its account's running totals and its day and month by it."""
    spent = -entry.posted if entry.kind in SPENDS else 0
    counting.follow(entry)  # before the entry is there, which a new counter would count
    if connection.vendor == "postgresql":
        _together(entry, spent)
        return
    _MOVED(member=entry.account_id, posted=entry.posted, held=entry.held, spent=spent)
    _WRITTEN(entry)
    rollups.move(entry)


def _together(entry: Entry, spent: int) -> None:
    """Write it and move its sums by one statement: where the database is another process, each way costs."""
    moved, sums = [entry.posted, entry.held, spent, entry.account_id], rollups.moved_by(entry)
    if entry.posted:
        _WRITTEN(
            entry, along=f"WITH account AS ({_ACCOUNT}), sums AS ({rollups.MOVED}) ", given=[*moved, *sums]
        )
    else:
        _WRITTEN(entry, along=f"WITH account AS ({_ACCOUNT}) ", given=moved)


def book_holds(account: Account, entries: Sequence[Entry]) -> bool:
    """Write entries that hold credits, and hold so much more; False, and nothing, where they are not free.

    They are of one member, project and key, and of one moment. Raises BudgetExceeded where a budget
    has no room for all of them: the caller's transaction is to be rolled back.
    """
    if not entries:
        return True
    amount = sum(entry.held for entry in entries)
    if not _HELD(member=account.pk, amount=amount):
        return False
    if full := counting.hold(Booked.by(entries[0]), amount):
        raise exceeded(full, amount, entries[0].created_at)
    _WRITTEN.all(entries)
    return True


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
    if len(references) == 1:
        found = _under(*kinds)(reference=references[0])
    else:
        found = list(Entry.objects.filter(reference__in=references, kind__in=kinds))
    return {entry.reference: entry for entry in found}


def _standing(entry: Entry) -> Entry | None:
    return first_of([entry.reference], [Kind(entry.kind)]).get(entry.reference)


def _same(standing: Entry, asked: Entry) -> Entry:
    if (standing.account_id, standing.posted, standing.held) != (asked.account_id, asked.posted, asked.held):
        raise OtherBooking
    return standing


@cache
def _under(*kinds: Kind) -> prepared.Rows[Entry]:
    return prepared.Rows(
        lambda: Entry.objects.filter(reference=prepared.uuid("reference"), kind__in=kinds).order_by()
    )


_MINE = prepared.uuid("member")
_LOCKED = prepared.Rows(lambda: Account.objects.select_for_update().filter(pk=_MINE))
_MOVED = prepared.Change(
    lambda: Account.objects.filter(pk=_MINE),
    balance=F("balance") + prepared.number("posted"),
    held=F("held") + prepared.number("held"),
    spent=F("spent") + prepared.number("spent"),
)
_ACCOUNT = f"""UPDATE {Account._meta.db_table}
    SET balance = balance + %s, held = held + %s, spent = spent + %s WHERE member_id = %s"""  # noqa: S608 - our own names
_HELD = prepared.Change(
    lambda: Account.objects.filter(pk=_MINE, balance__gte=F("held") + prepared.number("amount")),
    held=F("held") + prepared.number("amount"),
)
_WRITTEN = prepared.Insert(Entry)
