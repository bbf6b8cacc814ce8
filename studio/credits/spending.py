"""What was spent, read from the daily sums: by day, member, project and key. Amounts are credits.

Thirty days are a few rows a member, however large the ledger is (D4, D5). One query each, for everybody
seldom two. The clock is an argument.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from studio.credits import closed
from studio.credits.models.rollups import Rollup, Unit
from studio.credits.rollups import as_bound, day_of

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
    """Return a member's month: a few dozen sums, however many projects and entries there were in it."""
    days, projects, charges = dict[date, int](), Counter[UUID](), 0
    since = day_of(now) - timedelta(days=MONTH - 1)
    with connection.cursor() as cursor:
        cursor.execute(_MINE, [as_bound(member), Unit.DAY.value, str(since)])
        for is_day, one, spent, times in cursor.fetchall():
            if is_day:
                days[date.fromisoformat(one)] = int(spent)
                charges += int(times)
            else:
                projects[UUID(one)] = int(spent)
    return Spending(days=_filled(days, now), projects=_most(projects), charges=charges)


def of_team(now: datetime) -> Spending:
    """Return the month of everybody."""
    return of_everybody(now)[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What each member, project and key used; no project and no key is `rollups.NONE`."""

    members: Mapping[UUID, Used]
    projects: Mapping[UUID, Used]
    keys: Mapping[UUID, Used]


def of_everybody(now: datetime) -> tuple[Whose, Spending]:
    """Return what everybody and everything used, who used nothing left out, and the month of all together."""
    found = closed.read(now, days=MONTH, recent=FORTNIGHT)
    whose = Whose(members=_used(found.members), projects=_used(found.projects), keys=_used(found.keys))
    days = {day: spent for day, (spent, _, _) in found.days.items()}
    charges = sum(times for _, _, times in found.days.values())
    return whose, Spending(days=_filled(days, now), charges=charges)


def _used(sums: Mapping[UUID, closed.Sums]) -> dict[UUID, Used]:
    return {
        one: Used(month=spent, fortnight=recent, charges=charges)
        for one, (spent, recent, charges) in sums.items()
    }


_MINE = f"""WITH mine AS (SELECT start, project, spent, charges FROM {Rollup._meta.db_table}
        WHERE member_id = %s AND unit = %s AND start >= %s)
    SELECT 1, CAST(start AS text), SUM(spent), SUM(charges) FROM mine GROUP BY start
    UNION ALL SELECT 0, CAST(project AS text), SUM(spent), SUM(charges) FROM mine GROUP BY project"""  # noqa: S608 - our own names


def _filled(days: Mapping[date, int], now: datetime) -> tuple[Day, ...]:
    today = day_of(now)
    those = [today - timedelta(days=back) for back in range(MONTH - 1, -1, -1)]
    return tuple(Day(day=day, spent=days.get(day, 0)) for day in those)


def _most(counted: Counter[UUID]) -> dict[UUID, int]:
    return {one: spent for one, spent in counted.most_common() if spent}
