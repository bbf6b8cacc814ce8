"""Every process is killed at every step of a job's life, and the job ends right without a hand (JOB-01, D18).

Real processes speak over HTTP. One studio is killed again and again while a person goes on working;
at the end the books are held against the provider's.
"""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import setups
from tests.faults.records import see_the_promises_kept
from tests.faults.scene import scene
from tests.faults.steps import STEPS

REPEATS = int(os.environ.get("FAULT_REPEATS", "1"))
KILLS = 10 * REPEATS
VICTIMS = ("worker", "cluster", "web", "sandbox", "watcher", "database")
AT_EVERY_STEP = ("worker", "cluster", "web", "sandbox", "database")
IN_TURN = "each in turn"

pytestmark = pytest.mark.own_studio


def victims() -> tuple[str, ...]:
    """Return who is killed at every step: on SQLite each of them, on the other set-ups one of them in turn.

    Who dies in between matters less to a database than where. Where steps are repeated, it is each of them.
    """
    return AT_EVERY_STEP if setups.name() == "sqlite" or REPEATS > 1 else (IN_TURN,)


def victim_at(number: int, victim: str) -> str:
    """Return who is killed at the step of this number; in turn it is another on another set-up."""
    turn = AT_EVERY_STEP[(number + setups.NAMES.index(setups.name())) % len(AT_EVERY_STEP)]
    return turn if victim == IN_TURN else victim


@pytest.mark.parametrize("victim", victims())
def test_job_01_killed_at_every_step_no_job_is_lost_and_none_bought_twice(
    victim: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """JOB-01, LED-17: between the charge and the image's row too."""
    began = time.monotonic()
    with scene(tmp_path, webhooks=victim in {"worker", "web"}) as studio:
        for _ in range(REPEATS):
            for number, step in enumerate(STEPS):
                studio.spring(step.name, victim_at(number, victim))
        studio.wait_until_quiet()
        outcome = see_the_promises_kept(studio.records)
        killed = len(studio.sprung())
    assert killed == REPEATS * len(STEPS)
    said = f"{setups.name()}: {victim} killed {killed} times at {len(STEPS)} steps; {outcome}"
    record_property("faults", f"{said}; {time.monotonic() - began:.0f} s")


def test_random_kills_while_many_jobs_run(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """B5: ten random kills for each forty jobs, whoever and wherever."""
    luck = random.Random(REPEATS)
    began = time.monotonic()
    with scene(tmp_path, webhooks=True, latency="0.1") as studio:
        for _ in range(KILLS):
            studio.press(3)
            studio.spring(luck.choice(STEPS).name, luck.choice(VICTIMS))
        studio.wait_until_quiet()
        outcome = see_the_promises_kept(studio.records)
        killed = len(studio.sprung())
    assert killed == KILLS
    said = f"{setups.name()}: {killed} random kills; {outcome}"
    record_property("faults", f"{said}; {time.monotonic() - began:.0f} s")
