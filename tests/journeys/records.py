"""The studio's own database beside a running studio, read only: what a journey is proved against."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from tests.house import ROOT, House, environment

CHECK_WITHIN = 60.0  # seconds


def rows(house: House, sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a question to the database."""
    return list(_rows(house, sql, values))


def _rows(house: House, sql: str, values: tuple[object, ...]) -> Iterator[dict[str, Any]]:
    address = f"file:{house.data / 'studio.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=20)) as db:
        db.row_factory = sqlite3.Row
        for row in db.execute(sql, values):
            yield dict(row)


def settled(house: House) -> int:
    """Return the credits that the ledger booked for pictures altogether."""
    return -int(
        rows(house, "SELECT coalesce(sum(posted), 0) AS all_ FROM credits_entry WHERE kind = 'settle'")[0][
            "all_"
        ]
    )


def held(house: House) -> int:
    """Return the credits that are held now."""
    return int(rows(house, "SELECT coalesce(sum(held), 0) AS all_ FROM credits_account")[0]["all_"])


def wait_until_priced(house: House, within: float = 60.0) -> None:
    """Wait for the prices that no webhook names: they are asked for a little later, and holds end by them."""
    end = time.monotonic() + within
    while held(house):
        assert time.monotonic() < end, f"still held after {within} s"
        time.sleep(0.2)


def check_ledger(house: House) -> str:
    """Run the operator's own check and return what it says; anything but success is a failure."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check_ledger"],
        cwd=ROOT,
        env=environment(house.data),
        capture_output=True,
        text=True,
        timeout=CHECK_WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
