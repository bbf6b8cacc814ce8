"""`python -m tests.bench.held`: what a thousand open tabs cost the web server, and one that is held (B3).

The server is granian with the studio's own options; each tab is the poller of a page with a live image.
"""

import argparse
import asyncio
import re
import tempfile
import time
from html import unescape
from pathlib import Path

import httpx

from tests.bench.figures import Figure, single, spread, table
from tests.bench.processes import cpu_ms
from tests.house import House, left_behind, running
from tests.visitor import Books, Visitor

PENDING = 20
STILL = "600"  # seconds
LOADS = 60
HELD = 40  # tabs whose memory is measured: as many as are held, with both processes' seats
ROLES = ("designer", "reviewer", "owner", "credit_admin")
WEB = "granian"
POLLER = re.compile(r'<div id="pulse"[^>]*hx-get="([^"]+)"')


def measure(house: House, tabs: int) -> list[Figure]:
    """Return the first page's time with no tab and with many, and what a held tab costs."""
    books = Books(house)
    books.set_latency(STILL)
    people = [Visitor(house).sign_in(role) for role in ROLES]
    try:
        for person in people:
            person.generate("{one|two|three|four|five} boats that take their time")
        for person in people:
            person.wait_until_accepted(found_run(person))
        return asyncio.run(_measured(house, people, tabs))
    finally:
        for person in people:
            person.http.close()
        books.set_latency("instant")


def found_run(person: Visitor) -> str:
    """Return the address of the newest run."""
    match = re.search(r'class="run__link" href="([^"]+)"', person.page("/"))
    assert match
    return match[1]


async def _measured(house: House, people: list[Visitor], tabs: int) -> list[Figure]:
    alone = _first_pages(people[0])
    empty = memory(house)
    async with open_tabs(house, people, HELD):
        await asyncio.sleep(4)
        held = memory(house)
    await asyncio.sleep(3)
    async with open_tabs(house, people, tabs) as asked:
        await asyncio.sleep(10)  # all of them found their pace
        before, since, first = cpu_ms(house, WEB), time.monotonic(), asked[0]
        many = await asyncio.to_thread(_first_pages, people[0])
        seconds = time.monotonic() - since
        used, requests = cpu_ms(house, WEB) - before, asked[0] - first
    floor = spread("first page, no other tab open", alone)
    return [
        floor,
        spread(f"first page, {tabs} tabs with {PENDING} pending images", many, floor=floor),
        single("questions of those tabs", requests / seconds, unit="a second"),
        single("web server meanwhile, pages included", used / seconds / 10, unit="% of a core"),
        single(f"held tab, of {HELD}", (held - empty) / HELD, unit="KB"),
        single("web server, no tab held", empty / 1000, unit="MB PSS"),
        single("web server, as many held", held / 1000, unit="MB PSS"),
    ]


def _first_pages(person: Visitor) -> list[float]:
    times = []
    for _ in range(LOADS):
        start = time.perf_counter()
        person.page("/")
        times.append(1000 * (time.perf_counter() - start))
    return times


class open_tabs:  # noqa: N801 - read as a verb
    """So many tabs that ask for news as js/pulse.js does; yields how many questions were answered."""

    def __init__(self, house: House, people: list[Visitor], number: int) -> None:
        self.house, self.people, self.number = house, people, number
        self.asked = [0]
        self.tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> list[int]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        self.http = httpx.AsyncClient(base_url=self.house.url, timeout=90, limits=limits, trust_env=False)
        for number in range(self.number):
            person = self.people[number % len(self.people)]
            match = POLLER.search(person.page("/account/key"))
            assert match
            cookie = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
            self.tasks.append(asyncio.create_task(self._tab(unescape(match[1]), cookie)))
            await asyncio.sleep(0)
        return self.asked

    async def __aexit__(self, *exception: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.http.aclose()

    async def _tab(self, address: str, cookie: str) -> None:
        while True:
            start = time.monotonic()
            answer = await self.http.get(address, headers={"HX-Request": "true", "Cookie": cookie})
            self.asked[0] += 1
            wait = float(answer.headers.get("Studio-Ask-Again", 0))
            if match := POLLER.search(answer.text):
                address = unescape(match[1])
            await asyncio.sleep(max(wait, start + 2 - time.monotonic()))


def memory(house: House) -> float:
    """Return the kilobytes that are the web server's own (PSS: what is shared is divided)."""
    used = 0.0
    for line in left_behind(house.data):
        number, _, command = line.partition(" ")
        if WEB in command:
            told = re.search(r"Pss:\s+(\d+)", Path(f"/proc/{number}/smaps_rollup").read_text())
            used += float(told[1]) if told else 0.0
    return used


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.held", description=__doc__)
    parser.add_argument("--tabs", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as house:
        print(table(measure(house, options.tabs)))


if __name__ == "__main__":
    main()
