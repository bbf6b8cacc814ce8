"""The self-check: do the running totals say what the entries say? Reads only (D1, LED-01, LED-03)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from studio.credits import counting, rollups
from studio.credits.models import ENDS, SPENDS, Account, Entry, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that is not what the entries make of it. Amounts are credits."""

    what: str
    of: UUID
    kept: int
    counted: int

    def __str__(self) -> str:
        return f"{self.what} of {self.of}: kept {self.kept}, counted {self.counted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the check saw."""

    accounts: int
    entries: int
    open_holds: int
    held: int
    differences: tuple[Difference, ...]


def check() -> Report:
    """Recount everything from the entries; amounts are credits."""
    holds = open_holds().aggregate(many=Count("reference"), much=Coalesce(Sum("left"), 0))
    return Report(
        accounts=Account.objects.count(),
        entries=Entry.objects.count(),
        open_holds=holds["many"],
        held=holds["much"],
        differences=(*_totals(), *_broken_holds(), *_rollups(), *_counters()),
    )


def open_holds() -> QuerySet[Any, Any]:
    """Return reference and what is `left` of each hold that has not ended."""
    return _by_reference().filter(ends=0, holds=1)


def _by_reference() -> QuerySet[Any, Any]:
    held = Entry.objects.filter(kind__in=[Kind.HOLD, *ENDS]).order_by()
    return held.values("reference").annotate(
        left=Sum("held"),
        holds=Count("id", filter=Q(kind=Kind.HOLD)),
        ends=Count("id", filter=Q(kind__in=ENDS)),
    )


def _totals() -> list[Difference]:
    counted = Account.objects.annotate(
        sum_balance=Coalesce(Sum("entries__posted"), 0),
        sum_held=Coalesce(Sum("entries__held"), 0),
        sum_spent=-Coalesce(Sum("entries__posted", filter=Q(entries__kind__in=SPENDS)), 0),
    )
    wrong = counted.exclude(balance=F("sum_balance"), held=F("sum_held"), spent=F("sum_spent"))
    rows = wrong.values_list("pk", "balance", "sum_balance", "held", "sum_held", "spent", "sum_spent")
    found = []
    for member, *figures in rows:
        pairs = zip(("balance", "held", "spent"), figures[::2], figures[1::2], strict=True)
        found += [Difference(what=w, of=member, kept=k, counted=c) for w, k, c in pairs if k != c]
    return found


def _broken_holds() -> list[Difference]:
    """An ending that ends nothing, twice, or another amount than was held."""
    broken = _by_reference().filter(ends__gt=0).exclude(left=0, holds=1, ends=1)
    return [Difference(what="hold", of=row["reference"], kept=0, counted=row["left"]) for row in broken]


def _rollups() -> list[Difference]:
    """A day's or a month's sums that are not those of its entries."""
    found = rollups.wrong()
    return [Difference(what=one.what, of=one.member, kept=one.kept, counted=one.counted) for one in found]


def _counters() -> list[Difference]:
    """What a budget's counter holds that is not what the ledger says of its window."""
    return [
        Difference(what=f"budget's {what} since {one.window:%Y-%m-%d}", of=one.budget_id, kept=k, counted=c)
        for one, held, spent in counting.wrong()
        for what, k, c in (("held", one.held, held), ("spent", one.spent, spent))
        if k != c
    ]
