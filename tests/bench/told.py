"""From the provider's end of a picture to its last byte in the page: told by webhook, or asked about.

The provider makes pictures behind its answer, as its documentation tells, in 0.5 to 1.5 s. Both ends are
told by clocks of the same machine: the provider's record, and the page's.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, spread
from tests.bench.submit import GAP, random_seconds
from tests.bench.tab import Tab
from tests.house import House, running
from tests.visitor import Books

WAYS = {"webhook": "on", "questions alone, timed by what such pictures took": "off"}
LEARN = 12  # pictures before the measured ones: what there is to learn from


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Return the delay of each way, in a studio of its own."""
    return [
        spread(
            f"provider's end to picture shown, by {way}", list(_delays(folder / webhooks, webhooks, rounds))
        )
        for way, webhooks in WAYS.items()
    ]


def _delays(data: Path, webhooks: str, rounds: int) -> Iterator[float]:
    with running(data, SANDBOX_READY_MADE="1", DOITONG_WEBHOOKS=webhooks) as house:
        tab, seconds = Tab(house, "designer"), random_seconds()
        try:
            for number in range(-LEARN, rounds):
                delay = _delay(house, tab, next(seconds), f"{number}: a kite over the dunes")
                if number >= 0:
                    yield delay
        finally:
            tab.close()


def _delay(house: House, tab: Tab, seconds: float, prompt: str) -> float:
    books = Books(house)
    books.set_latency(f"{seconds:.3f}")
    [tile] = tab.generate(prompt, size="1k", quality="standard")
    tab.picture_of(tile)
    shown = time.time()
    job = next(job for job in reversed(books.jobs()) if job["prompt"] == prompt)
    tab.rest()
    time.sleep(GAP)
    return 1000 * (shown - float(job["completed_at"]))
