"""Images a second from end to end, against a provider that answers at once with the finished picture.

The floor is the same two cores checking such pictures and drawing their renditions, and nothing else. A
page is open meanwhile and asks as pages do. Beside it the same with a provider that only accepts, and
tells by webhook.
"""

import tempfile
import time
from pathlib import Path

from studio.generation import pictures
from tests.bench.figures import Figure, single
from tests.bench.imports import pace
from tests.bench.processes import cpu_ms
from tests.bench.provider import Provider
from tests.bench.tab import Tab
from tests.house import House
from tests.visitor import Books

IMAGES = 48  # one run that asks for no second yes
DONE_WITHIN = 300.0  # seconds
PROMPT = "{one|two|three|four|five|six} boats on a {lake|sea}"
OURS = ("granian", "manage.py work", "manage.py watch")


def measure(house: House) -> list[Figure]:
    """Return the images a second of a run, and what each cost the studio's own processes, both ways."""
    tab = Tab(house, "owner")
    try:
        later = [_run(house, tab, f"told later {turn}") for turn in range(2)][-1]  # the first warms up
        provider = Provider(house)
        provider.take(0)
        at_once = [_run(house, tab, f"told at once {turn}") for turn in range(2)][-1]
    finally:
        tab.close()
    with tempfile.TemporaryDirectory() as folder:
        floor = _floor(provider, Path(folder))
    return [*floor, *_figures("no latency", at_once, floor), *_figures("by webhook", later, floor)]


def _run(house: House, tab: Tab, name: str) -> tuple[float, float]:
    """Have one run made; return the seconds it took, and the milliseconds of processor time."""
    done = _completed(house)
    before, start = cpu_ms(house, *OURS), time.monotonic()
    assert len(tab.generate(f"{PROMPT}, {name}", each="4")) == IMAGES
    tab.rest(DONE_WITHIN)
    took, used = time.monotonic() - start, cpu_ms(house, *OURS) - before
    assert _completed(house) >= done + IMAGES
    return took, used


def _completed(house: House) -> int:
    return sum(job["status"] == "completed" for job in Books(house).jobs())


def _figures(name: str, ran: tuple[float, float], floor: list[Figure]) -> list[Figure]:
    took, used = ran
    return [
        single(f"images a second, {name}", IMAGES / took, unit="images/s", floor=floor[0]),
        single(f"CPU of the studio for an image, {name}", used / IMAGES, unit="ms CPU", floor=floor[1]),
    ]


def _floor(provider: Provider, folder: Path) -> list[Figure]:
    fetched = folder / "fetched"
    fetched.write_bytes(provider.ready_picture())

    def draw(turn: int) -> None:
        pictures.draw(pictures.verify(fetched, folder / f"clean-{turn}").small, folder / f"small-{turn}")

    return pace("floor: checking and renditions alone", IMAGES // 2, draw)
