"""Starts the studio's processes, keeps them alive, and leaves nothing behind when it ends.

Each child leads a session of its own, so that the terminal's Ctrl-C reaches the
supervisor alone. Ending is always the same: SIGTERM to the children's main
processes (a signal to their whole groups makes a task cluster hang), `GRACE`
seconds, then SIGKILL to the groups; the sandbox is asked when the others have
ended, so that no answer under way is lost. What is left of a group whose main
process died is killed before the child is started again, and a child that lives
but is silent is killed as if it had died. `studio.lifeline` ends them all in the
same way when the supervisor itself is killed.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Self

from studio.child import ROOT, Child, Running

GRACE = 8.0  # seconds between SIGTERM and SIGKILL; the whole stop is promised within ten
LAST_GRACE = 1.0  # seconds for those that are ended last
LOOK_EVERY = 0.1  # seconds
ASLEEP = 5.0  # seconds between two looks after which the machine, or we, must have stood still
IMPATIENT_AFTER = 1.0  # seconds; a signal sent to a whole group can arrive twice at once
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """Whether the end was asked for. No lock: a signal that came while it is held would hang."""

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        """Ask for the end."""
        self._asked = True

    def is_set(self) -> bool:
        """Tell whether the end was asked for."""
        return self._asked


class Supervisor:
    """Keeps children running until it is told to stop; use it in a `with`, in the main thread.

    `say` takes one line for the operator; `clock` gives monotonic seconds.
    """

    def __init__(self, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.say = say
        self.clock = clock
        self.running: list[Running] = []
        self.stopping = Stopping()
        self.stopped_at: float | None = None
        self.impatient = False
        self.looked_at = clock()
        self.lifeline: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            signal.signal(number, self._told_to_stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # whoever became this held them back
        self.lifeline = _start_lifeline()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def add(self, child: Child) -> None:
        """Start a child, unless the end has already been asked for."""
        if not self.stopping.is_set():
            running = Running(child)
            self.running.append(running)
            self._start(running)

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Look after the children for some seconds; return early, with True, when `until` says so."""
        end = self.clock() + seconds
        while not self.stopping.is_set() and self.clock() < end:
            self.look()
            if until():
                return True
            time.sleep(LOOK_EVERY)
        return False

    def run(self) -> None:
        """Look after the children until a signal ends it."""
        while not self.stopping.is_set():
            self.wait(3600)

    def look(self) -> None:
        """See who died or is silent, and start again those whose time has come."""
        now = self.clock()
        slept, self.looked_at = now - self.looked_at > ASLEEP, now
        for running in self.running:
            if slept:
                running.pulse.excuse(now)
            if running.start_at is None:
                self._see(running, now)
            if running.start_at is not None and running.start_at <= self.clock():
                self._start(running)

    def stop(self) -> None:
        """End every child: asked first, killed after `GRACE` seconds or at a second Ctrl-C."""
        self.stopping.set()
        self._end([running for running in self.running if not running.child.last], GRACE)
        self._end([running for running in self.running if running.child.last], LAST_GRACE)
        self.running.clear()
        self._let_lifeline_go()

    def _end(self, children: list[Running], grace: float) -> None:
        for running in children:
            running.ask_to_end()
        end = self.clock() + grace
        while any(running.alive for running in children) and self.clock() < end and not self.impatient:
            time.sleep(LOOK_EVERY)
        for running in children:
            running.kill_group()

    def _see(self, running: Running, now: float) -> None:
        if not running.alive:
            self._bury(running)
        elif silence := running.pulse.silent(now):
            self._bury(running, f"has not been heard for {silence:.0f} s and was ended")

    def _start(self, running: Running) -> None:
        pid = running.start(self.clock())
        self._tell_lifeline(f"+{pid} last" if running.child.last else f"+{pid}")

    def _bury(self, running: Running, how: str = "") -> None:
        group = running.process.pid if running.process is not None else 0
        if sentence := running.bury(self.clock(), how):
            self.say(sentence)
        self._tell_lifeline(f"-{group}")

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopped_at is None:
            self.stopped_at = self.clock()
        elif number == signal.SIGINT and self.clock() - self.stopped_at > IMPATIENT_AFTER:
            self.impatient = True
        self.stopping.set()

    def _tell_lifeline(self, line: str) -> None:
        if self.lifeline is not None and self.lifeline.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # without its lifeline the house still runs
                self.lifeline.stdin.write(f"{line}\n".encode())
                self.lifeline.stdin.flush()

    def _let_lifeline_go(self) -> None:
        if self.lifeline is not None:
            self.lifeline.communicate(b"done\n")
            self.lifeline = None


def _start_lifeline() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "studio.lifeline", str(GRACE)]
    return subprocess.Popen(  # noqa: S603 - the command is the studio's own
        command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
    )
