"""From the press of Generate to the picture in the page, less what the provider took for itself.

Where the time goes is told by two clocks of the same machine: the provider's record and the job's row.
"""

import io
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

from studio.doitong import Client, Order, Secret, Status, open_http
from tests.bench.figures import Figure, spread
from tests.bench.tab import Tab
from tests.house import House
from tests.journeys.records import rows
from tests.visitor import Books

KEY = "sbx_enterprise"
OFTEN = 0.02  # seconds
OFTEN_PAGE = 0.05  # seconds; asked more often, the questions themselves would be measured
SAVED = "SELECT (julianday(finished_at) - 2440587.5) * 86400.0 AS at FROM generation_job WHERE prompt = ?"
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One image, in milliseconds: beyond the provider's own time, and of that before and after it."""

    over: float
    before: float
    after: float


def seconds() -> Iterator[float]:
    """Yield how long the provider takes, 0.5 to 1.5 s, spread so that no phase repeats."""
    return (0.5 + (number * 0.6180339887) % 1.0 for number in itertools.count(1))


def measure(house: House, rounds: int) -> list[Figure]:
    """Return the floor and the studio, measured by turns in one run."""
    books, takes = Books(house), seconds()
    straight, often, page = list[float](), list[Round](), list[Round]()
    tab = Tab(house, "designer")
    try:
        _studio(house, tab, "the first one, which also warms up", OFTEN_PAGE)
        for number in range(rounds):
            books.set_latency(f"{next(takes):.3f}")
            straight.append(_floor(house, f"floor {number}"))
            often.append(_studio(house, tab, f"often {number}", OFTEN_PAGE))
            page.append(_studio(house, tab, f"page {number}", None))
    finally:
        tab.close()
        books.set_latency("instant")
    floor = spread("floor: straight to the provider, asked every 20 ms", straight)
    return [
        floor,
        spread("studio: picture shown, asked every 50 ms", [one.over for one in often], floor=floor),
        spread("  of that from the press to the provider", [one.before for one in often]),
        spread("  of that from the provider's end to the file", [one.after for one in often]),
        spread("studio: picture shown, at the page's own pace", [one.over for one in page], floor=floor),
    ]


def _studio(house: House, tab: Tab, prompt: str, pace: float | None) -> Round:
    start = time.time()
    [tile] = tab.generate(prompt)
    tab.wait_for(tile, pace)
    end = time.time()
    accepted, completed = _own_time(house, prompt)
    saved = float(rows(house, SAVED, prompt)[0]["at"])
    return Round(
        over=1000 * (end - start - (completed - accepted)),
        before=1000 * (accepted - start),
        after=1000 * (saved - completed),
    )


def _floor(house: House, prompt: str) -> float:
    with open_http() as http:
        client = Client(
            base_url=house.sandbox_url,
            key=Secret(KEY),
            http=http,
            image_hosts=["127.0.0.1"],
            allow_private=True,
        )
        start = time.time()
        job = client.generate(Order(prompt=prompt, width=512, height=512, quality="draft")).value
        while job.status != Status.COMPLETED:
            time.sleep(OFTEN)
            job = client.look([job.remote_id]).value[job.remote_id]
        client.download(job.url or "", io.BytesIO(), max_bytes=MOST_BYTES, max_seconds=30)
        wall = time.time() - start
    accepted, completed = _own_time(house, prompt)
    return 1000 * (wall - (completed - accepted))


def _own_time(house: House, prompt: str) -> tuple[float, float]:
    """Return when the provider accepted a job and when it ended it, in Unix seconds, by its own record."""
    job = next(job for job in reversed(Books(house).jobs()) if job["prompt"] == prompt)
    return float(job["created_at"]), float(job["completed_at"])
