"""Two worker machines, one of which is cut off in mid-run and comes back: nothing lost, nothing twice.

Each is a cluster of its own with its own scratch and run folder; they share PostgreSQL and the images.
FAULTS_CUT is the length of the cut in seconds.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import house
from tests.faults.records import Records, see_the_promises_kept
from tests.faults.wire import Wire, wire
from tests.house import House, running
from tests.machines import Machine, machine, wait_for
from tests.visitor import Books, Visitor

CUT = float(os.environ.get("FAULTS_CUT", "10"))  # seconds
AT_ONCE = 24
LATENCY = "1.5"  # seconds for an image
QUIET_WITHIN = 150.0  # seconds: what was being sent when the wire was cut waits for its lease
HEARTS = "SELECT name, machine, extract(epoch FROM now() - at) AS age FROM generation_heartbeat"
SENT_BY = "SELECT count(*) AS n FROM generation_job WHERE state NOT IN ('queued', 'held')"

pytestmark = pytest.mark.postgres


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A studio on one machine, a worker on another, and the wires between them."""

    home: House
    away: Machine
    database: Wire
    provider: Wire
    records: Records

    def cut(self) -> None:
        """Cut the worker machine off."""
        self.database.cut()
        self.provider.cut()

    def heal(self) -> None:
        """Let it come back."""
        self.database.heal()
        self.provider.heal()

    def silences(self) -> dict[tuple[str, str], float]:
        """Return for each process on each machine the seconds since it was heard."""
        return {(row["name"], row["machine"]): float(row["age"]) for row in self.records.rows(HEARTS)}


def behind(address: str) -> tuple[str, Callable[[int], str]]:
    """Return the socket of a PostgreSQL, and how its address reads behind a port of the loopback."""
    folder = parse_qs(urlsplit(address).query)["host"][0]
    name = urlsplit(address).path
    return f"{folder}/.s.PGSQL.5432", lambda port: f"postgres://studio@127.0.0.1:{port}{name}"


@contextmanager
def pair(address: str, folder: Path) -> Iterator[Pair]:
    """Run both machines."""
    socket, through = behind(address)
    with (
        running(folder / "home", DATABASE_URL=address, STUDIO_MACHINE="home") as home,
        wire(socket) as database,
        wire(("127.0.0.1", urlsplit(home.sandbox_url).port or 0)) as provider,
    ):
        settings = house.environment(
            folder / "away",
            DATABASE_URL=through(database.port),
            DOITONG_URL=f"http://127.0.0.1:{provider.port}",
            DOITONG_IMAGE_HOSTS=urlsplit(home.sandbox_url).netloc,  # pictures lie elsewhere, as with Doitong
            STUDIO_MACHINE="away",
            STUDIO_ORIGINALS=str(home.data / "originals"),
            STUDIO_PICTURES=str(home.data / "pictures"),
            STUDIO_SECRETS=str(home.data / "secrets"),
        )
        with machine(settings, "--only", "queue,watcher") as away:
            records = Records(house=home, database=address)
            found = Pair(home=home, away=away, database=database, provider=provider, records=records)
            wait_for(lambda: len(found.silences()) == 4, away.said)
            yield found


def press(person: Visitor, images: int, name: str) -> None:
    """Press Generate for so many images with prompts of their own."""
    words = "|".join(str(number) for number in range(images))
    person.generate(f"{name} dune {{{words}}}")


def test_a_worker_machine_that_is_cut_off_loses_nothing_and_buys_nothing_twice(
    own_postgres_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """JOB-13: two queues and two watchers."""
    with pair(own_postgres_url, tmp_path) as both, Visitor(both.home) as person:
        Books(both.home).set_latency(LATENCY)
        person.sign_in("owner")
        quiet = both.provider.carried
        press(person, AT_ONCE, "before")
        wait_for(lambda: both.provider.carried > quiet + 2_000, both.away.said)
        wait_for(lambda: both.records.number(SENT_BY) > AT_ONCE // 4, both.records.states)
        both.cut()
        begun = time.monotonic()
        press(person, AT_ONCE, "meanwhile")
        wait_for(lambda: time.monotonic() - begun >= CUT, seconds=CUT + 10)
        silences = both.silences()
        assert silences["queue", "away"] > CUT - 6
        meanwhile = both.records.states()
        both.heal()
        heard = wait_for(lambda: both.silences()["queue", "away"] < 5, both.away.said)
        wait_for(both.records.quiet, both.records.states, QUIET_WITHIN)
        astray = [job for job in both.records.jobs() if job["state"] not in {"done", "unknown"}]
        assert astray == [], both.away.said()
        outcome = see_the_promises_kept(both.records)
        assert outcome.jobs == 2 * AT_ONCE
        record_property(
            "faults",
            f"cut for {CUT:g} s: {outcome}; at its end {meanwhile}; heard again after {heard:.0f} s",
        )
