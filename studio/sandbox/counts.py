"""What the books add up to: how busy, how many at once, what was bought twice.

Reads only.  The limits belong to an account, so that most counts can be had of
one key or of all keys of its account.
"""
# ruff: noqa: S608 - every statement is put together from constants of this file

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from studio.sandbox.accounts import Account

MINUTE = 60.0  # seconds
WHOSE = "(:keys IS NULL OR key IN (SELECT value FROM json_each(:keys)))"
ASKED = (
    "SELECT count(*) AS requests, coalesce(sum(counted), 0) AS counted_requests,"
    " coalesce(sum(status = 429), 0) AS answered_429, min(at) AS first_at, max(at) AS last_at"
    f" FROM requests WHERE {WHOSE}"
)
TALLIES = {
    "refused_by": "SELECT refused_by, count(*) FROM requests"
    f" WHERE refused_by IS NOT NULL AND {WHOSE} GROUP BY 1",
    "by_subject": f"SELECT subject, count(*) FROM requests WHERE {WHOSE} GROUP BY 1",
    "jobs": f"SELECT status, count(*) FROM jobs WHERE {WHOSE} GROUP BY 1",
}
CHARGED = f"SELECT coalesce(sum(credits), 0) FROM charges WHERE {WHOSE}"
TIMES = f"SELECT at FROM requests WHERE counted = 1 AND {WHOSE} ORDER BY at"
SPANS = f"SELECT created_at, completed_at FROM jobs WHERE {WHOSE}"
_BOUGHT = (
    "SELECT {by} AS what, count(*) AS jobs, group_concat(id, ' ') AS ids, coalesce(sum(cost), 0) AS credits,"
    " min(created_at) AS first_at, max(created_at) AS last_at"
    " FROM jobs WHERE {whose} GROUP BY 1 ORDER BY 2 DESC, min(number)"
)
BY = {name: _BOUGHT.format(by=name, whose=WHOSE) for name in ("webhook_url", "prompt")}


def summary(db: sqlite3.Connection, keys: Sequence[str], window: float = MINUTE) -> dict[str, Any]:
    """Counts of the given keys taken together; of every key where none is given.

    `busiest_window` is the most counted requests in any `window` seconds.
    """
    whose = _whose(keys)
    tallies = {name: {row[0]: row[1] for row in db.execute(sql, whose)} for name, sql in TALLIES.items()}
    return {
        **dict(db.execute(ASKED, whose).fetchone()),
        **tallies,
        "refused_by_limits": sum(tallies["refused_by"].values()),
        "window_seconds": window,
        "busiest_window": busiest(db, keys, window),
        "busiest_minute": busiest(db, keys, MINUTE),
        "most_jobs_at_once": most_at_once(db, keys),
        "credits_charged": charged(db, keys),
    }


def charged(db: sqlite3.Connection, keys: Sequence[str]) -> int:
    """Credits charged to the given keys, less what was refunded; to every key where none is given."""
    return int(db.execute(CHARGED, _whose(keys)).fetchone()[0])


def keys_of(db: sqlite3.Connection, account: Account) -> list[str]:
    """All keys of an account."""
    return [row["key"] for row in db.execute("SELECT key FROM keys WHERE account_id = ?", (account.id,))]


def busiest(db: sqlite3.Connection, keys: Sequence[str], window: float) -> int:
    """The most counted requests in any `window` seconds."""
    times = [row[0] for row in db.execute(TIMES, _whose(keys))]
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - window:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_at_once(db: sqlite3.Connection, keys: Sequence[str]) -> int:
    """The most jobs that ran at one moment."""
    steps: list[tuple[float, int]] = []
    for begun, ended in db.execute(SPANS, _whose(keys)):
        steps += [(begun, 1)] if ended is None else [(begun, 1), (ended, -1)]
    most = running = 0
    for _, step in sorted(steps):  # at one moment, endings come first
        running += step
        most = max(most, running)
    return most


def bought(db: sqlite3.Connection, keys: Sequence[str], by: str) -> dict[str, Any]:
    """How many jobs were made for each webhook address, or for each prompt, the most first.

    An address of a job's own tells whether the same work was bought twice:
    `twice` is how many addresses (or prompts) have more than one job.
    """
    rows = [{**row, "ids": row["ids"].split(" ")} for row in db.execute(BY[by], _whose(keys))]
    twice = sum(row["jobs"] > 1 for row in rows if row["what"] is not None)
    return {"by": by, "twice": twice, "bought": rows}


def _whose(keys: Sequence[str]) -> dict[str, str | None]:
    return {"keys": json.dumps(list(keys)) if keys else None}
