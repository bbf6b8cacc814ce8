"""The tests of every set-up: which are run where, and what is told of them."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Barrier

import pytest

from tests import everywhere, setups

REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_good"/>
<testcase classname="tests.test_a" name="test_bad"><failure>no</failure></testcase>
<testcase classname="tests.test_a" name="test_broken"><error>no</error></testcase>
<testcase classname="tests.test_b" name="test_elsewhere"><skipped/></testcase>
</testsuite></testsuites>"""


def collected(setup: str, *paths: str) -> str:
    """Return the names of the tests that would be run on a set-up."""
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly", *paths],
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        | {setups.SETUP: setup},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return told.stdout


def test_all_tests_are_run_on_sqlite_and_those_of_the_data_and_the_faults_on_the_other_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FAULT_SETUPS", raising=False)
    [most, faults] = everywhere.plan("full")
    assert [(turn.setup, turn.words) for turn in most] == [
        ("sqlite", ("--ignore=tests/faults",)),
        ("postgres", everywhere.DATA),
        ("postgres-redis", everywhere.DATA),
    ]
    assert [(turn.setup, turn.words) for turn in faults] == [
        (name, ("tests/faults",)) for name in setups.NAMES
    ]
    assert everywhere.plan("others") == [most[1:], faults[1:]]
    [alone] = everywhere.plan("test")
    assert [(turn.setup, turn.words) for turn in alone] == [
        ("sqlite", ()),
        ("postgres", everywhere.BOOKS),
        ("postgres-redis", everywhere.BOOKS),
    ]
    assert everywhere.plan("faults") == [faults]
    monkeypatch.setenv("FAULT_SETUPS", "postgres")
    assert everywhere.plan("faults") == [faults[1:2]]
    assert all(Path(there).exists() for there in (*everywhere.DATA, *everywhere.BOOKS, everywhere.FAULTS))
    with pytest.raises(SystemExit, match="usage"):
        everywhere.main("nothing")


def test_tests_that_are_named_take_the_place_of_all() -> None:
    full = everywhere.plan("full")
    assert everywhere.named(full, ["-k", "hold"]) == full
    [row] = everywhere.named(full, ["tests/test_everywhere.py::test_a_run_that_was_ended_is_not_well"])
    assert [(turn.setup, turn.words) for turn in row] == [(name, ()) for name in setups.NAMES]


def test_tests_that_are_named_are_tried_on_sqlite_alone_unless_everywhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subprocess, "call", lambda command, **_: 0)
    for what, tried in (("test", ["sqlite"]), ("full", list(setups.NAMES))):
        assert everywhere.main(what, "tests/test_everywhere.py") == 0
        summary = capsys.readouterr().out.splitlines()[-len(tried) :]
        assert [line.split()[0] for line in summary] == tried


def test_rows_of_turns_run_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2)

    def call(command: list[str], **_: object) -> int:
        both.wait(timeout=60)  # neither goes on before the other was begun
        return 0 if "tests/faults" in command else 1

    monkeypatch.setattr(subprocess, "call", call)
    rows = [[everywhere.Turn("sqlite", ())], [everywhere.Turn("sqlite", ("tests/faults",), 3)]]
    monkeypatch.setattr(everywhere, "plan", lambda what: rows)
    assert everywhere.main("full") == 1


def test_what_reaches_no_database_is_left_out_on_the_other_set_ups() -> None:
    paths = ("tests/studio/credits/test_prices.py", "tests/studio/bells/test_bells.py", "tests/faults")
    here, there = (set(collected(setup, *paths).splitlines()) for setup in ("sqlite", "postgres"))
    everything, kept = (
        {name.partition("[")[0].rpartition("::")[2] for name in names if "::" in name}
        for names in (here, there)
    )
    assert kept < everything
    left_out = everything - kept
    assert "test_a_worker_machine_that_is_cut_off_loses_nothing_and_buys_nothing_twice" in left_out
    assert "test_job_01_killed_at_every_step_no_job_is_lost_and_none_bought_twice" in kept
    [in_turn] = [name for name in there if "test_job_01_killed" in name]
    assert "each in turn" in in_turn


def test_the_summary_names_what_failed_and_counts_the_rest(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    bad = everywhere.read(report, name="postgres", code=1, seconds=90)
    good = everywhere.read(tmp_path / "none.xml", name="sqlite", code=0, seconds=6)
    assert (bad.passed, bad.skipped, bad.well, good.well) == (1, 1, False, True)
    told = everywhere.tell([good, bad]).splitlines()
    assert told[2:4] == ["  postgres: tests.test_a::test_bad", "  postgres: tests.test_a::test_broken"]
    assert told[-1].split() == ["postgres", *["1", "passed", "2", "failed", "1", "skipped", "1.5", "min"]]


def test_a_run_that_was_ended_is_not_well() -> None:
    ended = everywhere.read(Path("nowhere"), name="sqlite", code=2, seconds=0)
    assert not ended.well
    assert str(ended).endswith("ended with code 2")
