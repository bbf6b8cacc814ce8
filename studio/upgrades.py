"""Bring the database up to date, or wait until another machine has: never both at once (OPS-10, G7).

Touches migrations, and the folder `upgrades` of the data, where the database as it was is kept. On
PostgreSQL, where several machines may start together, an advisory lock lets one of them migrate while the
others wait for it.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from studio.generation import backups

log = logging.getLogger(__name__)

COPIES, COPIES_KEPT = "upgrades", 3
LOCK = 0x5354_5544_494F  # one number for every machine of the studio
LOOK_EVERY = 1.0  # seconds


def unapplied() -> list[str]:
    """Return the migrations that the database lacks, as `room.name`. Raises django.db.Error."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date() -> None:
    """Apply what is missing; quick when nothing is.

    A database that holds something is copied first (STUDIO_UPGRADE_BACKUP). Raises BackupError, OSError.
    """
    with _alone():
        if settings.UPGRADE_BACKUP and _holds_something() and (missing := unapplied()):
            _keep_a_copy(missing[0])
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def wait_for_others(seconds: float, stop: Callable[[], bool]) -> list[str]:
    """Wait until another machine has migrated; return what is missing still when the time is over."""
    end = time.monotonic() + seconds
    while (missing := unapplied()) and time.monotonic() < end and not stop():
        connections.close_all()
        time.sleep(LOOK_EVERY)
    return missing


def _holds_something() -> bool:
    return "accounts_member" in connection.introspection.table_names()


def _keep_a_copy(before: str) -> None:
    """Put a copy of the database beside it, named by the first migration that is to come; keep a few."""
    folder = settings.DATA / COPIES
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    path = backups.copy_database(folder, f"{at}-before-{before}")
    log.warning("the database is brought up to date; as it was it lies in %s", path)
    older = sorted(path for path in folder.iterdir() if "-before-" in path.name)[:-COPIES_KEPT]
    for path in older:
        path.unlink()


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # a migration may take long, and think long between two steps
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        except OperationalError:
            connection.close()  # the lock ended with the session
