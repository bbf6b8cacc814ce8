"""A wire between two machines that can be cut: bytes that were under way arrive when it is whole again.

While it is cut nobody is told: what is connected is silent, and who wants to connect is refused. That is
how a network falls apart, as far as a process can tell, and it needs no rights over the machine.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

BLOCK = 65_536  # bytes
type Address = str | tuple[str, int]


class Wire:
    """A port of the loopback that leads to another address: a Unix socket's path, or host and port."""

    def __init__(self, target: Address) -> None:
        self.target = target
        self.carried = 0  # bytes towards the target
        self._whole = threading.Event()
        self._ends: list[socket.socket] = []
        self._listener = _listener(0)
        self.port = int(self._listener.getsockname()[1])
        self._listen()

    def cut(self) -> None:
        """Let nothing through from now on, and tell nobody."""
        self._whole.clear()
        _shut(self._listener)

    def heal(self) -> None:
        """Let everything through again, first what waited."""
        self._listener = _listener(self.port)
        self._listen()

    def close(self) -> None:
        """End it, and every connection over it."""
        _shut(self._listener)
        self._whole.set()
        for end in self._ends:
            _shut(end)

    def _listen(self) -> None:
        self._whole.set()
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the listener was shut
            while True:
                near, _ = listener.accept()
                far = self._reach()
                if far is None:
                    _shut(near)
                    continue
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _reach(self) -> socket.socket | None:
        kind = socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET
        far = socket.socket(kind, socket.SOCK_STREAM)
        try:
            far.connect(self.target)
        except OSError:
            far.close()
            return None
        return far

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(BLOCK):
                self._whole.wait()
                sink.sendall(data)
                if source in self._ends[::2]:
                    self.carried += len(data)
            self._whole.wait()
        _shut(source)
        _shut(sink)


@contextmanager
def wire(target: Address) -> Iterator[Wire]:
    """Have a wire while the block lasts."""
    found = Wire(target)
    try:
        yield found
    finally:
        found.close()


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    return listener


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
