"""Processes of the studio that start in no time: one of them has imported everything, the rest are its forks.

What a test wants to see in another process costs seconds of imports each time. `Parent` starts a process
that does `django.setup()` once and then only forks: each child is a process of its own, with connections
of its own, which runs a snippet or a module as `python -c` and `python -m` would.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 300.0
LONGEST = 1 << 16  # bytes of a child's arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A forked process: what it is told and what it says, in text."""

    told: IO[str]
    said: IO[str]
    errors: IO[str]
    status: socket.socket

    def end(self) -> tuple[int, str, str]:
        """Close what it is told and wait for it; return its code, the rest of what it said, its errors.

        One that was killed has the code -1. Raises TimeoutError.
        """
        self.told.close()
        with self.status, self.said, self.errors:
            self.status.settimeout(SECONDS)
            code = self.status.recv(16)
            self.errors.seek(0)
            return int(code or b"-1"), self.said.read(), self.errors.read()


class Parent:
    """A process that has set Django up in an environment, and forks until it is closed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
                env=dict(environment), cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
            )  # fmt: skip

    def start(self, *arguments: str) -> Child:
        """Have a child run what follows `python`: `-c` and a snippet, or `-m` and a module."""
        (their_in, told), (said, their_out) = os.pipe(), os.pipe()
        status, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - the child's end closes it
        handed = [their_in, their_out, errors.fileno(), theirs.fileno()]
        socket.send_fds(self._orders, [json.dumps(arguments).encode()], handed)
        os.close(their_in)
        os.close(their_out)
        theirs.close()
        return Child(told=os.fdopen(told, "w"), said=os.fdopen(said), errors=errors, status=status)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a child to its end; return its code, what it said, its errors."""
        return self.start(*arguments).end()

    def close(self) -> None:
        """End it; it forks no more."""
        self._orders.close()
        self._process.wait(SECONDS)


def main(number: int) -> None:
    """Set Django up, then fork a child for every order until there is nobody to order."""
    import django
    from django.db import connections

    django.setup()
    open_ones = [one for one in connections.all(initialized_only=True) if one.connection is not None]
    assert not open_ones, "a fork would share them"
    assert threading.active_count() == 1, "a fork would miss it"
    signal.signal(signal.SIGCHLD, _reap)
    gc.freeze()
    orders = socket.socket(fileno=number)
    while True:
        words, handed, _flags, _address = socket.recv_fds(orders, LONGEST, 4)
        if not words:
            return
        if not os.fork():
            orders.close()
            _be(json.loads(words), handed)
        for one in handed:
            os.close(one)


def _reap(_number: int, _frame: object) -> None:
    """Bury the children that have ended; their processor time is counted as this process's own."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be(arguments: list[str], handed: Sequence[int]) -> None:
    """Be the child to its end: say its code and go, past what the parent would do at its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, one in enumerate(handed[:3]):
        os.dup2(one, number)
        os.close(one)
    code = _run(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(handed[3], str(code).encode())
    os._exit(code)


def _run(arguments: list[str]) -> int:
    from django.db import connections

    how, what, *rest = arguments
    try:
        sys.argv = [how, *rest]
        if how == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            exec(compile(what, "<snippet>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as an interpreter does
        traceback.print_exc()
        return 1
    finally:
        connections.close_all()
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
