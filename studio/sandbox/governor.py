"""Rate limits: requests a minute, jobs at once, pictures a day (S59-S66, S83, S87, S96).

They belong to the account, so that two keys of one account share them.  The
minute is a sliding one: never more than the limit in any 60 seconds (or in as many
as the account was told to take for its minute).  A refused
request is not counted [decided].
"""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass

from studio.sandbox import jobs
from studio.sandbox.accounts import Account
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import Setting
from studio.sandbox.plans import PLANS
from studio.sandbox.stamps import day_start, iso

WINDOW_SECONDS = 60.0
DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The last minute of an account: `reset_at` (Unix seconds) is when its next request may be made
    or, while some are left, when the first of them frees its place."""

    limit: int
    used: int
    reset_at: float

    @property
    def remaining(self) -> int:
        """How many requests are left now."""
        return max(0, self.limit - self.used)


def window(db: sqlite3.Connection, account: Account, now: float, lowered: Setting | None = None) -> Window:
    """The account's window at `now`; `lowered` is the fault that lowers its limit."""
    limit = min(account.requests_per_minute, int(lowered.value)) if lowered else account.requests_per_minute
    counted = "FROM requests WHERE account_id = ? AND counted = 1 AND at > ?"
    whose = (account.id, now - account.window_seconds)
    used = int(db.execute(f"SELECT count(*) {counted}", whose).fetchone()[0])
    row = db.execute(
        f"SELECT at {counted} ORDER BY at LIMIT 1 OFFSET ?", (*whose, max(0, used - limit))
    ).fetchone()
    return Window(limit=limit, used=used, reset_at=(row[0] if row else now) + account.window_seconds)


def stranger(now: float) -> Window:
    """What a caller without a valid key is told: the smallest plan, untouched [decided]."""
    return Window(limit=PLANS["free"].requests_per_minute, used=0, reset_at=now + WINDOW_SECONDS)


def check_minute(seen: Window) -> None:
    """Raises ApiError(429, limit="requests") where the minute is used up."""
    if seen.remaining == 0:
        raise ApiError(
            429,
            f"Rate limit exceeded: {seen.limit} requests a minute.",
            limit="requests",
            resetAt=iso(math.ceil(seen.reset_at)),
        )


def check_at_once(db: sqlite3.Connection, account: Account, now: float) -> None:
    """Raises ApiError(429, limit="concurrency") where as many jobs run as the plan allows."""
    if jobs.running(db, account.id, now) >= account.jobs_at_once:
        message = f"Rate limit exceeded: {account.jobs_at_once} jobs at once."
        raise ApiError(429, message, limit="concurrency")


def check_day(db: sqlite3.Connection, account: Account, now: float, *, by_requests: bool = False) -> None:
    """Raises ApiError(429, limit="daily") where the UTC day's pictures (or requests) are used up."""
    if account.images_per_day is None:
        return
    since = day_start(now)
    made = requests_since(db, account, since) if by_requests else jobs.made_since(db, account.id, since)
    if made >= account.images_per_day + int(by_requests):  # the request itself is among them
        what = "requests" if by_requests else "images"
        message = f"Rate limit exceeded: {account.images_per_day} {what} a day."
        raise ApiError(429, message, limit="daily", resetAt=iso(since + DAY_SECONDS))


def requests_since(db: sqlite3.Connection, account: Account, since: float) -> int:
    """How many requests of the account were counted since `since` (Unix seconds)."""
    row = db.execute(
        "SELECT count(*) FROM requests WHERE account_id = ? AND counted = 1 AND at >= ?", (account.id, since)
    ).fetchone()
    return int(row[0])


def note(
    db: sqlite3.Connection, account: Account, now: float, method: str, path: str, *, counted: bool
) -> int:
    """Writes a request down as it comes in; gives the number under which `answered` completes it."""
    made = db.execute(
        "INSERT INTO requests (key, account_id, at, method, path, subject, status, counted)"
        " VALUES (?, ?, ?, ?, ?, '', 0, ?)",
        (account.key, account.id, now, method, path, int(counted)),
    )
    return made.lastrowid or 0


def answered(db: sqlite3.Connection, number: int, subject: str, status: int, refused_by: str | None) -> None:
    """Completes a request's line: what it asked, its HTTP status (0: none), which limit refused it."""
    db.execute(
        "UPDATE requests SET subject = ?, status = ?, refused_by = ? WHERE id = ?",
        (subject, status, refused_by, number),
    )


def headers(seen: Window, now: float, reset_format: str = "epoch") -> dict[str, str]:
    """The three X-RateLimit headers; [decided] the reset is in whole Unix seconds, rounded up."""
    at = math.ceil(seen.reset_at)
    resets = {
        "epoch": str(at),
        "epoch_ms": str(math.ceil(seen.reset_at * 1000)),
        "delta": str(math.ceil(seen.reset_at - now)),
        "iso": iso(at),
    }
    return {
        "X-RateLimit-Limit": str(seen.limit),
        "X-RateLimit-Remaining": str(seen.remaining),
        "X-RateLimit-Reset": resets[reset_format],
    }
