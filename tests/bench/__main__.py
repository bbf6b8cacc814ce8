"""`python -m tests.bench` (or `make bench`): measure this studio on this machine, in a few minutes.

Everything runs on the loopback in processes of its own and is gone afterwards. Absolute figures
belong to the machine and to what else it does; the ratios to a floor of the same run can be compared.
`docs/pipeline.md` names what is measured apart: queue, held questions, politeness, ten thousand jobs.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import composer, gallery, polls, submit, throughput, told
from tests.bench import credits as ledgers
from tests.bench.figures import Figure, as_json, single, table
from tests.house import running

ROUNDS = 30
IMAGES = "2000"

type Options = argparse.Namespace


def shown(folder: Path, options: Options) -> list[Figure]:
    """Press to picture, beside the floors and, where they are given, other programs."""
    start = time.monotonic()
    with running(folder / "data", SANDBOX_READY_MADE="1") as house:
        started = single("start to first page, empty folder", time.monotonic() - start, unit="s")
        return [*submit.measure(house, options.rounds, folder, options.peers), started]


def delays(folder: Path, options: Options) -> list[Figure]:
    """Provider's end to picture, by webhook and by questions."""
    return told.measure(folder, options.rounds)


def pages(folder: Path, options: Options) -> list[Figure]:
    """What a question for news costs."""
    with running(folder / "data") as house:
        return polls.measure(house)


def typed(folder: Path, options: Options) -> list[Figure]:
    """What the composer's answer while one types costs (A4)."""
    with running(folder / "data") as house:
        return composer.measure(house, options.rounds)


def many(folder: Path, options: Options) -> list[Figure]:
    """Images a second from end to end."""
    with running(folder / "data", SANDBOX_READY_MADE="1") as house:
        return throughput.measure(house)


def wall(folder: Path, options: Options) -> list[Figure]:
    """What the gallery's pages cost, at each size that is asked for."""
    sizes = [int(size) for size in options.images.split(",")]
    return [figure for size in sizes for figure in gallery.measure(folder / str(size), size)]


def ledger(folder: Path, options: Options) -> list[Figure]:
    """What the pages of credits cost, at each size of the ledger that is asked for."""
    sizes = [int(size) for size in options.entries.split(",")]
    return [
        figure
        for size in sizes
        for figure in ledgers.measure(folder / str(size), size, postgres=options.postgres)
    ]


PARTS: Mapping[str, Callable[[Path, Options], list[Figure]]] = {
    "shown": shown,
    "delays": delays,
    "pages": pages,
    "composer": typed,
    "many": many,
    "gallery": wall,
    "credits": ledger,
}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help=f"of {', '.join(PARTS)}; all of them")
    parser.add_argument("--json", action="store_true", help="print the figures for a program")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"images of each kind ({ROUNDS})")
    parser.add_argument("--images", default=IMAGES, help=f"sizes of the gallery, with commas ({IMAGES})")
    parser.add_argument(
        "--entries", default=ledgers.ENTRIES, help=f"sizes of the ledger, with commas ({ledgers.ENTRIES})"
    )
    parser.add_argument("--postgres", action="store_true", help="keep the ledger in a PostgreSQL of its own")
    parser.add_argument("--peers", type=Path, help="a folder with the environments of other programs")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        parser.error("processor time is read from /proc, which only Linux has")
    figures: list[Figure] = []
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            figures += PARTS[part](Path(folder), options)
    print(as_json(figures) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
