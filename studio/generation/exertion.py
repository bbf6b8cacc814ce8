"""Beats of a worker that is busy: one long task must not look like a queue that hangs (G5).

While a task is at work, a thread of the worker's process beats in its stead. It does so for as long
as a task may take and no longer, so that a task that never ends is silent in the end. A stopped or
hung process runs no thread either. Touches what `heartbeats` touches.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, close_old_connections

from studio.generation import heartbeats

log = logging.getLogger(__name__)


class Exertion:
    """What the tasks of one process are at, and the thread that beats for them.

    `longest` is the seconds that a task may take; `beat` may raise a database error, which is logged.
    """

    def __init__(
        self, beat: Callable[[], None], *, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.beat, self.longest, self.clock = beat, longest, clock
        self.begun: dict[object, float] = {}
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    @contextmanager
    def task(self) -> Iterator[None]:
        """Count a task as at work meanwhile."""
        token = object()
        with self.lock:
            self.begun[token] = self.clock()
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="beat", daemon=True)
                self.thread.start()
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
        try:
            self.beat()
        except Error:
            log.warning("the database did not take a heartbeat; the next one follows")
        return True

    def _run(self) -> None:
        while True:
            time.sleep(heartbeats.EVERY)
            self.beat_if_busy()


def _beat() -> None:
    """Beat for the queue on the thread's own connection; one that broke is opened again next time."""
    try:
        heartbeats.beat(heartbeats.QUEUE)
    finally:
        close_old_connections()


_queue = Exertion(_beat, longest=settings.Q_CLUSTER["timeout"])


@contextmanager
def at_work() -> Iterator[None]:
    """Wrap what a task of the queue does: the queue is alive while it is busy."""
    with _queue.task():
        yield
