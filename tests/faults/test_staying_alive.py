"""A whole studio under blows: hung or killed parts come back by themselves, and the end is quick."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests import house, machines, setups
from tests.faults.records import Outcome, Records, see_the_promises_kept
from tests.faults.scene import place
from tests.house import House, left_behind
from tests.machines import wait_for
from tests.visitor import Books, Visitor

STOPS = int(os.environ.get("STOPS", "1"))  # in each way
PARTS = {
    "web": "granian",
    "queue": "manage.py work",
    "watcher": "manage.py watch",
    "sandbox": "studio.sandbox",
}
NAMES = {"web": "web server", "queue": "queue", "watcher": "watcher", "sandbox": "sandbox"}
ENDED_WITHIN = 10.0  # seconds
TELLS: dict[str, Callable[[int, list[int]], None]] = {
    "SIGINT to the main process": lambda main, all_: os.kill(main, signal.SIGINT),
    "SIGTERM to the main process": lambda main, all_: os.kill(main, signal.SIGTERM),
    "SIGTERM to every process": lambda main, all_: _to_all(all_, signal.SIGTERM),
}

pytestmark = pytest.mark.own_studio


def _to_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # whom the one before it has ended already
            os.kill(pid, number)


def processes(data: Path, words: str = "") -> list[int]:
    """Return the ids of a house's processes whose command line holds these words, the oldest first."""
    return sorted(int(line.split()[0]) for line in left_behind(data) if words in line)


def all_well(studio: House) -> bool:
    """Tell whether /readyz is green and every part runs."""
    return house.answers(f"{studio.url}/readyz") and all(
        processes(studio.data, part) for part in PARTS.values()
    )


def press(person: Visitor, images: int, name: str) -> None:
    """Press Generate for so many images with prompts of their own."""
    person.generate(f"{name} dune {{{'|'.join(str(number) for number in range(images))}}}")


@pytest.fixture
def where(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a studio of this set-up, with a database of its own."""
    with place() as found:
        yield found


def records_of(studio: House, where: Mapping[str, str]) -> Records:
    """Return what a studio has written down."""
    return Records(house=studio, database=where["DATABASE_URL"], redis=where["REDIS_URL"])


def outcome_of(records: Records) -> Outcome:
    """See the promises kept, once the prices are known that no webhook names: they are asked for later."""
    wait_for(records.quiet, records.states)
    return see_the_promises_kept(records)


def test_a_queue_that_hangs_is_ended_and_started_again_within_a_quarter_of_a_minute(
    tmp_path: Path, where: dict[str, str]
) -> None:
    with house.running(tmp_path / "data", **where) as studio:
        beat = studio.data / "run" / "queue.beat"
        wait_for(beat.exists, studio.log.read_text)
        wait_for(lambda: all_well(studio), studio.log.read_text)
        stopped = processes(studio.data, PARTS["queue"])
        _to_all(stopped, signal.SIGSTOP)  # the cluster and its workers stand still, and no exit code tells
        said = "The queue has not been heard for 15 s and was ended"
        noticed = wait_for(lambda: said in studio.log.read_text(), studio.log.read_text, 40)
        assert noticed < 25
        wait_for(lambda: set(processes(studio.data, PARTS["queue"])) - set(stopped), studio.log.read_text)
        with Visitor(studio) as person:
            person.sign_in("owner")
            press(person, 2, "after")
            person.wait_until_quiet()
        assert outcome_of(records_of(studio, where)).done == 2


def test_each_part_that_is_killed_is_back_at_once(tmp_path: Path, where: dict[str, str]) -> None:
    with house.running(tmp_path / "data", **where) as studio, Visitor(studio) as person:
        wait_for(lambda: all_well(studio), studio.log.read_text)
        person.sign_in("owner")
        for part in PARTS:
            _kill(studio, part)
            press(person, 2, part)
            person.wait_until_quiet()
        assert outcome_of(records_of(studio, where)).done == 2 * len(PARTS)


def _kill(studio: House, part: str) -> None:
    """Kill the main process of a part, and see it replaced."""
    (victim, *_) = processes(studio.data, PARTS[part])
    os.kill(victim, signal.SIGKILL)
    said = f"The {NAMES[part]} was ended by SIGKILL; starting it again in 0.5 s."
    wait_for(lambda: said in studio.log.read_text(), studio.log.read_text)
    wait_for(lambda: victim not in processes(studio.data, PARTS[part]) and all_well(studio))


def test_ops_16_the_end_under_load_is_quick_and_loses_nothing(
    tmp_path: Path, where: dict[str, str], record_property: Callable[[str, object], None]
) -> None:
    """JOB-12, OPS-16: one studio, ended in each way and started again."""
    settings = house.environment(tmp_path / "data", **where)
    rounds = [how for how in TELLS for _ in range(STOPS)]
    took = [_ended(settings, where, how, name=f"round {n}") for n, how in enumerate(rounds)]
    with machines.machine(settings) as running:
        outcome = outcome_of(records_of(_house(settings, running), where))
    assert max(took) < ENDED_WITHIN
    assert outcome.jobs == 12 * len(rounds)
    said = ", ".join(f"{how} {seconds:.1f} s" for how, seconds in zip(rounds, took, strict=True))
    record_property("faults", f"{setups.name()}: ended under load by {said}; {outcome}")


def _ended(settings: dict[str, str], where: Mapping[str, str], how: str, *, name: str) -> float:
    """Start it, have it busy, end it this way; return the seconds that took."""
    with machines.machine(settings) as running:
        studio = _house(settings, running)
        with Visitor(studio) as person:
            Books(studio).set_latency("0.7")
            person.sign_in("owner")
            records = records_of(studio, where)
            before = records.states().get("done", 0)
            press(person, 12, name)
            wait_for(lambda: records.states().get("done", 0) > before, running.said)
        begun = time.monotonic()
        TELLS[how](running.process.pid, processes(running.data))
        running.process.wait(20)
        took = time.monotonic() - begun
        assert processes(running.data) == []
        assert running.process.returncode == 0
    return took


def _house(settings: dict[str, str], running: machines.Machine) -> House:
    return House(
        url=f"http://127.0.0.1:{settings['PORT']}",
        sandbox_url=f"http://127.0.0.1:{settings['SANDBOX_PORT']}",
        data=running.data,
        pid=running.process.pid,
        log=running.log,
    )
