"""Several threads at one database that lies in a file, as several workers have it.

The tests' usual database is in memory, where SQLite locks whole tables and no thread waits. Its
schema is copied into a file, and that file is the default database while the block lasts.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

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
