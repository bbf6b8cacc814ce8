"""A running studio's database, read beside it on any set-up, and held against the provider's books.

Every job of these tests has a prompt of its own, so that the provider's books tell them apart.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
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
    SELECT j.prompt, j.state, j.reason, j.detail, j.cost, j.remote_id, j.tries, j.saves, i.original,
        (SELECT count(*) FROM generation_attempt a WHERE a.job_id = j.id AND a.possibly_charged) AS doubts
    FROM generation_job j LEFT JOIN generation_image i ON i.job_id = j.id
"""
HELD = "SELECT coalesce(sum(held), 0) AS n FROM credits_account"
SETTLED = "SELECT -coalesce(sum(posted), 0) AS n FROM credits_entry WHERE kind = 'settle'"
UNPRICED = "SELECT count(*) AS n FROM generation_job WHERE cost IS NULL AND completed_at IS NOT NULL"
DOUBTS = "SELECT count(*) AS n FROM generation_job WHERE state IN ('unknown', 'overdue')"
MOVING = {"queued", "sending", "processing", "saving"}
IN_DOUBT = {"unknown", "overdue"}  # honestly shown so; their holds stay until it is known

type Job = dict[str, Any]


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

    def standing(self) -> str:
        """Return in words how many jobs are in each state, and how many prices are still to come."""
        return f"{self.states()}, {self.number(UNPRICED)} prices to come"

    def quiet(self) -> bool:
        """Say whether every job is at an end, and every price that is to be asked for is known (S55)."""
        return not MOVING & set(self.states()) and self.number(UNPRICED) == 0

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

    states: dict[str, int]
    bought: int
    doubtful: int

    @property
    def jobs(self) -> int:
        return sum(self.states.values())

    @property
    def done(self) -> int:
        return self.states.get("done", 0)

    @property
    def unknown(self) -> int:
        return self.states.get("unknown", 0)

    def __str__(self) -> str:
        ends = ", ".join(f"{number} {state}" for state, number in sorted(self.states.items()))
        return f"{self.jobs} jobs: {ends}; {self.bought} bought, {self.doubtful} of them in doubt"


def see_the_promises_kept(records: Records, *, ends: Sequence[str] = ("done", "unknown")) -> Outcome:
    """Assert every promise; `ends` are the states that a job may have come to."""
    jobs = records.jobs()
    by_prompt = {job["prompt"]: job for job in jobs}
    made = Books(records.house).jobs()
    assert len(by_prompt) == len(jobs), "an image twice"
    assert [job for job in jobs if job["state"] not in ends] == []
    assert {one["prompt"] for one in made} <= set(by_prompt), "bought unasked"
    _see_the_pictures(records, jobs, made)
    _see_nothing_bought_twice(by_prompt, made)
    doubtful = _see_the_money(records, by_prompt, made)
    return Outcome(states=records.states(), bought=len(made), doubtful=doubtful)


def _see_the_pictures(records: Records, jobs: list[Job], made: list[Job]) -> None:
    by_id = {one["id"]: one for one in made}
    for job in jobs:
        if job["state"] == "done":
            assert by_id[job["remote_id"]]["prompt"] == job["prompt"]
            assert (records.house.data / "originals" / Path(job["original"])).is_file()


def _see_nothing_bought_twice(by_prompt: dict[str, Job], made: list[Job]) -> None:
    """Assert one purchase a job; one more only for each attempt that the studio shows as possibly charged."""
    bought: dict[str, int] = {}
    for one in made:
        bought[one["prompt"]] = bought.get(one["prompt"], 0) + 1
    assert {
        prompt: number for prompt, number in bought.items() if number > 1 + by_prompt[prompt]["doubts"]
    } == {}


def _see_the_money(records: Records, by_prompt: dict[str, Job], made: list[Job]) -> int:
    """Assert that what was settled is what was charged; return how many charges are shown as in doubt."""
    known = {job["remote_id"] for job in by_prompt.values() if job["state"] not in IN_DOUBT}
    prompt_of = {one["id"]: one["prompt"] for one in made}
    charges = Books(records.house).read("charges")["charges"]
    assert records.number(SETTLED) == sum(int(one["credits"]) for one in charges if one["job_id"] in known)
    doubtful = [by_prompt[prompt_of[one["job_id"]]] for one in charges if one["job_id"] not in known]
    assert [job for job in doubtful if job["state"] not in IN_DOUBT and not job["doubts"]] == []
    assert any(_each_doubt_is_held(records) for _ in range(5)), records.check_ledger()
    return len(doubtful)


def _each_doubt_is_held(records: Records) -> bool:
    """Hold the open holds against the jobs in doubt, read one after the other: late news may come between."""
    in_doubt = records.number(DOUBTS)
    return f"{in_doubt} open holds" in records.check_ledger() and bool(in_doubt or records.number(HELD) == 0)
