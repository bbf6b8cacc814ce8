"""How transactions of SQLite wait for the write lock: one of a process looks, all get their turn."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import DjangoDbBlocker

from studio.sqlite import base
from studio.sqlite.base import DatabaseWrapper

type Connect = Callable[..., DatabaseWrapper]


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Connect]:
    """Make connections to one file of the test's own, for any thread."""
    made: list[DatabaseWrapper] = []

    def one(*, timeout: float = 20) -> DatabaseWrapper:
        options = {"timeout": timeout, "transaction_mode": "IMMEDIATE"}
        settings: dict[str, Any] = {
            "ENGINE": "studio.sqlite", "NAME": str(tmp_path / "db"), "CONN_MAX_AGE": None, "TIME_ZONE": None,
            "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False,
            "OPTIONS": {**options, "init_command": "PRAGMA journal_mode=WAL"},
        }  # fmt: skip
        wrapper = DatabaseWrapper(settings, "trial")
        wrapper.inc_thread_sharing()
        wrapper.ensure_connection()
        made.append(wrapper)
        return wrapper

    with django_db_blocker.unblock():
        yield one
    for wrapper in made:
        wrapper.close()


def begin(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def own_patience(wrapper: DatabaseWrapper) -> int:
    return int(wrapper.connection.execute("PRAGMA busy_timeout").fetchone()[0])


def test_who_waits_begins_when_the_lock_is_free(connect: Connect) -> None:
    first, second = connect(), connect()
    begin(first)
    waiting = threading.Thread(target=begin, args=[second])
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    first.commit()
    waiting.join(10)
    assert second.connection.in_transaction


def test_who_waits_too_long_is_told_so_and_waits_as_before_with_other_statements(connect: Connect) -> None:
    first, second = connect(), connect(timeout=0.01)
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    assert own_patience(second) == 10


def test_other_errors_are_not_waited_out(connect: Connect) -> None:
    wrapper = connect()
    begin(wrapper)
    with pytest.raises(OperationalError, match="within a transaction"):
        wrapper._start_transaction_under_autocommit()


def test_of_a_process_one_thread_looks_and_all_get_their_turn(connect: Connect) -> None:
    threads, looking, most = 8, [0], [0]
    lock = threading.Lock()

    class Counted(DatabaseWrapper):
        def _begun(self, *, last: bool) -> bool:
            with lock:
                looking[0] += 1
                most[0] = max(most[0], looking[0])
            try:
                return super()._begun(last=last)
            finally:
                with lock:
                    looking[0] -= 1

    def write(wrapper: DatabaseWrapper) -> None:
        for _ in range(5):
            begin(wrapper)
            wrapper.connection.execute("UPDATE counted SET number = number + 1")
            wrapper.commit()
            wrapper.set_autocommit(True)

    connect().connection.executescript("CREATE TABLE counted (number); INSERT INTO counted VALUES (0);")
    wrappers = [connect() for _ in range(threads)]
    for wrapper in wrappers:
        wrapper.__class__ = Counted
    writing = [threading.Thread(target=write, args=[wrapper]) for wrapper in wrappers]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join(20)
    [total] = connect().connection.execute("SELECT number FROM counted").fetchone()
    assert (total, most[0]) == (5 * threads, 1)


def test_a_fork_begins_with_a_turn_that_nobody_holds() -> None:
    before = base._turn
    base._another_turn()
    assert base._turn is not before
    assert not base._turn.locked()
