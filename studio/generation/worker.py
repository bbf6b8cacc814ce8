"""One worker process: takes tasks as fast as it has threads free for them, and works on many at once.

Most of the work is waiting for the provider, so a worker has many threads; each keeps its own
connections. It takes no more tasks than it has threads, so the others wait where every worker
can reach them. A second thread beats while tasks are still being taken (G5), and renews leases.
It ends when it is told to or when its parent is gone; what is under way is brought to its end.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import Error, close_old_connections
from django.utils import timezone

from studio.generation import heap, heartbeats, leases, tasks
from studio.generation.queue import Inbox, QueueAway, Task
from studio.logs.about import about

log = logging.getLogger(__name__)

NET = 1.0  # seconds after which it looks round at the latest
BULK = 10
STUCK = 30.0  # seconds without a look at the queue, after which it beats no more


class Worker:
    """Works until `stop` is set, or its parent process is another."""

    def __init__(self, threads: int, alive: Callable[[], None] = lambda: None) -> None:
        self.stop = threading.Event()
        self._threads = threads
        self._alive = alive
        self._parent = os.getppid()
        self._room = threading.Condition()
        self._busy = 0
        self._used = False  # since memory was given back last
        self._turned_at = time.monotonic()

    def run(self) -> None:
        """Take and do tasks; at the end, see those that were begun to theirs."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        beating = threading.Thread(target=self._beat, name="beat", daemon=True)
        beating.start()
        inbox = Inbox()
        with ThreadPoolExecutor(self._threads, thread_name_prefix="work") as pool:
            while not self._over():
                self._turned_at = time.monotonic()
                for task in self._taken(inbox):
                    self._change(+1)
                    pool.submit(self._do, task)
        inbox.close()

    def _taken(self, inbox: Inbox) -> list[Task]:
        with self._room:
            if self._busy >= self._threads:
                self._room.wait(NET)
            free = self._threads - self._busy
        if free <= 0:
            return []
        try:
            return inbox.take(min(free, BULK), NET)
        except (Error, QueueAway) as error:
            log.warning("the queue cannot be read (%s); trying again", type(error).__name__)
            close_old_connections()
            time.sleep(NET)  # not a wait for `stop`: a signal that came amid one would hang
            return []

    def _do(self, task: Task) -> None:
        close_old_connections()
        try:
            do = tasks.named(task.name)
            if do is None:
                log.error("the queue asks for %r, which is no task", task.name)
            else:
                with about(task=task.name.rpartition(".")[2]):
                    do(task.subject)
        except Exception:  # one task's trouble ends no other; the sweep finds what it was about
            log.exception("%s of %s failed", task.name, task.subject)
        finally:
            close_old_connections()
            self._change(-1)

    def _change(self, by: int) -> None:
        with self._room:
            self._busy += by
            self._used = True
            self._room.notify()

    def _over(self) -> bool:
        if os.getppid() != self._parent:
            log.error("the cluster's main process is gone; ending")
            self.stop.set()
        return self.stop.is_set()

    def _beat(self) -> None:
        while True:
            if time.monotonic() - self._turned_at < STUCK or self.stop.is_set():
                self._alive()
                _say_so()
            if self._used and not self._busy:
                self._used = False
                heap.give_back()
            time.sleep(leases.RENEW_EVERY)


def _say_so() -> None:
    heartbeats.mark(heartbeats.QUEUE)  # first: a database that is locked for a while is no hung queue
    close_old_connections()
    try:
        leases.renew(timezone.now())
        heartbeats.write(heartbeats.QUEUE)
    except Error:
        log.warning("the database does not take the queue's heartbeat")
