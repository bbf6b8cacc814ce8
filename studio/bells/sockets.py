"""Bells on one machine: a Unix datagram socket for each listener, in a folder of the data's.

The socket's name tells what its listener hears (`queue+news.1f0c…`), so that a sender looks into
the folder and writes to those that care. A full buffer loses the bell, a socket that nobody reads
any more is removed. The folder is its owner's alone.
"""

import atexit
import contextlib
import errno
import logging
import os
import secrets
import select
import socket
import sys
import time
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from studio.bells.bell import Bell, Ear

log = logging.getLogger(__name__)

LONGEST_PATH = 100  # bytes; the kernel's own limit for a socket's name is 104 to 108
LARGEST = 4096  # bytes of one bell
GONE = {errno.ECONNREFUSED, errno.ENOENT, errno.ENOTSOCK, errno.EPROTOTYPE}


class Sockets:
    """Rings and listens in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ring(self, bells: Sequence[Bell]) -> None:
        """Write the bells to every socket whose name has their topic."""
        try:
            names = os.listdir(self.folder)  # noqa: PTH208 - names are all that is wanted, and at once
        except FileNotFoundError:
            return  # nobody has ever listened
        for name in names:
            topics = name.partition(".")[0].split("+")
            for bell in bells:
                if bell.topic in topics:
                    self._send(name, bell)

    def listen(self, topics: Sequence[str]) -> Ear:
        """Bind a socket that hears these topics."""
        return _Ear(self, f"{'+'.join(topics)}.{secrets.token_hex(6)}")

    def bind(self, name: str) -> socket.socket:
        """Return a socket that listens under a name of the folder. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        bound = _datagrams()
        try:
            bound.bind(self._address(name))
        except OSError:
            bound.close()
            raise
        return bound

    def forget(self, name: str) -> None:
        """Remove a socket's name."""
        with contextlib.suppress(OSError):
            (self.folder / name).unlink()

    def _send(self, name: str, bell: Bell) -> None:
        try:
            _sender().sendto(bell.packed(), self._address(name))
        except OSError as error:  # BlockingIOError among them: its listener has enough to do
            if error.errno in GONE:
                self.forget(name)

    def _address(self, name: str) -> str:
        """Return the socket's path, by way of an open folder where it is too long for the kernel."""
        path = str(self.folder / name)
        if len(os.fsencode(path)) <= LONGEST_PATH or not sys.platform.startswith("linux"):
            return path
        return f"/proc/self/fd/{self._opened}/{name}"

    @cached_property
    def _opened(self) -> int:
        return os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)


class _Ear:
    """A bound socket; one that could not be bound is tried again at each wait."""

    def __init__(self, sockets: Sockets, name: str) -> None:
        self._sockets, self._name = sockets, name
        self._socket: socket.socket | None = None
        self._bind()

    def wait(self, seconds: float) -> list[Bell]:
        if self._socket is None and not self._bind():
            time.sleep(seconds)
            return []
        assert self._socket is not None
        self._poll.poll(seconds * 1000)
        heard = []
        with contextlib.suppress(OSError):  # nothing more to read
            while True:
                heard.append(Bell.unpacked(self._socket.recv(LARGEST)))
        return heard

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._sockets.forget(self._name)
            self._socket = None

    def _bind(self) -> bool:
        try:
            self._socket = self._sockets.bind(self._name)
        except OSError as error:
            log.warning("no bell can be heard in its folder (%s); looking every so often instead", error)
            return False
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        return True


@cache
def _sender() -> socket.socket:
    """Return the process's one socket to ring with; sending needs no lock."""
    made = _datagrams()
    atexit.register(made.close)
    return made


def _datagrams() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made
