"""What the pages of credits cost on ledgers of several sizes, beside the obvious aggregations.

`--entries 10000,10000000` makes a ledger of each size; the default is small, to be short. `--postgres` does
it in a throw-away PostgreSQL. Ten million entries take minutes and 6 GB of disk, and are gone afterwards.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import outside, servers
from tests.bench.figures import Figure, single, spread

ROOT = Path(__file__).parents[2]
ENTRIES = "10000"
FLOORS = {
    "member page": "constant",
    "team page": "constant",
    "member page, half way down": "member page",
    "lines of a member, half way down": "lines of a member, newest",
    "member, obvious aggregation": "member figures",
    "team, obvious aggregation": "team figures",
    "debit with its sums": "bare INSERT",
}
CPU = ("constant", "member page", "team page", "member page, half way down", "a month of a member as CSV")
UNITS = dict.fromkeys(CPU, "ms CPU") | {"seconds to fill": "s"}


def measure(folder: Path, entries: int, *, postgres: bool) -> list[Figure]:
    """Make a ledger of that many entries in a folder, or in PostgreSQL, and measure. Raises NotStarted."""
    with _database(postgres) as url:
        environment = os.environ | {"STUDIO_DATA": str(folder), "STUDIO_DEMO": "1", "DATABASE_URL": url}
        for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            _run(["manage.py", *command], environment)
        told = json.loads(_run(["-m", "tests.bench.ledgers", str(entries)], environment).splitlines()[-1])
    place = "PostgreSQL" if postgres else "SQLite"
    made: dict[str, Figure] = {}
    for name, values in sorted(told.items(), key=lambda one: one[0] in FLOORS):
        floor = made.get(FLOORS.get(name, ""))
        unit = UNITS.get(name, "queries" if "queries" in name else "ms")
        called = f"{place}, {entries:,}: {name}"
        single_ = len(values) == 1 and not floor
        made[name] = (
            single(called, values[0], unit=unit)
            if single_
            else spread(called, values, unit=unit, floor=floor)
        )
    return list(made.values())


@contextmanager
def _database(postgres: bool) -> Iterator[str]:
    if not postgres:
        yield ""
        return
    binaries = outside.postgres()
    if binaries is None:
        raise servers.NotStarted("PostgreSQL is not installed here.")
    with servers.postgres(binaries) as url:
        yield url


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout
