"""The rows of jobs, and what the world is told of one.

Functions take the open transaction.  Money and webhooks are not here.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from dataclasses import dataclass
from typing import Any

from studio.sandbox.orders import SERVICE, Order
from studio.sandbox.stamps import iso

LETTERS = string.ascii_lowercase + string.digits
NEVER = 1e11  # Unix seconds of a moment that does not come


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One picture that was bought.  Times are Unix seconds; `faults` maps a fault's name to its value."""

    number: int
    id: str
    key: str
    account_id: int
    prompt: str
    width: int
    height: int
    quality: str
    version: str
    webhook_url: str | None
    status: str
    price: int
    cost: int | None
    created_at: float
    ready_at: float
    completed_at: float | None
    painted_at: float | None
    faults: dict[str, Any]

    @property
    def wants_paint(self) -> bool:
        """Whether a picture has to be made before the job can complete."""
        return self.status == "processing" and self.painted_at is None


def _read(row: sqlite3.Row) -> Job:
    return Job(**{**row, "faults": json.loads(row["faults"])})


def by_id(db: sqlite3.Connection, job_id: str) -> Job | None:
    """The job of that id, whoever it belongs to."""
    row = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return _read(row) if row else None


def due(db: sqlite3.Connection, now: float) -> list[Job]:
    """Running jobs whose time is over and whose picture is there, oldest first."""
    rows = db.execute(
        "SELECT * FROM jobs WHERE status = 'processing' AND ready_at <= ? AND painted_at IS NOT NULL"
        " ORDER BY ready_at, number",
        (now,),
    )
    return [_read(row) for row in rows]


def next_ready(db: sqlite3.Connection) -> float | None:
    """When the next painted job is ready; None where none is on its way."""
    row = db.execute(
        "SELECT min(ready_at) FROM jobs WHERE status = 'processing' AND painted_at IS NOT NULL"
    ).fetchone()
    return None if row[0] is None else float(row[0])


def unpainted(db: sqlite3.Connection) -> list[Job]:
    """Running jobs that still need a picture."""
    rows = db.execute(
        "SELECT * FROM jobs WHERE status = 'processing' AND painted_at IS NULL ORDER BY ready_at"
    )
    return [_read(row) for row in rows]


def next_number(db: sqlite3.Connection) -> int:
    """The number that the next job gets."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'").fetchone()
    return int(row[0]) + 1 if row else 1


def add(
    db: sqlite3.Connection,
    order: Order,
    *,
    key: str,
    account_id: int,
    price: int,
    now: float,
    ready_at: float,
    painted_at: float | None,
    faults: dict[str, Any],
) -> Job:
    """A new job, processing from `now` on, under a new id of 12 letters and digits (S42)."""
    job_id = "".join(secrets.choice(LETTERS) for _ in range(12))
    db.execute(
        "INSERT INTO jobs (id, key, account_id, prompt, width, height, quality, version, webhook_url, status,"
        " price, created_at, ready_at, painted_at, faults) VALUES (?,?,?,?,?,?,?,?,?,'processing',?,?,?,?,?)",
        (
            job_id,
            key,
            account_id,
            order.prompt,
            order.width,
            order.height,
            order.quality,
            order.version,
            order.webhook_url,
            price,
            now,
            ready_at,
            painted_at,
            json.dumps(faults),
        ),
    )
    job = by_id(db, job_id)
    assert job is not None
    return job


def finish(db: sqlite3.Connection, job: Job, status: str, at: float) -> bool:
    """Moves a running job to its end; False when it had ended already."""
    done = db.execute(
        "UPDATE jobs SET status = ?, completed_at = ? WHERE number = ? AND status = 'processing'",
        (status, at, job.number),
    )
    return done.rowcount == 1


def set_cost(db: sqlite3.Connection, job: Job, cost: int) -> None:
    """Notes what the job really cost."""
    db.execute("UPDATE jobs SET cost = ? WHERE number = ?", (cost, job.number))


def set_painted(db: sqlite3.Connection, number: int, at: float) -> None:
    """Notes that the picture of job `number` is there since `at`."""
    db.execute("UPDATE jobs SET painted_at = ? WHERE number = ? AND painted_at IS NULL", (at, number))


def running(db: sqlite3.Connection, account_id: int, now: float) -> int:
    """How many jobs of an account are running, those among them whose answer waits for their end."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM jobs WHERE account_id = :whose AND status = 'processing')"
        " + (SELECT count(*) FROM jobs WHERE account_id = :whose AND completed_at > :now)",
        {"whose": account_id, "now": now},
    ).fetchone()
    return int(row[0])


def reserved(db: sqlite3.Connection, account_id: int) -> int:
    """Credits that an account's running jobs will still cost."""
    row = db.execute(
        "SELECT coalesce(sum(price), 0) FROM jobs"
        " WHERE account_id = ? AND status = 'processing' AND cost IS NULL",
        (account_id,),
    ).fetchone()
    return int(row[0])


def made_since(db: sqlite3.Connection, account_id: int, since: float) -> int:
    """How many jobs an account made since `since` (Unix seconds)."""
    row = db.execute(
        "SELECT count(*) FROM jobs WHERE account_id = ? AND created_at >= ?", (account_id, since)
    ).fetchone()
    return int(row[0])


def view(job: Job, *, now: float, base_url: str) -> dict[str, Any]:
    """All that is said of a job, under the provider's names; `creditCost` true, whatever the faults say."""
    return {
        "id": job.id,
        "status": _status(job, now),
        "type": "IMAGE",
        "provider": SERVICE,
        "url": _url(job, base_url),
        "duration": None,
        "metadata": {"duration": None, "width": job.width, "height": job.height},
        "width": job.width,
        "height": job.height,
        "creditCost": job.cost,
        "webhookUrl": job.webhook_url,
        "error": _error(job),
        "createdAt": iso(job.created_at),
        "completedAt": None if job.completed_at is None else iso(job.completed_at),
    }


def _status(job: Job, now: float) -> str:
    if job.status != "processing":
        return job.status
    if "strange_status" in job.faults:
        return str(job.faults["strange_status"])
    half = job.created_at + (job.ready_at - job.created_at) / 2
    return "queued" if "queued" in job.faults and now < half else "processing"


def _url(job: Job, base_url: str) -> str | None:
    if job.status != "completed" or "completed_without_url" in job.faults:
        return None
    elsewhere = job.faults.get("url_elsewhere")
    return str(elsewhere) if elsewhere else f"{base_url}/outputs/{job.id}.jpg"


def _error(job: Job) -> dict[str, str] | None:
    if job.status != "failed":
        return None
    code = str(job.faults.get("failed_job", "FAILED"))
    return {"code": code, "message": "The picture could not be generated."}
