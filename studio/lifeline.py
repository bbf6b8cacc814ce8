"""Ends the studio's processes when their supervisor has been killed: `python -m studio.lifeline SECONDS`.

It holds the other end of a pipe from the supervisor and is told on it which
process groups are alive (`+123`, `+124 last`, `-123`). A pipe that closes before
the line `done` means that the supervisor is gone without having said goodbye. Then
the groups' leaders get SIGTERM, and after so many seconds the groups get SIGKILL;
the last ones are asked when the others have ended.
It works on every Unix, needs no library, and touches nothing else.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping

LOOK_EVERY = 0.1  # seconds
LAST_GRACE = 1.0  # seconds


def groups_left(lines: Iterable[str]) -> dict[int, bool]:
    """Read what the supervisor says until it is silent; return the groups left alive, and which are last."""
    alive: dict[int, bool] = {}
    for line in lines:
        word, *rest = line.split() or [""]
        if word == "done":
            return {}
        if word[:1] == "+" and word[1:].isdigit():
            alive[int(word[1:])] = rest == ["last"]
        elif word[:1] == "-" and word[1:].isdigit():
            alive.pop(int(word[1:]), None)
    return alive


def end(groups: Mapping[int, bool], grace: float) -> None:
    """Ask each group's leader to end, wait up to `grace` seconds, kill what is left; then the last ones."""
    _end([group for group, last in groups.items() if not last], grace)
    _end([group for group, last in groups.items() if last], LAST_GRACE)


def _end(groups: Iterable[int], grace: float) -> None:
    groups = list(groups)
    for group in groups:
        _send(os.kill, group, signal.SIGTERM)
    until = time.monotonic() + grace
    while time.monotonic() < until and any(_send(os.killpg, group, 0) for group in groups):
        time.sleep(LOOK_EVERY)
    for group in groups:
        _send(os.killpg, group, signal.SIGKILL)


def _send(how: Callable[[int, int], None], target: int, number: int) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        how(target, number)
        return True
    return False


def main() -> None:
    """Wait for the supervisor's silence, deaf to the signals that are meant for it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(groups_left(sys.stdin), float(sys.argv[1]))


if __name__ == "__main__":
    main()
