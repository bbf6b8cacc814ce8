"""The days of the ledger that nothing is booked on any more, added up once a process (D5).

An entry is of the moment at which it is booked, so that all days before today stand still: what a page reads
anew is one day's rows, whatever the team has spent in a month. Reads Rollup alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from studio.credits.models.rollups import Rollup, Unit
from studio.credits.rollups import day_of

BEGUN = timedelta(hours=1)  # so long after midnight a day stays open: for what began before and is not done
KEPT = timedelta(minutes=10)  # for the case that somebody mends the sums by hand

type Sums = tuple[int, int, int]
"""Credits spent in all, credits spent of late, and charges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was spent in some days: by member, by project, by key and by day."""

    members: Mapping[UUID, Sums]
    projects: Mapping[UUID, Sums]
    keys: Mapping[UUID, Sums]
    days: Mapping[date, Sums]
    oldest: int  # the number of the oldest row there is: another one where all were made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    closed: Read
    span: tuple[date, date, date]
    at: datetime


_kept: list[_Kept] = []


def read(now: datetime, *, days: int, recent: int) -> Read:
    """Return what was spent in so many days up to today, and in the recent of them; a query, seldom two."""
    today = day_of(now)
    since, late = today - timedelta(days=days - 1), today - timedelta(days=recent - 1)
    opened = day_of(now - BEGUN)
    live = _between(opened, None, late)
    closed = _closed((since, opened, late), live.oldest, now)
    return Read(
        members=_both(closed.members, live.members),
        projects=_both(closed.projects, live.projects),
        keys=_both(closed.keys, live.keys),
        days=_both(closed.days, live.days),
        oldest=live.oldest,
    )


def forget() -> None:
    """Read everything anew at the next question."""
    _kept.clear()


def _closed(span: tuple[date, date, date], oldest: int, now: datetime) -> Read:
    for kept in _kept[:1]:
        fresh = timedelta() <= now - kept.at < KEPT
        if fresh and kept.span == span and kept.closed.oldest == oldest:
            return kept.closed
    closed = _between(*span)
    _kept[:] = [_Kept(closed=closed, span=span, at=now)]
    return closed


def _between(since: date, until: date | None, late: date) -> Read:
    sides: Sequence[dict[Any, Sums]] = ({}, {}, {}, {})
    oldest = 0
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [str(late), Unit.DAY.value, str(since), str(until or date.max)])
        for side, one, spent, recent, charges in cursor.fetchall():
            if side == len(sides):
                oldest = int(spent or 0)
            else:
                name = date.fromisoformat(one) if side == DAYS else UUID(one)
                sides[side][name] = (int(spent), int(recent), int(charges))
    members, projects, keys, days = sides
    return Read(members=members, projects=projects, keys=keys, days=days, oldest=oldest)


def _both[K](one: Mapping[K, Sums], other: Mapping[K, Sums]) -> dict[K, Sums]:
    found = dict(one)
    for name, (spent, recent, charges) in other.items():
        before = found.get(name, (0, 0, 0))
        found[name] = (before[0] + spent, before[1] + recent, before[2] + charges)
    return found


_NAMES = ("member_id", "project", "key", "start")
DAYS = _NAMES.index("start")
_TABLE = Rollup._meta.db_table
_SIDES = " UNION ALL ".join(
    f"SELECT {side}, CAST({name} AS text), SUM(spent), SUM(late), SUM(charges) FROM used GROUP BY {name}"  # noqa: S608
    for side, name in enumerate(_NAMES)
)
_SUMS = f"""WITH used AS MATERIALIZED (SELECT member_id, project, key, start, spent, charges,
        CASE WHEN start >= %s THEN spent ELSE 0 END AS late
        FROM {_TABLE} WHERE unit = %s AND start >= %s AND start < %s AND charges + ABS(spent) > 0)
    {_SIDES} UNION ALL SELECT {len(_NAMES)}, '', (SELECT MIN(id) FROM {_TABLE}), 0, 0"""  # noqa: S608 - our own names
