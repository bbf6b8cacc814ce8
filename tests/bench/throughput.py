"""Images a second from end to end, against a provider that takes no time.

The floor is the same two cores checking such pictures and drawing their renditions, and nothing else.
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
PROMPT = "{one|two|three|four|five|six} boats on a {lake|sea}"
OURS = ("granian", "manage.py work", "manage.py watch")


def measure(house: House) -> list[Figure]:
    """Return the images a second of one run, and what each cost the studio's own processes."""
    tab = Tab(house, "owner")
    try:
        before, start = cpu_ms(house, *OURS), time.monotonic()
        assert len(tab.generate(PROMPT, each="4")) == IMAGES
        tab.person.wait_until_quiet()
        took, used = time.monotonic() - start, cpu_ms(house, *OURS) - before
    finally:
        tab.close()
    assert sum(job["status"] == "completed" for job in Books(house).jobs()) >= IMAGES
    with tempfile.TemporaryDirectory() as folder:
        floor = _floor(house, Path(folder))
    return [
        *floor,
        single("images a second, no latency", IMAGES / took, unit="images/s", floor=floor[0]),
        single("CPU of the studio for an image", used / IMAGES, unit="ms CPU", floor=floor[1]),
    ]


def _floor(house: House, folder: Path) -> list[Figure]:
    fetched = folder / "fetched"
    fetched.write_bytes(Provider(house).ready_picture())

    def draw(turn: int) -> None:
        pictures.draw(pictures.verify(fetched, folder / f"clean-{turn}").small, folder / f"small-{turn}")

    return pace("floor: checking and renditions alone", IMAGES // 2, draw)
