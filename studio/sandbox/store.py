"""The sandbox's own SQLite file: one connection, one writer at a time.

Everything that must outlive a kill -9 is here.  In WAL mode with
synchronous=NORMAL a commit survives the death of the process, which is all
that is asked.  A transaction is short: nothing is painted or sent inside one.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    credits INTEGER NOT NULL,
    requests_per_minute INTEGER NOT NULL,
    jobs_at_once INTEGER NOT NULL,
    window_seconds REAL NOT NULL DEFAULT 60,
    images_per_day INTEGER,
    latency TEXT
);
CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts(id),
    webhook_secret TEXT,
    disabled INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL REFERENCES keys(key),
    account_id INTEGER NOT NULL REFERENCES accounts(id),
    prompt TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    quality TEXT NOT NULL,
    version TEXT NOT NULL,
    webhook_url TEXT,
    status TEXT NOT NULL CHECK (status IN ('processing', 'completed', 'failed')),
    price INTEGER NOT NULL,
    cost INTEGER,
    created_at REAL NOT NULL,
    ready_at REAL NOT NULL,
    completed_at REAL,
    painted_at REAL,
    faults TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS jobs_running ON jobs (ready_at) WHERE status = 'processing';
CREATE INDEX IF NOT EXISTS jobs_of_account ON jobs (account_id, created_at);
CREATE INDEX IF NOT EXISTS jobs_ended_of_account ON jobs (account_id, completed_at);
CREATE INDEX IF NOT EXISTS jobs_running_of_account ON jobs (account_id) WHERE status = 'processing';
CREATE TABLE IF NOT EXISTS charges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL REFERENCES jobs(id),
    key TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund')),
    credits INTEGER NOT NULL,
    at REAL NOT NULL,
    UNIQUE (job_id, kind)
);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    subject TEXT NOT NULL,
    status INTEGER NOT NULL,
    refused_by TEXT,
    counted INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS requests_in_window ON requests (account_id, at) WHERE counted = 1;
CREATE TABLE IF NOT EXISTS faults (
    key TEXT NOT NULL REFERENCES keys(key),
    name TEXT NOT NULL,
    setting TEXT NOT NULL,
    PRIMARY KEY (key, name)
);
CREATE TABLE IF NOT EXISTS storms (
    key TEXT PRIMARY KEY REFERENCES keys(key),
    storm TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    body BLOB NOT NULL,
    signature TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given up')),
    held INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL,
    last_at REAL,
    last_answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_at) WHERE state = 'waiting';
"""
# What a file of an earlier sandbox lacks: table, column, what it is.
ADDED = (("accounts", "window_seconds", "REAL NOT NULL DEFAULT 60"),)
TABLES = ("deliveries", "faults", "storms", "requests", "charges", "jobs", "keys", "accounts")


class Store:
    """The database behind one lock; `transaction` is the only way in."""

    def __init__(self, path: Path | None) -> None:
        """`path` is the file, made with its folder where missing; None keeps all in memory."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA)
        self._catch_up()

    def _catch_up(self) -> None:
        for table, column, kind in ADDED:
            known = {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}
            if column not in known:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; a transaction inside another is a part of it."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._db
            except BaseException:
                self._leave("ROLLBACK")
                raise
            self._leave("COMMIT")

    def _leave(self, ending: str) -> None:
        self._depth -= 1
        if self._depth == 0 and self._db.in_transaction:
            self._db.execute(ending)

    def wipe(self) -> None:
        """Empties every table; job numbers start again at 1."""
        with self.transaction() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            db.execute("DELETE FROM sqlite_sequence")

    def close(self) -> None:
        """Closes the file; the store is of no use afterwards."""
        with self._lock:
            self._db.close()
