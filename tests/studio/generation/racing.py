"""Several threads at one database, as several workers have it: SQLite's in a file, or PostgreSQL's.

The tests' usual database is in memory, where SQLite locks whole tables and no thread waits. Its
schema is copied into a file, and that file is the default database while the block lasts.
PostgreSQL locks rows, so that only there two of them can wait for each other; and it alone keeps
to the length of a column.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

SECONDS = 60


@contextmanager
def file_database(path: Path) -> Iterator[None]:
    """Have an empty copy of the test database in a file as the default one."""
    usual = connections[DEFAULT_DB_ALIAS]
    usual.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        usual.connection.backup(copy)
    named = usual.settings_dict
    name, named["NAME"] = named["NAME"], str(path)
    del connections[DEFAULT_DB_ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        named["NAME"] = name
        connections[DEFAULT_DB_ALIAS] = usual


def at_once[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Begin all the calls at one moment, each in a thread of its own; return what each returned."""
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait(timeout=SECONDS)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [running.result(timeout=SECONDS) for running in [threads.submit(run, call) for call in calls]]


def new_postgres(address: str, name: str = "pipeline") -> dict[str, Any]:
    """Return Django's settings for a new, empty database of that name on the server at that address."""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        folder = server.info.host
    named = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": "studio", "HOST": folder}
    known: dict[str, Any] = connections.configure_settings({DEFAULT_DB_ALIAS: named})[DEFAULT_DB_ALIAS]
    return known


@contextmanager
def database(named: dict[str, Any]) -> Iterator[None]:
    """Have the database of these settings as the default one."""
    usual, before = connections[DEFAULT_DB_ALIAS], connections.settings[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] = named
    del connections[DEFAULT_DB_ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = before
        connections[DEFAULT_DB_ALIAS] = usual
