"""Run the tests on one set-up after the other, and tell at the end what came of all of them.

    python -m tests.everywhere full ARGS…      everything on SQLite, then on the two others what is DATA
    python -m tests.everywhere others ARGS…    DATA on the two others alone
    python -m tests.everywhere faults ARGS…    tests/faults on all three

The others leave out by themselves what touches no database (`tests.databases`). ARGS are pytest's; those
that name tests take the place of DATA. A failure on one set-up does not keep the next from its turn.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests import setups

FAULTS = "tests/faults"
DATA = ("tests/studio/accounts", "tests/studio/credits", "tests/studio/generation", FAULTS)
OTHERS = setups.NAMES[1:]
PROCESSES = "2"
NOTHING_TO_DO = 5  # pytest's code where all was left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One set-up's tests, and what came of them."""

    setup: str
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
        return f"{self.setup:<15}{counts} {self.seconds / 60:>6.1f} min{said}"


def plan(what: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each set-up and the tests that are run there. Raises KeyError for a word that names no plan."""
    on_sqlite: dict[str, Sequence[str] | None] = {"full": (), "others": None, "faults": (FAULTS,)}
    if (tests := on_sqlite[what]) is not None:
        yield "sqlite", tests
    for setup in OTHERS:
        yield setup, (FAULTS,) if what == "faults" else DATA


def run(setup: str, tests: Sequence[str], more: Sequence[str]) -> Round:
    """Run the tests on a set-up."""
    print(f"\nOn {setup}:", flush=True)
    named = [word for word in more if word.split("::")[0] and Path(word.split("::")[0]).exists()]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        pytest = [sys.executable, "-m", "pytest", "-n", PROCESSES, f"--junitxml={report}"]
        command = [*pytest, *(() if named else tests), *more]
        begun = time.monotonic()
        code = subprocess.call([sys.executable, "-m", "tests.setups", setup, *command])
        return read(report, setup=setup, code=code, seconds=time.monotonic() - begun)


def read(report: Path, *, setup: str, code: int, seconds: float) -> Round:
    """Return what pytest's report says; one that is not there says nothing."""
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    wrong = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    return Round(
        setup=setup,
        seconds=seconds,
        code=code,
        passed=len(cases) - len(wrong) - len(skipped),
        wrong=[f"{case.get('classname')}::{case.get('name')}" for case in wrong],
        skipped=len(skipped),
    )


def tell(rounds: Sequence[Round]) -> str:
    """Return the summary of all of them: what failed, then a line for each set-up."""
    wrong = [f"  {one.setup}: {name}" for one in rounds for name in one.wrong]
    return "\n".join([*(["\nFailed:", *wrong] if wrong else []), "", *map(str, rounds)])


def main(what: str = "", *more: str) -> int:
    """Run a plan; return 0 where nothing failed anywhere."""
    try:
        turns = list(plan(what))
    except KeyError:
        sys.exit("usage: python -m tests.everywhere full|others|faults [pytest's arguments]")
    rounds = [run(setup, tests, more) for setup, tests in turns]
    print(tell(rounds), flush=True)
    return 0 if all(one.well for one in rounds) else 1


if __name__ == "__main__":
    os.environ.setdefault("FAULT_REPEATS", "5" if sys.argv[1:2] == ["faults"] else "1")
    sys.exit(main(*sys.argv[1:]))
