"""The daily and monthly sums of the ledger: moved with each entry, made anew, proved against the entries.

Touches Rollup alone. A day begins at midnight in the team's time zone (settings.TIME_ZONE): where that is
changed, `manage.py check_ledger --rebuild` makes the sums anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Count, DateField, F, Q, QuerySet, Sum, UUIDField, Value
from django.db.models.functions import Coalesce, TruncDate, TruncMonth
from django.utils import timezone

from studio.credits.models import SPENDS, Entry
from studio.credits.models.rollups import NONE, Rollup, Unit

ONCE = ("member_id", "unit", "start", "project", "key")
FIGURES = ("posted", "spent", "charges")
COLUMNS = (*ONCE, *FIGURES)
AT_ONCE = 2_000  # rows written by one statement when all are made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A row that does not say what the entries say: which figure of what, in credits or entries."""

    member: UUID
    what: str
    kept: int
    counted: int


def day_of(at: datetime) -> date:
    """Return the day of a moment in the team's time zone."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in the team's time zone."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def move(entry: Entry) -> None:
    """Add an entry to its day and its month: one statement, in the caller's transaction.

    The caller holds the member's account, so no two wait for each other's rows. Raises django.db.Error.
    """
    if entry.posted != 0:
        with connection.cursor() as cursor:
            cursor.execute(MOVED, moved_by(entry))


def moved_by(entry: Entry) -> list[Any]:
    """Return the values of MOVED for an entry: its day and its month."""
    spends = entry.kind in SPENDS
    figures = (entry.posted, -entry.posted if spends else 0, int(spends and entry.posted < 0))
    whose = [as_bound(one or NONE) for one in (entry.account_id, entry.project_id, entry.key_id)]
    day = day_of(entry.created_at)
    return [
        *_values(Unit.DAY, day, whose, figures),
        *_values(Unit.MONTH, day.replace(day=1), whose, figures),
    ]


def rebuild() -> int:
    """Make all rows anew from the entries; return how many there are. Bookings wait until it is done."""
    with transaction.atomic():
        _lock()
        Rollup.objects.all().delete()
        for unit in Unit:
            rows = counted(unit).iterator(AT_ONCE)
            for some in batched((Rollup(**dict(zip(COLUMNS, row, strict=True))) for row in rows), AT_ONCE):
                Rollup.objects.bulk_create(some)
    return Rollup.objects.count()


def counted(unit: Unit) -> QuerySet[Entry, tuple[Any, ...]]:
    """Return what the rows of a unit must be, by a recount of all entries, in the order of COLUMNS."""
    zone = timezone.get_default_timezone()
    starts = {
        Unit.DAY: TruncDate("created_at", tzinfo=zone),
        Unit.MONTH: TruncMonth("created_at", tzinfo=zone, output_field=DateField()),
    }
    spends = Q(kind__in=SPENDS)
    rows = (
        Entry.objects.exclude(posted=0)
        .order_by()
        .annotate(
            unit=Value(unit.value, CharField()),
            start=starts[unit],
            project=_or_none("project_id"),
            key=_or_none("key_id"),
        )
    )
    grouped = rows.values("account_id", "unit", "start", "project", "key").annotate(
        all=Sum("posted"),
        spent=-Coalesce(Sum("posted", filter=spends), 0),
        charges=Count("pk", filter=spends & Q(posted__lt=0)),
    )
    return grouped.values_list("account_id", *ONCE[1:], "all", "spent", "charges")


def wrong() -> Iterator[Wrong]:
    """Yield each figure that a recount of the entries contradicts. One statement, so that bookings go on."""
    recounts = [counted(unit).query.sql_with_params() for unit in Unit]
    told = _WRONG.format(recounts=" UNION ALL ".join(sql for sql, _ in recounts))
    with connection.cursor() as cursor:
        cursor.execute(told, [value for _, params in recounts for value in params])
        for member, unit, start, *figures in cursor.fetchall():
            for name, kept, right in zip(FIGURES, figures[::2], figures[1::2], strict=True):
                if kept != right:
                    what = f"{Unit(unit).label.lower()} of {start}, {name}"
                    yield Wrong(member=UUID(str(member)), what=what, kept=int(kept), counted=int(right))


def _or_none(name: str) -> Coalesce:
    return Coalesce(F(name), Value(NONE, UUIDField()))


def _values(unit: Unit, start: date, whose: list[Any], figures: tuple[int, int, int]) -> list[Any]:
    member, project, key = whose
    return [member, unit.value, start.isoformat(), project, key, *figures]


def as_bound(value: UUID) -> UUID | str:
    """Return a UUID as the database at hand takes it in a statement of one's own."""
    return value if connection.features.has_native_uuid_field else value.hex


def _lock() -> None:
    """Have every booking wait; on SQLite the transaction itself does (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {_TABLE} IN EXCLUSIVE MODE")


_TABLE = Rollup._meta.db_table
_PLACES = f"({', '.join(['%s'] * len(COLUMNS))})"
_ADDED = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in FIGURES)
MOVED = f"""INSERT INTO {_TABLE} AS kept ({", ".join(COLUMNS)}) VALUES {_PLACES}, {_PLACES}
    ON CONFLICT ({", ".join(ONCE)}) DO UPDATE SET {_ADDED}"""  # noqa: S608 - our own names
_SUMS = ", ".join(f"SUM(kept_{name}), SUM(counted_{name})" for name in FIGURES)
_COUNTED = ", ".join(f"0 AS kept_{name}, {name} AS counted_{name}" for name in FIGURES)
_KEPT = ", ".join(f"{name}, 0" for name in FIGURES)
_DIFFER = " OR ".join(f"SUM(kept_{name}) <> SUM(counted_{name})" for name in FIGURES)
_WRONG = f"""WITH recount ({", ".join(COLUMNS)}) AS ({{recounts}}),
    sides AS (SELECT {", ".join(ONCE)}, {_COUNTED} FROM recount
        UNION ALL SELECT {", ".join(ONCE)}, {_KEPT} FROM {_TABLE})
    SELECT {", ".join(ONCE[:3])}, {_SUMS} FROM sides GROUP BY {", ".join(ONCE)} HAVING {_DIFFER}
    ORDER BY {", ".join(ONCE)}"""  # noqa: S608 - our own names
