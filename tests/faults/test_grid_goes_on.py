"""A grid whose queue was stopped in the middle goes on by itself: 20 cells, 20 charges (A16)."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import house
from tests.faults.scene import place
from tests.house import House, left_behind
from tests.machines import wait_for
from tests.visitor import Books, Visitor

GRID = "a {red|blue|green|black} {dune|sea|fjord|canyon|lake} that goes on"
QUEUE = "manage.py work"

pytestmark = pytest.mark.own_studio


@pytest.fixture
def where() -> Iterator[dict[str, str]]:
    """Return the environment of a studio of this set-up, with a database of its own."""
    with place() as found:
        yield found


def queue_of(studio: House) -> set[int]:
    """Return the ids of the processes of a house's queue."""
    return {int(line.split()[0]) for line in left_behind(studio.data) if QUEUE in line}


def test_twenty_cells_and_twenty_charges_after_the_queue_was_stopped_in_the_middle(
    tmp_path: Path, where: dict[str, str]
) -> None:
    with house.running(tmp_path / "data", **where) as studio, Visitor(studio) as person:
        books = Books(studio)
        books.set_latency("0.5")
        person.sign_in("owner")
        run = person.generate(GRID)
        wait_for(lambda: "done" in person.states_of(run), studio.log.read_text)
        assert person.states_of(run).count("done") < 20
        stopped = queue_of(studio)
        for pid in sorted(stopped):
            os.kill(pid, signal.SIGTERM)
        wait_for(lambda: queue_of(studio) - stopped, studio.log.read_text)
        person.wait_until_quiet()
        assert person.states_of(run) == ["done"] * 20
        assert len(books.jobs()) == len(books.read("charges")["charges"]) == 20
        grid = person.page(f"{run}/grid")
        assert grid.count('data-cell tabindex="-1"') == 20
        assert "20 of 20 done" in grid
