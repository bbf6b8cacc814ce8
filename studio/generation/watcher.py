"""The watcher: one process that asks about running jobs when each is likely to be new, and sweeps.

It sleeps until the next question or duty is due; a bell wakes it when a job was accepted, and where a bell
is lost it looks after two seconds. Keys are asked side by side on a few threads, so that one slow answer
delays no other key.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from django.db import Error, close_old_connections
from django.utils import timezone

from studio import bells
from studio.accounts import chain
from studio.accounts.models import Key
from studio.credits import lasting, topups
from studio.generation import (
    agenda,
    heap,
    heartbeats,
    latecomers,
    leftovers,
    looking,
    oldcolours,
    reconciling,
    resuming,
    selfcheck,
    sweep,
    trash,
    untold,
    unusual,
)
from studio.generation.queue import QueueAway

log = logging.getLogger(__name__)

NET = 2.0  # seconds after which it looks round, bell or no bell
LEAST = 0.05  # seconds between two turns, however many bells are rung
THREADS = 4
SWEEP_EVERY = timedelta(seconds=2)
LATE_EVERY = timedelta(seconds=5)
GAP = timedelta(seconds=30)  # without a sweep: the studio was down, asleep or without its database
DUTIES: tuple[tuple[Callable[[datetime], object], timedelta], ...] = (
    (heartbeats.watch, timedelta(seconds=heartbeats.EVERY)),
    (resuming.credits_freed, timedelta(seconds=5)),
    (untold.ring_again, timedelta(seconds=5)),
    (sweep.prune, timedelta(minutes=1)),
    (oldcolours.ring, timedelta(minutes=1)),
    (selfcheck.nightly, timedelta(minutes=5)),
    (chain.catch_up, timedelta(minutes=5)),
    (topups.lapse, timedelta(minutes=5)),
    (unusual.look, timedelta(minutes=5)),
    (lasting.look, timedelta(minutes=5)),
    (leftovers.clear, timedelta(hours=1)),
    (trash.nightly, timedelta(hours=1)),
    (heartbeats.forget, timedelta(hours=1)),
)


@dataclass(slots=True)
class Duty:
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
        begun = clock()
        never = datetime.min.replace(tzinfo=begun.tzinfo)
        self.due = [Duty(do, every, never) for do, every in DUTIES]
        self.sends_at: datetime | None = None
        self.asks_since = self.swept_at = begun
        self.due.insert(1, Duty(self._sweep, SWEEP_EVERY, never))
        self.due.append(Duty(self._ask_latecomers, LATE_EVERY, never))
        self.due.append(Duty(self._ask_balances, reconciling.EVERY, begun))

    def run(self, stop: Event) -> None:
        """Go round until `stop` is set; a database or a queue that is away for a while ends nothing.

        It is never waited for: a signal's handler that sets it amid a wait of this thread would hang.
        """
        heap.keep_small()
        heap.give_back()  # what loading it all took
        with bells.listen(bells.WATCHER) as ear:
            while not stop.is_set():
                self._go_round(ear)
        self.threads.shutdown(wait=True, cancel_futures=True)

    def _go_round(self, ear: bells.Listener) -> None:
        try:
            seconds = self.turn()
        except (Error, QueueAway):
            log.exception("the database or the queue did not answer; trying again")
            close_old_connections()
            heartbeats.mark(heartbeats.WATCHER)  # it is not the watcher that does not answer
            time.sleep(NET)
            return
        time.sleep(LEAST)
        ear.wait(seconds - LEAST)

    def turn(self) -> float:
        """Do what is due now, and return the seconds until there is more to do.

        Asking comes first: a queue that is away keeps no job from its news.
        """
        now = self.clock()
        wait = NET
        for at, key in agenda.agenda(now):
            if at <= now:
                self._ask(key)
            else:
                wait = min(wait, (at - now).total_seconds())
        for duty in self.due:
            if now - duty.done_at >= duty.every:
                duty.done_at = now
                duty.do(now)
        if self.sends_at is not None and self.sends_at <= now:
            self.sends_at = sweep.unsent(now)
        return wait if self.sends_at is None else min(wait, (self.sends_at - now).total_seconds())

    def _sweep(self, now: datetime) -> None:
        if now - self.swept_at > GAP:
            self.asks_since = now
        self.swept_at = now
        self.sends_at = sweep.sweep(now, self.asks_since)

    def _ask(self, key: Key) -> None:
        before = self.asking.get(key.pk)
        if before is None or before.done():
            self.asking[key.pk] = self.threads.submit(_look, key)

    def _ask_latecomers(self, now: datetime) -> None:
        for key in latecomers.keys_to_ask():
            self.threads.submit(_look_late, key, now)

    def _ask_balances(self, now: datetime) -> None:
        for key in reconciling.keys_to_ask(now):
            self.threads.submit(_ask_balance, key, now)


def _ask_balance(key: Key, now: datetime) -> None:
    try:
        reconciling.ask(key, now)
    except Exception:
        log.exception("asking what is left of the credits of key …%s", key.last4)
        raise
    finally:
        close_old_connections()


def _look_late(key: Key, now: datetime) -> int:
    try:
        return latecomers.ask(key, now)
    except Exception:
        log.exception("asking what earlier tries of key …%s cost", key.last4)
        raise
    finally:
        close_old_connections()


def _look(key: Key) -> int:
    try:
        return looking.look(key)
    except Exception:  # the loop goes on; the error is loud in the log
        log.exception("asking about the jobs of key …%s", key.last4)
        raise
    finally:
        close_old_connections()
