"""Beats of a worker that is busy: one long task must not look like a queue that hangs (G5).

While a task is at work, a thread of the worker's process beats in its stead. It does so for as long
as a task may take and no longer, so that a task that never ends is silent in the end. A stopped or
hung process runs no thread either. Touches what `heartbeats` touches; the row is written by a thread
of its own, since a database that keeps it waiting is no reason to end a worker.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connection

from studio.generation import heartbeats

log = logging.getLogger(__name__)


class Exertion:
    """What the tasks of one process are at, and the thread that beats for them.

    `longest` is the seconds that a task may take; `mark` is quick, `write` may take its time.
    """

    def __init__(
        self,
        *,
        mark: Callable[[], None],
        write: Callable[[], None],
        longest: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.mark, self.write, self.longest, self.clock = mark, write, longest, clock
        self.begun: dict[object, float] = {}
        self.lock = threading.Lock()
        self.beating: threading.Thread | None = None
        self.writing: threading.Thread | None = None

    @contextmanager
    def task(self) -> Iterator[None]:
        """Count a task as at work meanwhile."""
        token = object()
        with self.lock:
            self.begun[token] = self.clock()
            if self.beating is None:
                self.beating = _started(self._run)
        try:
            yield
        finally:
            del self.begun[token]

    def beat_if_busy(self) -> bool:
        """Beat when a task has been at work for a while, and not for too long; say whether it was so."""
        now = self.clock()
        ages = [now - begun for begun in tuple(self.begun.values())]
        if not any(heartbeats.EVERY / 2 < age < self.longest for age in ages):
            return False
        self.mark()
        if self.writing is None or not self.writing.is_alive():
            self.writing = _started(self.write)
        return True

    def _run(self) -> None:
        while True:
            time.sleep(heartbeats.EVERY)
            self.beat_if_busy()


def _started(do: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=do, name="beat", daemon=True)
    thread.start()
    return thread


def _write() -> None:
    """Write the queue's row on a connection of its own."""
    try:
        heartbeats.write(heartbeats.QUEUE)
    except Error:
        log.warning("the database did not take a heartbeat; the next one follows")
    finally:
        connection.close()


_queue = Exertion(
    mark=lambda: heartbeats.mark(heartbeats.QUEUE), write=_write, longest=settings.Q_CLUSTER["timeout"]
)


@contextmanager
def at_work() -> Iterator[None]:
    """Wrap what a task of the queue does: the queue is alive while it is busy."""
    with _queue.task():
        yield
