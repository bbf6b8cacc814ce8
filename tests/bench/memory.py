"""How much memory a whole studio takes, and how much of the processor when nothing is to be done.

`python -m tests.bench.memory`: a running studio without its sandbox, after some pictures were made. Memory
is counted as PSS: what processes share is divided among them (Linux only).
"""

import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, single, table
from tests.bench.processes import cpu_ms
from tests.bench.tab import Tab
from tests.house import House, left_behind, running

PARTS = {
    "supervisor": ("studio.house", "studio.lifeline"),
    "web server": ("studio.granian",),
    "queue": ("manage.py work",),
    "watcher": ("manage.py watch",),
}
PROMPT = "{one|two|three|four|five|six} boats on a {lake|sea}"  # 24 pictures
QUIET_AFTER = 3.0  # seconds
IDLE_SECONDS = 20.0


def main() -> None:
    """Print the figures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "data", SANDBOX_READY_MADE="1") as house,
    ):
        print(table(measure(house)))


def measure(house: House) -> list[Figure]:
    """Return the megabytes before and after some pictures, and the idle share of a core, by part."""
    fresh = _memory(house, "fresh")
    tab = Tab(house, "owner")
    try:
        tab.generate(PROMPT, each="2")
        tab.person.wait_until_quiet()
    finally:
        tab.close()
    time.sleep(QUIET_AFTER)
    return [*fresh, *_memory(house, "after 24 pictures"), *_idle(house)]


def _memory(house: House, when: str) -> list[Figure]:
    parts = {name: sum(pss(pid) for pid in _pids(house, words)) for name, words in PARTS.items()}
    whole = single(f"whole program, {when}", sum(parts.values()), unit="MB PSS")
    return [whole, *(single(f"  {name}", size, unit="MB PSS") for name, size in parts.items())]


def _idle(house: House) -> list[Figure]:
    before = {name: cpu_ms(house, *words) for name, words in PARTS.items()}
    time.sleep(IDLE_SECONDS)
    used = {name: cpu_ms(house, *words) - before[name] for name, words in PARTS.items()}
    return [
        single(f"idle, {name}", 100 * spent / (1000 * IDLE_SECONDS), unit="% of a core")
        for name, spent in {"whole program": sum(used.values()), **used}.items()
    ]


def _pids(house: House, words: tuple[str, ...]) -> list[int]:
    return [int(line.split()[0]) for line in left_behind(house.data) if any(word in line for word in words)]


def pss(pid: int) -> float:
    """Return a process's share of the memory it uses, in megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
