"""One wall-clock deadline for a whole exchange. Touches the clock only.

httpx has time-outs for each step and none for the sum: a server that sends a byte every half second
keeps a request open for ever (D13). So the deadline of the exchange lies in a context variable, and
the sockets of `transport.open_http` cut every read, write and connect to what is left of it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SHORTEST = 0.001  # a socket time-out of 0 would mean "do not block" and raise something else

type Stopwatch = Callable[[], float]


class Deadline:
    """So many seconds from now, by a clock that only goes forward."""

    def __init__(self, seconds: float, stopwatch: Stopwatch = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._end = stopwatch() + seconds

    @property
    def left(self) -> float:
        """Seconds until the end; negative when it is over."""
        return self._end - self._stopwatch()

    @property
    def over(self) -> bool:
        return self.left <= 0

    def cut(self, timeout: float | None) -> float:
        """`timeout`, but no longer than what is left."""
        left = max(self.left, _SHORTEST)
        return left if timeout is None else min(timeout, left)


_current: ContextVar[Deadline | None] = ContextVar("doitong_deadline", default=None)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Everything that this thread reads and writes through `open_http` inside ends with `deadline`."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)


def cut(timeout: float | None) -> float | None:
    """`timeout` in seconds, shortened to what is left of this thread's deadline, if it has one."""
    deadline = _current.get()
    return timeout if deadline is None else deadline.cut(timeout)
