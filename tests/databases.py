"""Databases for tests: a PostgreSQL of their own, and a flush that triggers let through.

A pytest plugin: `pytest_plugins = ["tests.databases"]`. Each xdist worker that wants a server starts
its own (`tests.servers`), unless the whole run has one (`tests.setups`).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import redis
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from tests import outside, servers, setups

REACHES_IT = frozenset({"db", "transactional_db", "running_studio"})


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of what starts processes of its own on the set-up of the run."""
    config.addinivalue_line("markers", "own_studio: starts a studio on the set-up of the run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the other set-ups, leave out what the full run on SQLite has shown already.

    A test differs there only if it reaches the database of the run: by a fixture, by pytest-django's
    marker, or by a studio that it starts there (`own_studio`). One that decides in plain code, or that
    brings a PostgreSQL or a Redis of its own, is the same on all three.
    """
    if setups.name() == "sqlite":
        return
    left_out = [item for item in items if not _reaches_the_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _reaches_the_database(item)]


def _reaches_the_database(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "own_studio"))
    return marked or not REACHES_IT.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a database `studio` in a throw-away PostgreSQL, as DATABASE_URL wants it.

    Skips where PostgreSQL is not installed; with REQUIRE_ALL=1 `tests.conftest` makes that a failure.
    """
    if setups.postgres_url():
        yield setups.postgres_url()
        return
    if (binaries := outside.postgres()) is None:
        pytest.skip("PostgreSQL is not here")
    with servers.postgres(binaries) as address:
        yield address


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers() -> Iterator[None]:
    """Flush with DELETE, which append-only tables refuse: their triggers are lifted meanwhile.

    On PostgreSQL Django would use TRUNCATE, which makes new files for every table and index, a quarter
    of a second each time; a test leaves rows in a few of them.
    """
    with pytest.MonkeyPatch.context() as patch:
        for wrapper, flush in ((SQLite, _flush_sqlite), (PostgreSQL, _flush_postgres)):
            operations: Any = wrapper.ops_class
            patch.setattr(operations, "sql_flush", flush(operations.sql_flush))
        yield


def _flush_sqlite(genuine: Any) -> Any:
    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        lift = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*lift, *genuine(self, style, tables, **options), *(sql for _, sql in triggers)]

    return sql_flush


def _flush_postgres(genuine: Any) -> Any:
    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        if not tables or options.get("reset_sequences"):
            return list(genuine(self, style, tables, **options))
        quoted = {name: self.quote_name(name) for name in tables}
        asks = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table})" for name, table in quoted.items()]
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asks))
            full = [quoted[name] for (name,) in cursor.fetchall()]
        off, on = "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
        return [off, *(f"DELETE FROM {table}" for table in full), on] if full else []

    return sql_flush


@contextmanager
def new_database(server: str, *, template: str = "template1") -> Iterator[str]:
    """Have a new database on the server at this address, empty or as its template; yield its own address."""
    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # our own letters and digits
    try:
        yield server.replace("/studio?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_postgres_url(postgres_url: str) -> Iterator[str]:
    """The address of a new, empty database on that server, for a test that must be alone in it."""
    with new_database(postgres_url) as address:
        yield address


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of an empty throw-away Redis on a Unix socket, as REDIS_URL wants it.

    Skips where Redis is not installed; with REQUIRE_ALL=1 `tests.conftest` makes that a failure.
    """
    if (program := outside.redis()) is None:
        pytest.skip("Redis is not here")
    with servers.redis(program) as address:
        yield address


@pytest.fixture(autouse=True)
def _silent_queue() -> Iterator[None]:
    """Leave no bell in Redis to the next test; those in the database go with its rows."""
    yield
    if address := setups.redis_url():
        with redis.Redis.from_url(address) as connection:
            connection.flushdb()
