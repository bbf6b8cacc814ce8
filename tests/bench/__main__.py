"""`python -m tests.bench` (or `make bench`): measure this studio on this machine, in about a minute.

Everything runs on the loopback in processes of its own and is gone afterwards. Absolute figures
belong to the machine and to what else it does; the ratios to a floor of the same run can be compared.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import latency, polls, throughput
from tests.bench.figures import Figure, as_json, single, table
from tests.house import running

ROUNDS = 6


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures for a program")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"images for each latency ({ROUNDS})")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        parser.error("processor time is read from /proc, which only Linux has")
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "data", max(2, options.rounds))
    print(as_json(figures) if options.json else table(figures))
    return 0


def measure(data: Path, rounds: int) -> list[Figure]:
    """Start a studio and return its figures."""
    start = time.monotonic()
    with running(data) as house:
        started = single("start to first page, empty folder", time.monotonic() - start, unit="s")
        return [
            *latency.measure(house, rounds),
            *throughput.measure(house),
            *polls.measure(house),
            started,
        ]


if __name__ == "__main__":
    sys.exit(main())
