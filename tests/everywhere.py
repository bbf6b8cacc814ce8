"""Run the tests on all set-ups, and tell at the end what came of all of them.

    python -m tests.everywhere test ARGS…      everything on SQLite, and on the two others what is BOOKS
    python -m tests.everywhere full ARGS…      everything on SQLite, and on the two others what is DATA
    python -m tests.everywhere others ARGS…    DATA on the two others alone
    python -m tests.everywhere faults ARGS…    tests/faults on all three; FAULT_SETUPS names some of them

The others leave out by themselves what touches no database (`tests.databases`). ARGS are pytest's; those
that name tests take the place of all, on each set-up, with `test` on SQLite alone. A failure keeps no other
set-up from its turn.

The fault tests mostly wait, for processes to start and for leases to run out. So they go in a row of their
own beside the rest, which wants the processor; what they say is told when they are through.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests import setups

FAULTS = "tests/faults"
SEARCH = tuple(
    f"tests/gallery/test_{name}.py"
    for name in ("cards", "descent", "newcards", "query_counts", "same_answers", "search", "trash")
)
DATA = ("tests/studio/accounts", "tests/studio/credits", "tests/studio/generation", *SEARCH)
BOOKS = (
    "tests/studio/credits",
    *(
        f"tests/studio/generation/test_{name}.py"
        for name in ("cancel_races", "hooks_twice", "lifecycle", "line")
    ),
)
OTHERS = setups.NAMES[1:]
PROCESSES, OF_FAULTS, ALONE = 2, 3, 3
NOTHING_TO_DO = 5  # pytest's code where all was left out


@dataclass(frozen=True, slots=True)
class Turn:
    """What is run on a set-up at once: pytest's words for its tests, and in how many processes."""

    setup: str
    words: Sequence[str]
    processes: int = PROCESSES

    @property
    def name(self) -> str:
        return f"{self.setup}, faults" if tuple(self.words) == (FAULTS,) else self.setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A turn's tests, and what came of them."""

    name: str
    seconds: float
    code: int
    passed: int
    wrong: Sequence[str]
    skipped: int

    @property
    def well(self) -> bool:
        """Say whether nothing failed."""
        return self.code in {0, NOTHING_TO_DO}

    def __str__(self) -> str:
        counts = f"{self.passed:>6} passed {len(self.wrong):>4} failed {self.skipped:>4} skipped"
        said = "" if self.well == (not self.wrong) else f"  ended with code {self.code}"
        return f"{self.name:<23}{counts} {self.seconds / 60:>6.1f} min{said}"


def plan(what: str) -> list[list[Turn]]:
    """Return the rows of turns that run beside each other. Raises KeyError for a word that names no plan."""
    everything = Turn("sqlite", (f"--ignore={FAULTS}",))
    data = [Turn(setup, DATA) for setup in OTHERS]
    books = [Turn(setup, BOOKS, ALONE) for setup in OTHERS]
    return {
        "test": [[Turn("sqlite", (), ALONE), *books]],
        "full": [[everything, *data], _faults(setups.NAMES)],
        "others": [data, _faults(OTHERS)],
        "faults": [_faults(os.environ.get("FAULT_SETUPS", "").split() or setups.NAMES)],
    }[what]


def _faults(names: Sequence[str]) -> list[Turn]:
    return [Turn(setup, (FAULTS,), OF_FAULTS) for setup in names]


def named(rows: Sequence[Sequence[Turn]], words: Sequence[str]) -> list[list[Turn]]:
    """Return one row that runs the tests that pytest's words name, on each set-up; `rows` where none does."""
    if not any(Path(word.split("::")[0]).exists() for word in words if word.split("::")[0]):
        return [list(row) for row in rows]
    there = {turn.setup for row in rows for turn in row}
    return [[Turn(setup, (), rows[0][0].processes) for setup in setups.NAMES if setup in there]]


def run(turn: Turn, more: Sequence[str], *, aside: bool = False) -> Round:
    """Run a turn's tests; what they say comes at once, or with `aside` when they are through."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said").open("w+b") as said:
        report = Path(folder) / "report.xml"
        pytest = [sys.executable, "-m", "pytest", "-n", str(turn.processes), f"--junitxml={report}"]
        command = [sys.executable, "-m", "tests.setups", turn.setup, *pytest, *turn.words, *more]
        begun = time.monotonic()
        if not aside:
            print(f"\nOn {turn.name}:", flush=True)
        code = subprocess.call(command, stdout=said, stderr=said) if aside else subprocess.call(command)
        if aside:
            said.seek(0)
            print(f"\nOn {turn.name}:\n{said.read().decode(errors='replace')}", flush=True)
        return read(report, name=turn.name, code=code, seconds=time.monotonic() - begun)


def _row(turns: Sequence[Turn], more: Sequence[str], *, aside: bool) -> list[Round]:
    return [run(turn, more, aside=aside) for turn in turns]


def read(report: Path, *, name: str, code: int, seconds: float) -> Round:
    """Return what pytest's report says; one that is not there says nothing."""
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    wrong = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    return Round(
        name=name,
        seconds=seconds,
        code=code,
        passed=len(cases) - len(wrong) - len(skipped),
        wrong=[f"{case.get('classname')}::{case.get('name')}" for case in wrong],
        skipped=len(skipped),
    )


def tell(rounds: Sequence[Round]) -> str:
    """Return the summary of all of them: what failed, then a line for each set-up."""
    wrong = [f"  {one.name}: {name}" for one in rounds for name in one.wrong]
    return "\n".join([*(["\nFailed:", *wrong] if wrong else []), "", *map(str, rounds)])


def main(what: str = "", *more: str) -> int:
    """Run a plan; return 0 where nothing failed anywhere."""
    try:
        rows = named(plan(what), more)
        if what == "test" and not any(turn.words for turn in rows[0]):
            rows = [rows[0][:1]]  # whoever names tests tries what is being written
    except KeyError:
        sys.exit("usage: python -m tests.everywhere test|full|others|faults [pytest's arguments]")
    with ThreadPoolExecutor(len(rows)) as threads:
        running = [threads.submit(_row, row, more, aside=n > 0) for n, row in enumerate(rows)]
        rounds = [one for row in running for one in row.result()]
    print(tell(rounds), flush=True)
    return 0 if all(one.well for one in rounds) else 1


if __name__ == "__main__":
    os.environ.setdefault("FAULT_REPEATS", "5" if sys.argv[1:2] == ["faults"] else "1")
    sys.exit(main(*sys.argv[1:]))
