"""`python -m tests.bench.thirty`: thirty people at once for some minutes (LOAD-01).

Each asks for news every two seconds, opens the gallery every ten, and generates every `--every` seconds; one
machine, SQLite, one cluster, the sandbox. Told are faults and how long answers took, beside
the emptiest page of the same studio at the same time. A question for news is held until there is some.
"""

import argparse
import random
import re
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from tests.bench.figures import Figure, single, spread, table
from tests.house import House, running
from tests.visitor import Visitor

NEWS, GALLERY, EMPTY = 2.0, 10.0, 5.0  # seconds between two
ROLES = ("designer", "reviewer", "owner")
FINE = {200, 204, 286}


class Person(threading.Thread):
    """Somebody who does all this until the end, on one connection."""

    def __init__(self, house: House, number: int, until: float, every: float) -> None:
        super().__init__(name=f"person {number}", daemon=True)
        self.visitor = Visitor(house)
        self.number, self.until, self.every = number, until, every
        self.took: dict[str, list[float]] = defaultdict(list)
        self.faults: list[str] = []

    def run(self) -> None:
        """Come in, then do what is due."""
        self.visitor.sign_in(ROLES[self.number % len(ROLES)])
        seen = re.search(r'data-seen="(\d+)"', self.visitor.page("/queue"))
        news = f"/news?since={seen[1] if seen else 0}&scope=none"
        rng, now = random.Random(self.number), time.monotonic()
        plan = {news: NEWS, "/gallery": GALLERY, "/healthz": EMPTY, "": self.every}
        due = {path: now + rng.uniform(0, every) for path, every in plan.items()}
        while (now := time.monotonic()) < self.until:
            path = min(due, key=due.__getitem__)
            if due[path] > now:
                time.sleep(min(due[path], self.until) - now)
                continue
            due[path] = now + plan[path]
            self.do(path)
        self.visitor.http.close()

    def do(self, path: str) -> None:
        """Ask for a page, or generate an image; keep what it took and what went wrong."""
        began = time.perf_counter()
        try:
            if path:
                status = self.visitor.http.get(path).status_code
                if status not in FINE:
                    self.faults.append(f"{path}: {status}")
            else:
                self.visitor.generate(f"a lantern, number {self.number}-{began:.3f}")
        except (OSError, AssertionError) as error:
            self.faults.append(f"{path or 'generate'}: {error}")
        self.took[path.partition("?")[0] or "generate"].append(time.perf_counter() - began)


def measure(house: House, people: int, seconds: float, every: float) -> list[Figure]:
    """Have so many people for so long; return what their answers took and the faults."""
    until = time.monotonic() + seconds
    crowd = [Person(house, number, until, every) for number in range(people)]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join(seconds + 120)
    took: dict[str, list[float]] = defaultdict(list)
    for person in crowd:
        for what, times in person.took.items():
            took[what] += times
    faults = [fault for person in crowd for fault in person.faults]
    print("\n".join(faults[:20]), file=sys.stderr)
    floor = spread("/healthz", [1000 * one for one in took.pop("/healthz", [0.0])])
    told = [single("faults", len(faults), unit=""), floor]
    told += [spread(what, [1000 * one for one in times], floor=floor) for what, times in sorted(took.items())]
    return told


def main() -> int:
    """Measure, print, and end with code 1 where anybody met a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.thirty", description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two images of a person")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as house:
        figures = measure(house, options.people, options.seconds, options.every)
    print(table(figures))
    return 1 if figures[0].p50 else 0


if __name__ == "__main__":
    sys.exit(main())
