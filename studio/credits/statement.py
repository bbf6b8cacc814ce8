"""A month's statement: what stood at its beginning, each entry, what stands at its end (D21).

For a member, a project or the whole team. Reads in pieces, so that a long month is never in memory at once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from studio.accounts.models import Key, Member, Project
from studio.accounts.models.project import GENERAL
from studio.credits.models import Entry, Kind, Rollup
from studio.credits.models.rollups import NONE, Unit
from studio.credits.rollups import midnight

HEADING = (
    "Date",
    "Time",
    "Member",
    "Project",
    "Key",
    "Kind",
    "Reason",
    "Held",
    "Credits",
    "Balance",
    "Reference",
)
AT_ONCE = 2_000
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose entries: a member's, a project's (`rollups.NONE` is General), of both, or with neither all."""

    member: UUID | None = None
    project: UUID | None = None


def month_of(text: str) -> date | None:
    """Return the first day of “2026-03”, None for anything else."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def rows(scope: Scope, month: date) -> Iterator[Sequence[object]]:
    """Yield the lines under HEADING: opening, each entry in its order, closing.

    A project has no credits of its own: its balance is what was spent so far, below zero.
    """
    balance = opening(scope, month)
    yield _edge(month, "Opening balance", balance)
    names = _Names()
    for entry in _entries(scope, month).iterator(AT_ONCE):
        balance += entry.posted
        yield names.line(entry, balance)
    yield _edge(_next(month), "Closing balance", balance)


def opening(scope: Scope, month: date) -> int:
    """Return what all entries before the month add up to, read from the monthly sums."""
    before = Rollup.objects.filter(unit=Unit.MONTH, start__lt=month)
    if scope.member:
        before = before.filter(member=scope.member)
    if scope.project is not None:
        before = before.filter(project=scope.project)
    return before.aggregate(all=Sum("posted"))["all"] or 0


def _entries(scope: Scope, month: date) -> QuerySet[Entry]:
    found = Entry.objects.filter(created_at__gte=midnight(month), created_at__lt=midnight(_next(month)))
    if scope.member:
        found = found.filter(account=scope.member)
    if scope.project is not None:
        found = found.filter(project_id=None if scope.project == NONE else scope.project)
    return found.order_by("created_at", "pk")  # as the index has them: nothing is sorted


class _Names:
    """The names of everybody and everything that entries point at, read once: three queries."""

    def __init__(self) -> None:
        self._members = dict(Member.objects.values_list("pk", "name"))
        self._projects = dict(Project.objects.values_list("pk", "name"))
        self._keys = {key.pk: str(key) for key in Key.objects.select_related("member")}

    def line(self, entry: Entry, balance: int) -> Sequence[object]:
        at = timezone.localtime(entry.created_at, timezone.get_default_timezone())
        return (
            f"{at:%Y-%m-%d}",
            f"{at:%H:%M:%S}",
            self._members.get(entry.account_id, ""),
            self._projects.get(entry.project_id, "") if entry.project_id else GENERAL,
            self._keys.get(entry.key_id, "") if entry.key_id else "",
            Kind(entry.kind).label,
            entry.reason,
            entry.held,
            entry.posted,
            balance,
            str(entry.reference),
        )


def _edge(day: date, what: str, balance: int) -> Sequence[object]:
    return (f"{day:%Y-%m-%d}", "", "", "", "", what, "", "", "", balance, "")


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
