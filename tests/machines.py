"""Machines for tests: any part of a studio, as real processes with a data folder of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house import DOWN_WITHIN, ROOT, UP_WITHIN, left_behind

START = (sys.executable, "manage.py", "start")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A part of a studio that runs: its environment, its main process, what it printed."""

    settings: Mapping[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def data(self) -> Path:
        """The data folder."""
        return Path(self.settings["STUDIO_DATA"])

    def said(self) -> str:
        """Return what it printed until now."""
        return self.log.read_text()

    def processes(self, part: str = "") -> list[int]:
        """Return the ids of its processes whose command line holds these words."""
        return [int(line.split()[0]) for line in left_behind(self.data) if part in line]


@contextmanager
def machine(
    settings: Mapping[str, str], *words: str, command: Sequence[str] = START, up: str = "Ctrl-C"
) -> Iterator[Machine]:
    """Run `manage.py start` with words while the block lasts; nothing of it may be left behind."""
    data = Path(settings["STUDIO_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    log = data.parent / f"{data.name}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *words],
            cwd=ROOT,
            env=dict(settings),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    running = Machine(settings=settings, process=process, log=log)
    try:
        wait_for(lambda: up in running.said() or process.poll() is not None, running.said)
        assert process.poll() is None, f"It did not start:\n{running.said()}"
        yield running
    finally:
        end(running)


def end(machine: Machine, number: signal.Signals = signal.SIGTERM) -> float:
    """End a machine by a signal to its main process; return the seconds it took. Fails if anything stays."""
    begun = time.monotonic()
    if machine.process.poll() is None:
        machine.process.send_signal(number)
        try:
            machine.process.wait(DOWN_WITHIN)
        except subprocess.TimeoutExpired:
            machine.process.kill()
            raise AssertionError(f"It did not end:\n{machine.said()}") from None
    took = time.monotonic() - begun
    assert left_behind(machine.data) == []
    return took


def wait_for(
    condition: Callable[[], object], why: Callable[[], object] = str, seconds: float = UP_WITHIN
) -> float:
    """Look until a condition holds; return the seconds it took, fail with `why` after so many."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s: {why()}"
        time.sleep(0.05)
    return time.monotonic() - begun
