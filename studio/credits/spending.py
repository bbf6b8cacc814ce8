"""What was spent, read from the daily sums: by day, member, project and key. One query each; credits.

Thirty days are a few rows a member, however large the ledger is (D4, D5). The clock is an argument.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum

from studio.credits.models.rollups import Rollup, Unit
from studio.credits.rollups import day_of

MONTH, FORTNIGHT, WEEK = 30, 14, 7  # days, today among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in the team's time zone and what was spent in it; below zero where more came back."""

    day: date
    spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What somebody or something spent in 30 days, in the last 14 of them, and by how many charges."""

    month: int = 0
    fortnight: int = 0
    charges: int = 0

    @property
    def burn(self) -> float:
        """Return the credits a day of the last fortnight."""
        return max(self.fortnight, 0) / FORTNIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """A month of spending: its days, oldest first and none left out, and by project."""

    days: tuple[Day, ...]
    projects: Mapping[UUID, int] = field(default_factory=dict)
    charges: int = 0

    @property
    def today(self) -> int:
        """Return what was spent since midnight."""
        return self.days[-1].spent

    @property
    def week(self) -> int:
        """Return what was spent in the last 7 days."""
        return sum(one.spent for one in self.days[-WEEK:])

    @property
    def month(self) -> int:
        """Return what was spent in the last 30 days."""
        return sum(one.spent for one in self.days)


def of_member(member: UUID, now: datetime) -> Spending:
    """Return a member's month."""
    rows = _window(now).filter(member=member).values_list("start", "project", "spent", "charges")
    days, projects, charges = Counter[date](), Counter[UUID](), 0
    for start, project, spent, times in rows:
        days[start] += spent
        projects[project] += spent
        charges += times
    return Spending(days=_filled(days, now), projects=_most(projects), charges=charges)


def of_team(now: datetime) -> Spending:
    """Return the month of everybody."""
    rows = _window(now).values("start").annotate(all=Sum("spent"), times=Sum("charges"))
    found = list(rows.values_list("start", "all", "times"))
    days = {start: spent for start, spent, _ in found}
    return Spending(days=_filled(days, now), charges=sum(times for *_, times in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What each member, project and key used; no project and no key is `rollups.NONE`."""

    members: Mapping[UUID, Used]
    projects: Mapping[UUID, Used]
    keys: Mapping[UUID, Used]


def whose(now: datetime) -> Whose:
    """Return what everybody and everything used; who used nothing is left out. Summed by the database."""
    found: tuple[dict[UUID, Used], ...] = ({}, {}, {})
    today = day_of(now)
    asked = [Unit.DAY.value, *(str(today - timedelta(days=back)) for back in (MONTH - 1, FORTNIGHT - 1))]
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE, [asked[2], *asked[:2]])
        for which, one, month, fortnight, charges in cursor.fetchall():
            used = Used(month=int(month), fortnight=int(fortnight), charges=int(charges))
            found[which][one if isinstance(one, UUID) else UUID(one)] = used
    members, projects, keys = found
    return Whose(members=members, projects=projects, keys=keys)


def _window(now: datetime) -> QuerySet[Rollup]:
    since = day_of(now) - timedelta(days=MONTH - 1)
    return Rollup.objects.filter(unit=Unit.DAY, start__gte=since).order_by()


_SIDES = " UNION ALL ".join(
    f"SELECT {which}, {name}, SUM(month), SUM(recent), SUM(times) FROM used GROUP BY {name}"  # noqa: S608
    for which, name in enumerate(("member_id", "project", "key"))
)
_WHOSE = f"""WITH used AS (SELECT member_id, project, key, SUM(spent) AS month,
        SUM(CASE WHEN start >= %s THEN spent ELSE 0 END) AS recent, SUM(charges) AS times
        FROM {Rollup._meta.db_table} WHERE unit = %s AND start >= %s AND spent <> 0
        GROUP BY member_id, project, key)
    {_SIDES}"""  # noqa: S608 - our own names


def _filled(days: Mapping[date, int], now: datetime) -> tuple[Day, ...]:
    today = day_of(now)
    those = [today - timedelta(days=back) for back in range(MONTH - 1, -1, -1)]
    return tuple(Day(day=day, spent=days.get(day, 0)) for day in those)


def _most(counted: Counter[UUID]) -> dict[UUID, int]:
    return {one: spent for one, spent in counted.most_common() if spent}
