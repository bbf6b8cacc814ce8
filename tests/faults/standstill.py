"""Stops a process between two writes to SQLite: `python -m tests.faults.standstill FILE PID`.

A process that is stopped amid a write keeps the only lock of the database: then nobody can take over,
the supervisor ends the queue, and what was to be woken is gone. So this one, which is not stopped,
takes the lock first, and lets it go when every thread of the other stands still.
"""

import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

WITHIN = 60.0  # seconds


def stop(database: Path, pid: int) -> None:
    """Stop it while nobody writes. Raises sqlite3.OperationalError where the lock is never free."""
    with closing(sqlite3.connect(database, timeout=WITHIN, isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        os.kill(pid, signal.SIGSTOP)
        while not stands_still(pid):
            time.sleep(0.01)
        lock.execute("ROLLBACK")


def stands_still(pid: int) -> bool:
    """Say whether every thread of a process is stopped (Linux only)."""
    try:
        threads = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("[0-9]*/stat")]
    except FileNotFoundError:  # one ended meanwhile
        return False
    return all(words.rpartition(") ")[2].startswith("T") for words in threads)


if __name__ == "__main__":
    stop(Path(sys.argv[1]), int(sys.argv[2]))
