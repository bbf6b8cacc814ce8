"""Keeps the studio's processes running: what `manage.py start` becomes once everything is prepared.

`python -m studio.house FD` reads its steps from a pipe. It imports neither Django nor the studio's
rooms, so that the process that stays up longest is small and has little in it that could fail.
"""

import contextlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from studio.child import ROOT, Child
from studio.supervisor import STOP_SIGNALS, Supervisor

ASK = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n"
PATIENCE = 2.0  # seconds for the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the start: start a child, wait for something, say something, in this order.

    It waits up to `within` seconds until a web server answers at `port` of `host`, or, without a
    port, until the child that was started has ended.
    """

    start: Child | None = None
    name: str = ""
    within: float = 0.0
    host: str = ""
    port: int = 0
    say: str = ""


def become(steps: Sequence[Step]) -> NoReturn:
    """Replace this process by the one that takes these steps.

    A signal that comes meanwhile is held back until that one listens.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    reading, writing = os.pipe()
    os.write(writing, json.dumps([asdict(step) for step in steps], default=str).encode())
    os.close(writing)
    os.set_inheritable(reading, True)
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "studio.house", str(reading)])  # noqa: S606 - itself


def told(data: bytes) -> list[Step]:
    """Read the steps that `become` wrote."""
    return [Step(**{**step, "start": _child(step["start"])}) for step in json.loads(data)]


def _child(said: dict[str, Any] | None) -> Child | None:
    if said is None:
        return None
    return Child(**{**said, "beat": Path(said["beat"]) if said["beat"] else None})


def run(house: Supervisor, steps: Sequence[Step]) -> None:
    """Take the steps, then look after the children until a signal ends it."""
    for step in steps:
        if step.start is not None:
            house.add(step.start)
        if house.stopping.is_set():
            return
        if step.within and not house.wait(step.within, _until(house, step)):
            late(house, step)
        elif step.say:
            house.say(step.say)
    house.run()


def _until(house: Supervisor, step: Step) -> Callable[[], bool]:
    started = house.running[-1]
    return lambda: answers(step.host, step.port) if step.port else not started.alive


def late(house: Supervisor, step: Step) -> None:
    """Say that something did not answer in time, unless the end was asked for meanwhile."""
    if not house.stopping.is_set():
        house.say(f"{step.name} has not answered within {step.within:g} s; the lines above may say why.")


def answers(host: str, port: int) -> bool:
    """Tell whether a web server answers there with anything but a fault of its own."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), PATIENCE) as asked:
        asked.settimeout(PATIENCE)
        asked.sendall(ASK)
        words = asked.recv(64).split()
        return len(words) > 1 and words[0].startswith(b"HTTP/") and words[1] < b"500"
    return False


def say(line: str) -> None:
    """Tell the operator one line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the house; end with code 0 when told to stop.

    Neither it nor a child leaves its memory behind when it crashes: keys could be in there (KEY-09).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with open(int(sys.argv[1]), "rb") as pipe:  # noqa: PTH123 - a descriptor has no path
        steps = told(pipe.read())
    with Supervisor(say) as house:
        run(house, steps)
        say("Stopping …")
    say("Stopped. Nothing is left running.")


if __name__ == "__main__":
    main()
