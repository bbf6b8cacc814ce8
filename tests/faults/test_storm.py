"""Two hundred jobs while the provider misbehaves three times in ten, in every way of its list.

Left out is what is meant to stop a line until a person has acted (401, 402, 403, no credits, a risen price),
what cannot be seen through (a wrong price that looks right), and what is only large or slow.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import setups
from tests.faults.records import see_the_promises_kept
from tests.faults.scene import scene
from tests.visitor import Books

SEEDS = range(1, 1 + int(os.environ.get("FAULT_REPEATS", "1")))
STOPS_THE_LINE = ["http_401", "http_402", "http_403", "drain", "price_change"]
NOT_SEEN_THROUGH = ["wrong_cost"]
LARGE_OR_SLOW = ["image_heavy", "image_endless", "lowered_limit", "drip"]
QUICK = {
    "hang": 1,
    "accept_then_hang": 1,
    "slow_body": 0.5,
    "slow_job": 1,
    "image_slow": 0.5,
    "webhook_late": 1,
    "webhook_replayed": 1,
    "webhook_out_of_order": 1,
}
RUNS, IMAGES = 5, 40

pytestmark = pytest.mark.own_studio


@pytest.mark.parametrize("seed", SEEDS)
def test_prv_01_two_hundred_jobs_in_a_storm(
    seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    began = time.monotonic()
    with scene(tmp_path, latency="instant", webhooks=True, STUDIO_JOB_DEADLINE="10") as studio:
        books = Books(studio.house)
        without = [*STOPS_THE_LINE, *NOT_SEEN_THROUGH, *LARGE_OR_SLOW]
        books.storm(rate=30, seed=seed, without=without, values=QUICK)
        for _ in range(RUNS):
            studio.press(IMAGES)
        studio.wait_until_quiet()
        struck = books.read("keys/sbx_enterprise/storm")["storm"]["struck"]
        books.storm()
        studio.wait_until_quiet()
        outcome = see_the_promises_kept(studio.records, ends=("done", "failed", "unknown", "overdue"))
    assert outcome.jobs == RUNS * IMAGES
    assert len(struck) > 30
    faults = f"{sum(struck.values())} faults of {len(struck)} kinds"
    said = f"{setups.name()}: storm {seed}: {faults}; {outcome}"
    record_property("faults", f"{said}; {time.monotonic() - began:.0f} s")
