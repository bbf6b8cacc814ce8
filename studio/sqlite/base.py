"""How a transaction of SQLite waits for the write lock: in turn, and looking often.

SQLite itself looks again after ever longer pauses of up to 100 ms, each thread by itself: with thirty of
them the lock lies idle while all sleep, and who came last gets it first. Here of each process one thread at
a time looks, every two milliseconds, and the others wait behind it without looking. Touches nothing else.
"""

import os
import sqlite3
import threading
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

SOON, LATER = 0.0005, 0.002  # seconds between two looks: at first, and then
PATIENCE = 20.0  # seconds for the lock, where the settings name no `timeout`


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions that write begin in turn."""

    transaction_mode: str | None  # Django sets it of the settings; its type stubs know neither this

    def _start_transaction_under_autocommit(self) -> None:  # nor this, which Django calls for `atomic`
        if self.transaction_mode != "IMMEDIATE" or self.is_in_memory_db():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        patience = float(self.settings_dict["OPTIONS"].get("timeout", PATIENCE))
        end = time.monotonic() + patience
        mine = _turn.acquire(timeout=patience)
        try:
            self._look_until(end, patience)
        finally:
            if mine:
                _turn.release()

    def _look_until(self, end: float, patience: float) -> None:
        """Begin as soon as the lock is free. Raises OperationalError when it was not until the end."""
        pause = SOON
        self._wait_by_itself(0)
        try:
            while not self._begun(last=time.monotonic() >= end):
                time.sleep(pause)
                pause = LATER
        finally:
            self._wait_by_itself(patience)

    def _begun(self, *, last: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except OperationalError as error:
            if last or not _is_busy(error):
                raise
            return False
        return True

    def _wait_by_itself(self, seconds: float) -> None:
        """Have SQLite itself wait so long for a lock: for all other statements it does."""
        self.connection.execute(f"PRAGMA busy_timeout={int(1000 * seconds)}")


def _is_busy(error: Any) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return bool(code & 0xFF == sqlite3.SQLITE_BUSY)


_turn = threading.Lock()


def _another_turn() -> None:
    global _turn
    _turn = threading.Lock()


os.register_at_fork(after_in_child=_another_turn)  # who held it is not in the child
