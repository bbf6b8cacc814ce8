"""The task cluster: one small process that keeps workers and painters alive, and ends them in order.

It opens no database and starts no thread, so that it can be forked from at any time and cannot
hang. Workers share nothing in user space, no lock and no queue: each takes its tasks from the
broker by itself, so that one that is killed at any moment leaves the others as they are. They
notice by themselves when this process is gone.
"""

import contextlib
import logging
import mmap
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from studio.doitong import open_http
from studio.generation import (
    heap,
    painter,
    pictures,  # noqa: F401 - loaded once, and shared with the painters
)
from studio.generation.worker import Worker

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
QUICK_DEATH = 5.0  # seconds of life; who died before is not started again at once
PAUSE = 1.0  # seconds
HUNG_AFTER = 60.0  # seconds without a sign of life
PAINTER_HUNG_AFTER = 300.0  # it signs between two pictures, and its 20 s of processor may take minutes
ENDINGS = (signal.SIGTERM, signal.SIGINT)


@dataclass(slots=True)
class Place:
    """A process that there is to be: what it does, and who does it now (0: nobody)."""

    name: str
    work: Callable[["Place"], None]
    number: int
    pid: int = 0
    started_at: float = 0.0
    start_at: float = 0.0


class Cluster:
    """So many workers with so many threads each, and so many painters."""

    def __init__(self, *, workers: int, threads: int, painters: int) -> None:
        self._threads = threads
        self._lane = painter.open_lane()
        self._places = [Place("worker", self._work, n) for n in range(workers)]
        self._places += [Place("painter", self._paint, workers + n) for n in range(painters)]
        self._signs = mmap.mmap(-1, 8 * len(self._places))  # each one's last sign of life, shared
        self._stopping = False
        self._wake, self._waker = socket.socketpair()

    def run(self) -> None:
        """Keep all places taken until SIGTERM or SIGINT; return when everybody has gone."""
        self._hear_signals()
        open_http(connections=1).close()  # reads the certificates, 6 MB, for all workers together
        heap.keep_small()
        heap.share()
        while not self._stopping:
            self._fill(time.monotonic())
            self._wait(LOOK_EVERY)
            self._bury(time.monotonic())
            self._kill_hung(time.monotonic())
        self._end("worker")
        self._end("painter")

    def _hear_signals(self) -> None:
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in ENDINGS:
            signal.signal(number, self._told_to_end)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only so that it wakes

    def _told_to_end(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _wait(self, seconds: float) -> None:
        select.select([self._wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while self._wake.recv(64):
                continue

    def _fill(self, now: float) -> None:
        for place in self._places:
            if not place.pid and place.start_at <= now:
                self._start(place, now)

    def _start(self, place: Place, now: float) -> None:
        self._sign(place, now)
        place.started_at = now
        place.pid = os.fork()
        if place.pid:
            return
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*ENDINGS, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            place.work(place)
            code = 0
        except BaseException:
            log.exception("a %s of the cluster failed", place.name)
        finally:
            logging.shutdown()
            os._exit(code)

    def _work(self, place: Place) -> None:
        painter.use_lane(self._lane)
        Worker(self._threads, alive=lambda: self._sign(place, time.monotonic())).run()

    def _paint(self, place: Place) -> None:
        painter.serve(self._lane, alive=lambda: self._sign(place, time.monotonic()))

    def _sign(self, place: Place, now: float) -> None:
        struct.pack_into("d", self._signs, 8 * place.number, now)

    def _bury(self, now: float) -> None:
        for place in self._places:
            if place.pid and (status := _ended(place.pid)) is not None:
                early = now - place.started_at < QUICK_DEATH
                place.pid, place.start_at = 0, now + PAUSE * early
                if not self._stopping:
                    log.error("a %s of the cluster ended (%s); starting another", place.name, status)

    def _kill_hung(self, now: float) -> None:
        for place in self._places:
            (seen,) = struct.unpack_from("d", self._signs, 8 * place.number)
            patience = PAINTER_HUNG_AFTER if place.name == "painter" else HUNG_AFTER
            if place.pid and now - seen > patience:
                log.error("a %s of the cluster has hung for %d s; killing it", place.name, patience)
                os.kill(place.pid, signal.SIGKILL)

    def _end(self, name: str) -> None:
        """Ask everybody of that name to end, and wait for it as long as the supervisor does."""
        leaving = [place for place in self._places if place.name == name]
        for place in leaving:
            if place.pid:
                os.kill(place.pid, signal.SIGTERM)
        while any(place.pid for place in leaving):
            self._wait(LOOK_EVERY)
            self._bury(time.monotonic())


def _ended(pid: int) -> str | None:
    """Return how a child ended, None while it lives."""
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    code = os.waitstatus_to_exitcode(status)
    return f"code {code}" if code >= 0 else signal.Signals(-code).name
