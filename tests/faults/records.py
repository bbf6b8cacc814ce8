"""A running studio's database, read beside it on any set-up; and what it and the provider must agree on."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.house import ROOT, House, environment
from tests.visitor import Books

CHECK_WITHIN = 120.0  # seconds
JOBS = """
    SELECT j.prompt, j.state, j.reason, j.detail, j.cost, j.remote_id, j.tries, j.saves, i.original
    FROM generation_job j LEFT JOIN generation_image i ON i.job_id = j.id
"""
HELD = "SELECT coalesce(sum(held), 0) AS n FROM credits_account"
SETTLED = "SELECT -coalesce(sum(posted), 0) AS n FROM credits_entry WHERE kind = 'settle'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """One studio's records. `database` is its DATABASE_URL, "" for a file in its data."""

    house: House
    database: str = ""
    redis: str = ""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a question to the studio's database."""
        if self.database:
            with psycopg.connect(self.database, row_factory=dict_row, autocommit=True) as db:
                return list(db.execute(sql.encode()))
        address = f"file:{self.house.data / 'studio.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql)]

    def number(self, sql: str) -> int:
        """Return the one number that a question has for an answer, named `n`."""
        return int(self.rows(sql)[0]["n"])

    def write(self, sql: str) -> None:
        """Change the studio's database behind its back."""
        if self.database:
            with psycopg.connect(self.database, autocommit=True) as server:
                server.execute(sql.encode())
            return
        with closing(sqlite3.connect(self.house.data / "studio.sqlite3", timeout=20)) as db:
            db.execute(sql)
            db.commit()

    def states(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        rows = self.rows("SELECT state, count(*) AS n FROM generation_job GROUP BY state")
        return {str(row["state"]): int(row["n"]) for row in rows}

    def jobs(self) -> list[dict[str, Any]]:
        """Return every job, with its image where it has one; one of two images comes twice."""
        return self.rows(JOBS)

    def check_ledger(self) -> str:
        """Run the operator's own check; anything but success is a failure."""
        own = {"DATABASE_URL": self.database, "REDIS_URL": self.redis}
        done = subprocess.run(
            [sys.executable, "manage.py", "check_ledger"],
            cwd=ROOT,
            env=environment(self.house.data, **own),
            capture_output=True,
            text=True,
            timeout=CHECK_WITHIN,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of all the jobs of a studio."""

    jobs: int
    done: int
    unknown: int
    failed: int
    bought: int
    unknown_bought: int

    def __str__(self) -> str:
        return (
            f"{self.jobs} jobs: {self.done} done, {self.unknown} honestly unknown"
            f" ({self.unknown_bought} of them bought), {self.failed} failed; {self.bought} bought, none twice"
        )


def see_the_promises_kept(records: Records, *, may_fail: bool = False) -> Outcome:
    """Hold the studio's books against the provider's: nothing lost, nothing twice, no credit astray.

    Every job has a prompt of its own. `may_fail` is for providers that refuse or spoil things.
    """
    jobs = records.jobs()
    bought: dict[str, list[dict[str, Any]]] = {}
    for one in Books(records.house).jobs():
        bought.setdefault(one["prompt"], []).append(one)
    by_prompt = {job["prompt"]: job for job in jobs}
    assert len(by_prompt) == len(jobs), "an image twice"

    ends = {"done", "unknown", "failed"} if may_fail else {"done", "unknown"}
    assert [job for job in jobs if job["state"] not in ends] == []
    assert {prompt: n for prompt, made in bought.items() if (n := len(made)) > 1} == {}, "bought twice"
    assert set(bought) <= set(by_prompt), "bought unasked"

    done = [job for job in jobs if job["state"] == "done"]
    for job in done:
        (made,) = bought[job["prompt"]]
        assert (job["remote_id"], job["cost"]) == (made["id"], made["cost"])
        assert (records.house.data / "originals" / Path(job["original"])).is_file()
    unknown = {job["prompt"] for job in jobs if job["state"] == "unknown"}
    _see_the_money(records, unknown)
    return Outcome(
        jobs=len(jobs),
        done=len(done),
        unknown=len(unknown),
        failed=len(jobs) - len(done) - len(unknown),
        bought=len(bought),
        unknown_bought=len(unknown & set(bought)),
    )


def _see_the_money(records: Records, unknown: set[str]) -> None:
    """What was settled is what was charged, but for unknown jobs; and their holds alone are open."""
    books = Books(records.house)
    theirs = {job["id"] for job in books.jobs() if job["prompt"] in unknown}
    charges = books.read("charges")["charges"]
    known = sum(int(charge["credits"]) for charge in charges if charge["job_id"] not in theirs)
    assert records.number(SETTLED) == known
    assert f"{len(unknown)} open holds" in records.check_ledger()
    if not unknown:
        assert records.number(HELD) == 0
