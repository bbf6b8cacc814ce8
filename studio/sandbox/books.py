"""What the sandbox wrote down, for tests and for people who compare: the independent oracle.

Reads only.  Every list is in the order in which things happened and can be
continued with `since`, the last number seen.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from studio.sandbox.governor import WINDOW_SECONDS

LISTS = {
    "charges": "SELECT id AS number, job_id, key, kind, credits, at FROM charges",
    "requests": "SELECT id AS number, key, at, method, path, subject, status, refused_by, counted"
    " FROM requests",
    "jobs": "SELECT number, id, key, status, prompt, width, height, quality, price, cost, webhook_url,"
    " created_at, ready_at, completed_at, painted_at, faults FROM jobs",
    "webhooks": "SELECT id AS number, job_id, key, url, state, attempts, due_at, last_at, last_answer"
    " FROM deliveries",
}
NUMBERS = {"charges": "id", "requests": "id", "jobs": "number", "webhooks": "id"}
MOST_ROWS = 10_000


def rows(db: sqlite3.Connection, what: str, key: str | None, since: int) -> list[dict[str, Any]]:
    """Up to 10,000 lines of one list after number `since`; of one key, or of all where it is None."""
    sql = f"{LISTS[what]} WHERE {NUMBERS[what]} > ? AND (? IS NULL OR key = ?) ORDER BY 1 LIMIT {MOST_ROWS}"
    return [dict(row) for row in db.execute(sql, (since, key, key))]


def summary(db: sqlite3.Connection, key: str | None) -> dict[str, Any]:
    """Counts of a key, or of all: requests, 429s, busiest 60 s, most jobs at once, jobs, credits charged."""
    counts = db.execute(
        "SELECT count(*), coalesce(sum(refused_by IS NOT NULL), 0), coalesce(sum(counted), 0)"
        " FROM requests WHERE (? IS NULL OR key = ?)",
        (key, key),
    ).fetchone()
    return {
        "requests": counts[0],
        "refused_by_limits": counts[1],
        "counted_requests": counts[2],
        "busiest_minute": busiest(db, key),
        "most_jobs_at_once": most_at_once(db, key),
        "jobs": _jobs(db, key),
        "credits_charged": _charged(db, key),
    }


def busiest(db: sqlite3.Connection, key: str | None) -> int:
    """The most counted requests in any 60 seconds."""
    times = [
        row["at"]
        for row in db.execute(
            "SELECT at FROM requests WHERE counted = 1 AND (? IS NULL OR key = ?) ORDER BY at", (key, key)
        )
    ]
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - WINDOW_SECONDS:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_at_once(db: sqlite3.Connection, key: str | None) -> int:
    """The most jobs that ran at one moment."""
    steps: list[tuple[float, int]] = []
    for row in db.execute(
        "SELECT created_at, completed_at FROM jobs WHERE (? IS NULL OR key = ?)", (key, key)
    ):
        steps.append((row["created_at"], 1))
        if row["completed_at"] is not None:
            steps.append((row["completed_at"], -1))
    most = running = 0
    for _, step in sorted(steps):  # at one moment, endings come first
        running += step
        most = max(most, running)
    return most


def _jobs(db: sqlite3.Connection, key: str | None) -> dict[str, int]:
    found = db.execute(
        "SELECT status, count(*) FROM jobs WHERE (? IS NULL OR key = ?) GROUP BY status", (key, key)
    )
    return {row[0]: row[1] for row in found}


def _charged(db: sqlite3.Connection, key: str | None) -> int:
    found = db.execute(
        "SELECT coalesce(sum(credits), 0) FROM charges WHERE (? IS NULL OR key = ?)", (key, key)
    )
    return int(found.fetchone()[0])
