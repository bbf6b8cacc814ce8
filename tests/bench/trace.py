"""From the press to the picture, step by step: `python -m tests.bench.trace [N] [--all]`.

What each process does meanwhile: statements, commits, syncs, bells, and the processor time of each. With
`--all` every line of the press in the middle is printed, else those that took a millisecond.
Wall time belongs to the machine and to what else it does; processor time and counts can be compared.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.provider import Provider
from tests.bench.tab import Tab
from tests.house import running

TAKES = 0.05  # seconds that the provider takes
AFTER = 0.35  # seconds after the picture that still belong to its press
LEAST_MS = 1.0
INDENT = "  "


class Line(NamedTuple):
    """One thing that was done: when (s), for how long (ms), by which process and thread, what."""

    at: float
    wall: float
    cpu: float
    pid: int
    thread: int
    name: str
    detail: str

    def holds(self, other: "Line") -> bool:
        """Say whether the other one was done within this one."""
        mine = (self.pid, self.thread) == (other.pid, other.thread)
        return mine and self.at <= other.at and other.at + other.wall / 1000 <= self.at + self.wall / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """When a button was pressed, when it was answered, when the news came, and the picture's last byte."""

    pressed: float
    answered: float
    told: float
    shown: float
    own_ms: float

    @property
    def over(self) -> float:
        """Return the milliseconds beyond the provider's own."""
        return 1000 * (self.shown - self.pressed) - self.own_ms


def main() -> None:
    """Print the press in the middle, and the medians of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.trace", description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=15, help="presses (15)")
    parser.add_argument("--all", action="store_true", help="print every line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trace"
        presses = _pressed(Path(folder), file, options.number)
        lines = sorted(Line(*json.loads(line)) for line in file.read_text().splitlines())
    middle = sorted(presses, key=lambda press: press.over)[len(presses) // 2]
    _print_press(middle, _of(middle, lines), least=0.0 if options.all else LEAST_MS)
    _print_medians([(press, _of(press, lines)) for press in presses])


def _pressed(folder: Path, file: Path, number: int) -> list[Press]:
    more = {"TRACE_FILE": str(file), "DJANGO_SETTINGS_MODULE": "tests.bench.traced"}
    file.touch()
    with running(folder / "data", SANDBOX_READY_MADE="1", **more) as house:
        provider, tab = Provider(house), Tab(house, "designer")
        provider.take(TAKES)
        presses = [_press(tab, provider, f"a lighthouse in the fog, {turn}") for turn in range(number + 3)]
        tab.close()
    return presses[3:]


def _press(tab: Tab, provider: Provider, prompt: str) -> Press:
    pressed = time.monotonic()
    [tile] = tab.generate(prompt, size="1k", quality="standard")
    answered = time.monotonic()
    picture = tab.news_of(tile)
    told = time.monotonic()
    tab.person.http.get(picture).raise_for_status()
    press = Press(
        pressed=pressed,
        answered=answered,
        told=told,
        shown=time.monotonic(),
        own_ms=provider.own_ms(prompt),
    )
    tab.rest()
    time.sleep(AFTER)
    return press


def _of(press: Press, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if press.pressed <= line.at <= press.shown + AFTER]


def _print_press(press: Press, lines: Sequence[Line], least: float) -> None:
    for name, moment in (("answered", press.answered), ("told", press.told), ("shown", press.shown)):
        print(f"{name:>10} {1000 * (moment - press.pressed):8.1f} ms")
    print(f"{'over':>10} {press.over:8.1f} ms")
    for line in lines:
        if line.wall >= least:
            depth = sum(other is not line and other.holds(line) for other in lines)
            what = f"{line.name} {' '.join(line.detail.split())[:150]}"
            took = f"{1000 * (line.at - press.pressed):8.1f} {line.wall:7.2f} {line.cpu:7.2f}"
            print(f"{took}  {line.pid % 10000:>4}  {INDENT * depth}{what}")


def _print_medians(presses: Sequence[tuple[Press, Sequence[Line]]]) -> None:
    print(f"\n{'medians':<44}{'wall':>8}{'cpu':>8}{'sql':>6}{'commit':>7}{'fsync':>6}{'begins':>8}")
    names = dict.fromkeys(_called(line) for _, lines in presses for line in lines)
    for name in names:
        if name.startswith(("sql", "COMMIT", "fsync")):
            continue
        rows = [_row(name, press, lines) for press, lines in presses]
        wall, cpu, sql, commits, syncs, at = (median(column) for column in zip(*rows, strict=True))
        print(f"{name:<44}{wall:8.1f}{cpu:8.1f}{sql:6.0f}{commits:7.0f}{syncs:6.0f}{at:8.1f}")
    waits = [sum(line.wall for line in lines if line.detail.startswith("BEGIN")) for _, lines in presses]
    print(f"{'waits for the write lock':<44}{median(waits):8.1f} ms, of all together")
    for name in ("sql", "COMMIT", "fsync"):
        counts = [sum(line.name == name for line in lines) for _, lines in presses]
        print(f"{name:<44}{median(counts):8.0f} a press, the watcher's and beats included")
    over = [press.over for press, _ in presses]
    print(
        f"{'press to picture, less the provider’s own':<44}{median(over):8.1f} ms, at least {min(over):.1f}"
    )


def _called(line: Line) -> str:
    path = line.detail if line.name == "request" else ""
    return f"{line.name} {path}" if path in {"/runs", "/news"} else line.name


def _row(name: str, press: Press, lines: Sequence[Line]) -> tuple[float, float, int, int, int, float]:
    """Add up what was done under a name: wall, processor, statements, commits, syncs; when it began."""
    mine = [line for line in lines if _called(line) == name]
    within = [line.name for line in lines if any(one.holds(line) for one in mine if one is not line)]
    first = min((line.at for line in mine), default=press.pressed)
    return (
        sum(line.wall for line in mine),
        sum(line.cpu for line in mine),
        *(within.count(kind) for kind in ("sql", "COMMIT", "fsync")),
        1000 * (first - press.pressed),
    )  # type: ignore[return-value]


if __name__ == "__main__":
    main()
