"""Move a whole studio from one database to another, row by row, and prove that it is the same there (G4).

Both stand at the same migration; the other one is empty. Rows are written as they are (no default, no signal,
no moment of now), in one transaction. Then each table is read on both sides and compared, and the ledger is
recounted. Touches every table of the target, none of the source.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from studio.accounts.models import Member
from studio.credits import check
from studio.credits.models import Entry
from studio.generation import heartbeats
from studio.generation.models import Heartbeat

SOURCE = "moved_from"  # the alias of the database that is left
AT_ONCE = 500  # rows in one statement
OWN = frozenset({"contenttypes", "auth"})  # made by migrations on either side, and named by no row of ours


class MoveError(Exception):
    """Nothing was moved; the text is a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A table that was moved: its name, its rows, and a digest of all of them that both sides gave."""

    table: str
    rows: int
    digest: str


def move(source: Mapping[str, Any], now: datetime) -> list[Moved]:
    """Move everything from the database of these settings to the studio's own. Raises MoveError, Error."""
    with _opened(source):
        _refuse(now)
        with transaction.atomic():
            _be_patient()
            for model in tables():
                _copy(model)
            _set_counters()
            return _compared()  # what differs is moved back with all the rest


def _be_patient() -> None:
    """Let PostgreSQL wait in this transaction while the other side is read: that may take minutes."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def tables() -> list[type[models.Model]]:
    """Return every model with a table that is moved, those of joined rows too, each table once."""
    found = apps.get_models(include_auto_created=True)
    kept = [
        one for one in found if one._meta.managed and not one._meta.proxy and one._meta.app_label not in OWN
    ]
    return list({one._meta.db_table: one for one in kept}.values())


class _opened:  # noqa: N801 - used as a function
    """The source under its alias while the block lasts."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = dict(told)

    def __enter__(self) -> None:
        known = connections.settings
        known[SOURCE] = {**known[DEFAULT_DB_ALIAS], **self.told}

    def __exit__(self, *exception: object) -> None:
        connections[SOURCE].close()
        del connections[SOURCE], connections.settings[SOURCE]


def _refuse(now: datetime) -> None:
    """Raise MoveError where moving would lose or mix something."""
    for alias, which in ((SOURCE, "The database that is left"), (DEFAULT_DB_ALIAS, "The new database")):
        executor = MigrationExecutor(connections[alias])
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            first = f"{plan[0][0].app_label}.{plan[0][0].name}"
            raise MoveError(f"{which} lacks {len(plan)} changes, the first is {first}. Migrate it first.")
    beating = Heartbeat.objects.using(SOURCE).filter(at__gt=now - heartbeats.SILENT_AFTER).first()
    if beating:
        raise MoveError(f"The {beating.name} still runs on {beating.machine}. Stop the studio first.")
    if not Member.objects.using(SOURCE).exists():
        raise MoveError("The database that is left has no member: it is not a studio's.")
    if Member.objects.exists() or Entry.objects.exists():
        raise MoveError("The new database is not empty. Name one that holds nothing yet.")


def _copy(model: type[models.Model]) -> None:
    """Write the rows of a table as they are; what migrations put there gives way to them."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    manager = model._base_manager
    if manager.exists():
        manager.all()._raw_delete(DEFAULT_DB_ALIAS)
    rows = manager.using(SOURCE).order_by("pk").iterator(AT_ONCE)
    for some in batched(rows, AT_ONCE, strict=False):
        manager._insert(some, fields=fields, using=DEFAULT_DB_ALIAS, raw=True)  # type: ignore[attr-defined]


def _set_counters() -> None:
    """Have the next row of each table numbered behind those that were moved."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def _compared() -> list[Moved]:
    found = [_same(model) for model in tables()]
    if differences := check.check().differences:
        raise MoveError(f"The ledger is not exact in the new database: {differences[0]}. Nothing was moved.")
    return found


def _same(model: type[models.Model]) -> Moved:
    (rows, digest), (before, wanted) = _digest(model, DEFAULT_DB_ALIAS), _digest(model, SOURCE)
    if (rows, digest) != (before, wanted):
        table = model._meta.db_table
        raise MoveError(
            f"{table}: {before} rows were to be moved, {rows} differ from them. Nothing was moved."
        )
    return Moved(table=model._meta.db_table, rows=rows, digest=digest)


def _digest(model: type[models.Model], alias: str) -> tuple[int, str]:
    """Return how many rows a table has, and a digest of all that they hold, in whatever order they lie."""
    names = [field.attname for field in model._meta.local_concrete_fields if not field.generated]
    total, rows = 0, 0
    for row in model._base_manager.using(alias).order_by().values_list(*names).iterator(AT_ONCE):
        rows += 1
        total += int.from_bytes(hashlib.sha256("\x1f".join(_plain(row)).encode()).digest())
    return rows, f"{total % 2**256:064x}"


def _plain(row: tuple[Any, ...]) -> Iterator[str]:
    """Yield values so that both databases give the same; PostgreSQL orders the names of a JSON object."""
    for value in row:
        if isinstance(value, dict | list):
            yield json.dumps(value, sort_keys=True)
        else:
            yield repr(bytes(value) if isinstance(value, memoryview) else value)
