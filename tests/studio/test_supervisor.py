"""The supervisor with real processes: what it starts lives, what it leaves is nothing."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio import child as child_module
from studio import supervisor as module
from studio.child import Child, backoff, ending
from studio.lifeline import groups_left
from studio.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
FOREVER = "import time; time.sleep(600)"
# A child with a grandchild, both deaf to SIGTERM, that writes both ids into a file.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
with open(sys.argv[1] + ".new", "w") as file: file.write(f"{os.getpid()} {grandchild.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
"""


def python(name: str, code: str, *arguments: object, once: bool = False) -> Child:
    """Return a child that runs some Python."""
    command = [sys.executable, "-c", code, *(str(argument) for argument in arguments)]
    return Child(name=name, command=command, environment={}, once=once)


def soon(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Look again and again until the condition holds; False when the seconds are over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(
        ["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return not state.stdout.strip().startswith("Z")


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in module.STOP_SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_child_that_dies_is_said_in_one_line_and_started_again(tmp_path: Path) -> None:
    lines: list[str] = []
    mark = tmp_path / "starts"
    code = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(3)"
    with Supervisor(lines.append) as supervisor:
        supervisor.add(python("painter", code, mark))
        assert supervisor.wait(20, lambda: mark.exists() and mark.read_text() == "xx")
    assert lines[0] == "painter ended with code 3; starting it again in 0.5 s."


def test_a_child_that_runs_once_is_not_started_again() -> None:
    lines: list[str] = []
    with Supervisor(lines.append) as supervisor:
        supervisor.add(python("ends well", "pass", once=True))
        supervisor.add(python("ends badly", "raise SystemExit(2)", once=True))
        assert supervisor.wait(20, lambda: bool(lines) and not any(r.alive for r in supervisor.running))
        supervisor.wait(0.5)
    assert lines == ["ends badly ended with code 2; it is not tried again."]


def test_what_a_dead_child_leaves_behind_is_killed(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    with Supervisor(lambda line: None) as supervisor:
        supervisor.add(python("cluster", STUBBORN, ids))
        assert supervisor.wait(20, ids.exists)
        main, orphan = map(int, ids.read_text().split())
        os.kill(main, signal.SIGKILL)
        assert supervisor.wait(20, lambda: not alive(orphan))


def test_the_end_kills_whoever_does_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.3)
    ids = tmp_path / "ids"
    with Supervisor(lambda line: None) as supervisor:
        supervisor.add(python("deaf", STUBBORN, ids))
        assert supervisor.wait(20, ids.exists)
    assert not [pid for pid in map(int, ids.read_text().split()) if alive(pid)]


def test_sigterm_reaches_the_main_process_only(tmp_path: Path) -> None:
    inner = """
        import pathlib, signal, sys, time
        note = pathlib.Path(sys.argv[1])
        signal.signal(signal.SIGTERM, lambda *_: (note / "grandchild was told").touch())
        (note / "ready").touch()
        time.sleep(600)
    """
    code = f"""
        import pathlib, signal, subprocess, sys, time
        note = pathlib.Path(sys.argv[1])
        def told(*_):
            (note / "main was told").touch()
            time.sleep(0.3)  # time enough for a signal to the group to be seen
            sys.exit()
        signal.signal(signal.SIGTERM, told)
        subprocess.Popen([sys.executable, "-c", {textwrap.dedent(inner)!r}, sys.argv[1]])
        time.sleep(600)
    """
    with Supervisor(lambda line: None) as supervisor:
        supervisor.add(python("cluster", textwrap.dedent(code), tmp_path))
        assert supervisor.wait(20, (tmp_path / "ready").exists)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main was told", "ready"]


def beats(file: Path, *, then: str) -> str:
    """Return a child's code that touches a file once and goes on as told."""
    return f"import pathlib, time; pathlib.Path({str(file)!r}).touch(); {then}"


def test_a_child_that_lives_but_beats_no_more_is_ended_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "SILENT_AFTER", 1.0)
    lines: list[str] = []
    file = tmp_path / "beat"
    hung = replace(python("queue", beats(file, then="time.sleep(600)")), beat=file)
    with Supervisor(lines.append) as supervisor:
        supervisor.add(hung)
        assert supervisor.wait(20, lambda: bool(lines))
        first = supervisor.running[0].started_at
        assert supervisor.wait(20, lambda: supervisor.running[0].started_at > first)
    assert lines[0] == "queue has not been heard for 1 s and was ended; starting it again in 0.5 s."


def test_a_child_that_is_slow_to_begin_is_given_time_and_one_that_never_beats_is_ended(
    tmp_path: Path,
) -> None:
    pulse = child_module.Pulse(tmp_path / "beat")
    pulse.begin(100.0)
    assert pulse.silent(159.0) == 0
    assert pulse.silent(161.0) == 61.0


def test_a_beat_counts_from_when_it_was_seen_whatever_the_clock_of_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "beat"
    file.touch()
    pulse = child_module.Pulse(file)
    pulse.begin(0.0)
    assert pulse.silent(16.0) == 0  # an old file is no beat of this process
    os.utime(file, (0, 0))  # the clock was put back by half a century
    assert [pulse.silent(17.0), pulse.silent(32.0), pulse.silent(33.0)] == [0, 0, 16.0]
    pulse.excuse(33.0)
    assert pulse.silent(48.0) == 0


def test_a_child_without_a_beat_is_never_silent() -> None:
    pulse = child_module.Pulse(None)
    pulse.begin(0.0)
    assert pulse.silent(1e9) == 0


def test_a_supervisor_that_slept_blames_nobody(tmp_path: Path) -> None:
    now = [0.0]
    lines: list[str] = []
    supervisor = Supervisor(lines.append, clock=lambda: now[0])
    supervisor.add(replace(python("queue", FOREVER), beat=tmp_path / "beat"))
    now[0] = 3600.0
    supervisor.look()
    supervisor.stop()
    assert lines == []


def test_the_last_one_is_asked_when_the_others_have_ended(tmp_path: Path) -> None:
    note = "import os, pathlib, signal, sys, time\nfolder = pathlib.Path(sys.argv[1])\n"
    told = "def told(*_):\n    {}\n    sys.exit()\nsignal.signal(signal.SIGTERM, told)\n"
    ready = "(folder / sys.argv[2]).touch()\ntime.sleep(600)"
    slow = told.format("time.sleep(0.5); (folder / 'queue ended').touch()")
    quick = told.format("(folder / ('in time' if (folder / 'queue ended').exists() else 'too soon')).touch()")
    with Supervisor(lambda line: None) as supervisor:
        supervisor.add(replace(python("sandbox", note + quick + ready, tmp_path, "1"), last=True))
        supervisor.add(python("queue", note + slow + ready, tmp_path, "2"))
        assert supervisor.wait(20, lambda: (tmp_path / "1").exists() and (tmp_path / "2").exists())
    assert (tmp_path / "in time").exists()


def test_a_signal_ends_it_and_a_second_ctrl_c_makes_it_hurry() -> None:
    now = [100.0]
    supervisor = Supervisor(lambda line: None, clock=lambda: now[0])
    supervisor._told_to_stop(signal.SIGTERM, None)
    supervisor._told_to_stop(signal.SIGTERM, None)
    supervisor._told_to_stop(signal.SIGINT, None)  # the same press, told twice
    assert (supervisor.stopping.is_set(), supervisor.impatient) == (True, False)
    now[0] += 2
    supervisor._told_to_stop(signal.SIGINT, None)
    assert supervisor.impatient


def test_nothing_is_started_after_the_end_was_asked_for() -> None:
    supervisor = Supervisor(lambda line: None)
    supervisor.stopping.set()
    supervisor.add(python("late", FOREVER))
    assert supervisor.running == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_no_signal_to_the_supervisor_leaves_a_process(tmp_path: Path, number: signal.Signals) -> None:
    ids = tmp_path / "ids"
    code = textwrap.dedent("""
        import sys
        from studio import supervisor
        from tests.studio.test_supervisor import STUBBORN, python
        supervisor.GRACE = 0.5
        with supervisor.Supervisor(print) as house:
            house.add(python("deaf", STUBBORN, sys.argv[1]))
            house.run()
    """)
    house = subprocess.Popen([sys.executable, "-c", code, str(ids)], cwd=ROOT)
    assert soon(ids.exists)
    house.send_signal(number)
    house.wait(20)
    pids = [int(pid) for pid in ids.read_text().split()]
    assert soon(lambda: not any(alive(pid) for pid in pids))


def test_the_waits_between_starts_grow_to_half_a_minute() -> None:
    assert [backoff(deaths) for deaths in (0, 1, 2, 5, 6, 100_000)] == [0.5, 1, 2, 16, 30, 30]


def test_a_child_that_lived_long_is_started_again_at_once() -> None:
    now = [0.0]
    supervisor = Supervisor(lambda line: None, clock=lambda: now[0])
    supervisor.add(python("short", "pass"))
    (running,) = supervisor.running
    running.deaths = 5
    assert soon(lambda: not running.alive)
    now[0] = 31.0
    supervisor.look()
    supervisor.stop()
    assert running.start_at == pytest.approx(31.5)


def test_an_ending_is_said_in_words() -> None:
    assert ending(-9) == "was ended by SIGKILL"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ([], {}),
        (["+12\n", "+13 last\n", "-12\n"], {13: True}),
        (["+12\n", "done\n"], {}),
        (["+12\n", "\n", "nonsense\n", "-x\n"], {12: False}),
    ],
)
def test_the_lifeline_knows_who_is_left_and_who_is_last(said: list[str], left: dict[int, bool]) -> None:
    assert groups_left(said) == left
