"""The watcher: one process that asks about running jobs at each key's pace, and sweeps.

Keys are asked side by side on a few threads, so that one slow answer delays no other key.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from django.db import Error, close_old_connections
from django.utils import timezone

from studio.accounts.models import Key
from studio.generation import heartbeats, leftovers, looking, sweep
from studio.generation.queue import QueueAway

log = logging.getLogger(__name__)

TURN_SECONDS = 0.1
THREADS = 4
TASKS: tuple[tuple[Callable[[datetime], object], timedelta], ...] = (
    (heartbeats.watch, timedelta(seconds=heartbeats.EVERY)),
    (sweep.sweep, timedelta(seconds=1)),
    (sweep.prune, timedelta(minutes=1)),
    (leftovers.clear, timedelta(hours=1)),
    (heartbeats.forget, timedelta(hours=1)),
)


@dataclass(slots=True)
class Task:
    """Something that is done every so often, and when it was done last."""

    do: Callable[[datetime], object]
    every: timedelta
    done_at: datetime


class Watcher:
    """Asks, sweeps and prunes until it is told to stop."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="look")
        self.asking: dict[UUID, Future[int]] = {}
        never = datetime.min.replace(tzinfo=clock().tzinfo)
        self.due = [Task(do, every, never) for do, every in TASKS]

    def run(self, stop: Event) -> None:
        """Go round until `stop` is set; a database or a queue that is away for a while ends nothing."""
        while not stop.is_set():
            try:
                self.turn()
            except (Error, QueueAway):
                log.exception("the database or the queue did not answer; trying again")
                close_old_connections()
                heartbeats.mark(heartbeats.WATCHER)  # it is not the watcher that does not answer
                stop.wait(1)
            stop.wait(TURN_SECONDS)
        self.threads.shutdown(wait=True, cancel_futures=True)

    def turn(self) -> None:
        """Do what is due now. Asking comes first: a queue that is away keeps no job from its news."""
        now = self.clock()
        for key in looking.keys_due(now):
            self._ask(key)
        for task in self.due:
            if now - task.done_at >= task.every:
                task.done_at = now
                task.do(now)

    def _ask(self, key: Key) -> None:
        before = self.asking.get(key.pk)
        if before is None or before.done():
            self.asking[key.pk] = self.threads.submit(_look, key)


def _look(key: Key) -> int:
    try:
        return looking.look(key)
    except Exception:  # the loop goes on; the error is loud in the log
        log.exception("asking about the jobs of key …%s", key.last4)
        raise
    finally:
        close_old_connections()
