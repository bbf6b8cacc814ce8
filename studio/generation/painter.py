"""Painters: pictures are decoded in processes of their own, with little to touch and bounds on what they use.

A file that crashes the decoder, or makes it ask for too much, costs one painter and one try: no
process that talks to the provider ever decodes (IMG-06). A painter checks a picture, tells what it
is, and draws its renditions when its asker shows the original, which hangs up its half to say so.

Requests travel on one `lane`, a pair of sockets that all painters read from: the kernel hands each
packet to one of them. A request carries the socket for its answers, so that a painter's death is
heard at once. Where there is no lane (tests, commands) it is all done on the spot.
"""

import contextlib
import json
import logging
import os
import resource
import select
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from studio.generation import heap
from studio.generation.picturefacts import BadPicture, CannotWrite, Facts

log = logging.getLogger(__name__)

KIND = socket.SOCK_SEQPACKET if sys.platform.startswith("linux") else socket.SOCK_DGRAM
LARGEST = 65_536  # bytes of a request or an answer
CPU_SECONDS = 20
MEMORY = 1 << 30  # bytes, beyond what a painter has at its start
PATIENCE = 40.0  # seconds for an answer, those before it in the lane included
LOOK_EVERY = 1.0
SHOWN_WITHIN = 0.3  # seconds that drawing waits for the original to be shown, while nobody else asks
LINGER = 10.0  # seconds without a request, after which a painter whose cluster is gone ends

type Lane = tuple[socket.socket, socket.socket]  # where requests are written, where they are read


class Busy(CannotWrite):
    """No painter answered in time; the picture is not to blame."""


class Painting(Protocol):
    """A picture that was found to be one."""

    facts: Facts

    def finish(self) -> str:
        """Have the renditions drawn; return the line of its colours. Raises BadPicture and CannotWrite."""

    def close(self) -> None:
        """Let go; renditions that are not finished may or may not come to be."""


def begin(fetched: Path, clean: Path, folder: Path) -> Painting:
    """Have a picture checked and written into `clean`; its renditions are to lie in the new `folder`.

    Raises BadPicture and CannotWrite.
    """
    return _Here(fetched, clean, folder) if _lane is None else _There(_lane, fetched, clean, folder)


def open_lane() -> Lane:
    """Return a new lane, to be made before the processes that share it."""
    return socket.socketpair(socket.AF_UNIX, KIND)


def use_lane(lane: Lane) -> None:
    """Have this process ask the painters at the other end of this lane."""
    global _lane
    _lane = lane[0]


_lane: socket.socket | None = None


class _Here:
    def __init__(self, fetched: Path, clean: Path, folder: Path) -> None:
        from studio.generation import palettes, pictures  # with Pillow, for those who decode alone

        verified = pictures.verify(fetched, clean)
        self.facts = verified.facts
        self._draw = partial(pictures.draw, verified.small, folder)
        self._palette = partial(palettes.palette, verified.small)

    def finish(self) -> str:
        self._draw()
        return self._palette()

    def close(self) -> None:
        """There is nothing to let go."""


class _There:
    def __init__(self, lane: socket.socket, fetched: Path, clean: Path, folder: Path) -> None:
        self._answers, theirs = socket.socketpair(socket.AF_UNIX, KIND)
        self._answers.settimeout(PATIENCE)
        try:
            asked = json.dumps([str(fetched), str(clean), str(folder)]).encode()
            with theirs:
                socket.send_fds(lane, [asked], [theirs.fileno()])
            self.facts = Facts(**self._answer())
        except BaseException:
            self._answers.close()
            raise

    def finish(self) -> str:
        with contextlib.suppress(OSError):  # it has drawn and gone already
            self._answers.shutdown(socket.SHUT_WR)  # the word to draw: a packet could be left unread
        return str(self._answer()["palette"])

    def close(self) -> None:
        self._answers.close()

    def _answer(self) -> dict[str, Any]:
        try:
            data = self._answers.recv(LARGEST)
        except TimeoutError:
            raise Busy("No painter had time for the picture.") from None
        except OSError:
            data = b""
        if not data:
            raise BadPicture("Reading the picture stopped the studio's painter.")
        said: dict[str, Any] = json.loads(data)
        if "bad" in said:
            raise BadPicture(said["bad"])
        if "unwritable" in said:
            raise CannotWrite(said["unwritable"])
        return said


def serve(lane: Lane, alive: Callable[[], None] = lambda: None) -> None:
    """Paint until killed, or until the parent process is gone and nobody asks any more."""
    parent, asked_at = os.getppid(), time.monotonic()
    _bound_memory()
    painted = False
    while os.getppid() == parent or time.monotonic() - asked_at < LINGER:
        alive()
        if select.select([lane[1]], [], [], LOOK_EVERY)[0]:
            if _serve_one(lane[1]):
                painted, asked_at = True, time.monotonic()
        elif painted:
            painted = False
            heap.give_back()


def _serve_one(lane: socket.socket) -> bool:
    try:
        asked, fds, _, _ = socket.recv_fds(lane, LARGEST, 1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False  # another painter was first
    with socket.socket(fileno=fds[0]) as answers, contextlib.suppress(BrokenPipeError, ConnectionError):
        _bound_time()
        fetched, clean, folder = map(Path, json.loads(asked))
        _paint(fetched, clean, folder, answers, lane)
    return True


def _paint(fetched: Path, clean: Path, folder: Path, answers: socket.socket, lane: socket.socket) -> None:
    try:
        painting = _Here(fetched, clean, folder)
        _say(answers, asdict(painting.facts))
        select.select([answers, lane], [], [], SHOWN_WITHIN)  # drawing takes nothing from who shows it
        _say(answers, {"palette": painting.finish()})
    except BadPicture as error:
        _say(answers, {"bad": str(error)})
    except CannotWrite as error:
        _say(answers, {"unwritable": str(error)})


def _say(answers: socket.socket, said: dict[str, Any]) -> None:
    answers.send(json.dumps(said).encode())


def _bound_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _bound_time() -> None:
    """Let one picture have so much of the processor and no more; the kernel ends who takes more."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + CPU_SECONDS, hard))
