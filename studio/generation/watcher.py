"""The watcher: one process that asks about running jobs at each key's pace, and sweeps.

Keys are asked side by side on a few threads, so that one slow answer delays no other key.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from studio.accounts.models import Key
from studio.generation import looking, sweep

log = logging.getLogger(__name__)

TURN_SECONDS = 0.1
SWEEP_EVERY = timedelta(seconds=1)
PRUNE_EVERY = timedelta(hours=1)
THREADS = 4


class Watcher:
    """Asks, sweeps and prunes until it is told to stop."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="look")
        self.asking: dict[UUID, Future[int]] = {}
        self.swept_at = self.pruned_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def run(self, stop: Event) -> None:
        """Go round until `stop` is set; a database that is away for a while ends nothing."""
        while not stop.is_set():
            try:
                self.turn()
            except DatabaseError:
                log.exception("the database did not answer; trying again")
                close_old_connections()
                stop.wait(1)
            stop.wait(TURN_SECONDS)
        self.threads.shutdown(wait=True, cancel_futures=True)

    def turn(self) -> None:
        """Do what is due now."""
        now = self.clock()
        if now - self.swept_at >= SWEEP_EVERY:
            self.swept_at = now
            sweep.sweep(now)
        if now - self.pruned_at >= PRUNE_EVERY:
            self.pruned_at = now
            sweep.prune(now)
        for key in looking.keys_due(now):
            self._ask(key)

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
