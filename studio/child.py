"""One process of the studio: what to run, the process that runs it, and how it is ended.

It knows processes, signals and the file that a process touches while it works: neither Django nor
what the process does.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEADY_AFTER = 10.0  # seconds of life after which earlier deaths are forgotten
SILENT_AFTER = 15.0  # seconds without a beat after which a process counts as hung
FIRST_BEAT_WITHIN = 60.0  # seconds; a loaded machine is slow to import
LONGEST_WAIT = 30.0  # seconds before a child that keeps dying is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What to run: its name in messages, its command, what its environment has more.

    A child that runs `once` may end; any other is started again when it does, and also when it has
    a `beat` file and leaves it untouched. The `last` ones are ended when all others have. One that keeps
    dying is tried again after `longest_wait` seconds at the most.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    once: bool = False
    beat: Path | None = None
    last: bool = False
    longest_wait: float = LONGEST_WAIT


def backoff(deaths: int, longest: float = LONGEST_WAIT) -> float:
    """Return the seconds to wait before the next start, after that many deaths in a row before this one."""
    return min(longest, 0.5 * 2.0 ** min(deaths, 10))


class Running:
    """A child and its process. Times are monotonic seconds, given by the caller."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.started_at = 0.0
        self.start_at: float | None = None  # when it is to be started again
        self.pulse = Pulse(child.beat)

    @property
    def alive(self) -> bool:
        """Tell whether the main process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self, now: float) -> int:
        """Start the process as the leader of its own session; return its id, which is its group's too."""
        self.process = subprocess.Popen(  # noqa: S603 - the commands are the studio's own
            self.child.command,
            cwd=ROOT,
            env={**os.environ, **self.child.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started_at, self.start_at = now, None
        self.pulse.begin(now)
        return self.process.pid

    def ask_to_end(self) -> None:
        """Send SIGTERM to the main process only."""
        if self.process is not None and self.alive:
            self.process.terminate()

    def kill_group(self) -> None:
        """Kill whatever is left of the process and its own children."""
        if self.process is not None:
            kill_group(self.process.pid)
            self.process.wait()

    def bury(self, now: float, how: str = "") -> str:
        """After a death: clear the group, plan the next start, return the sentence that tells of it.

        One that worked before, for a while or for a beat, is started again at once.
        """
        self.kill_group()
        code = self.process.returncode if self.process is not None else 0
        self.process = None
        if self.child.once:
            self.start_at = float("inf")
            return f"{self.child.name} {ending(code)}; it is not tried again." if code else ""
        if now - self.started_at > STEADY_AFTER or self.pulse.felt:
            self.deaths = 0
        wait = backoff(self.deaths, self.child.longest_wait)
        self.deaths += 1
        self.start_at = now + wait
        return f"{self.child.name} {how or ending(code)}; starting it again in {wait:g} s."


class Pulse:
    """When a process touched its beat file last, by the caller's clock: one that jumps moves nothing."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.seen: int | None = None  # the file's time of change
        self.felt = False  # since the start
        self.at = 0.0

    def begin(self, now: float) -> None:
        """Wait for the first beat of a process that has just been started."""
        self.seen, self.felt, self.at = self._look(), False, now

    def excuse(self, now: float) -> None:
        """Begin to count anew: nobody was there to look."""
        self.at = now

    def silent(self, now: float) -> float:
        """Look, and return the seconds of a silence that is too long; 0 while all is well."""
        changed = self._look()
        if changed != self.seen:
            self.seen, self.felt, self.at = changed, True, now
        patience = SILENT_AFTER if self.felt else FIRST_BEAT_WITHIN
        return now - self.at if self.file is not None and now - self.at > patience else 0.0

    def _look(self) -> int | None:
        try:
            return self.file.stat().st_mtime_ns if self.file is not None else None
        except OSError:
            return None


def kill_group(group: int) -> None:
    """Kill every process of a group; one that has none is no error.

    macOS answers “not permitted” for a group that holds only ended processes.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def ending(code: int) -> str:
    """Say how a process ended, from its return code."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
