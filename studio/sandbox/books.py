"""What the sandbox wrote down, line by line, for tests and for people who compare: the independent oracle.

Reads only.  Every list is in the order in which things happened and can be
continued with `since`, the last number seen.
"""

from __future__ import annotations

import sqlite3
from typing import Any

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


def newest(db: sqlite3.Connection, what: str, key: str | None, most: int) -> list[dict[str, Any]]:
    """The last `most` lines of one list, newest first."""
    sql = f"{LISTS[what]} WHERE (? IS NULL OR key = ?) ORDER BY 1 DESC LIMIT ?"
    return [dict(row) for row in db.execute(sql, (key, key, most))]
