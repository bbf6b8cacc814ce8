"""The painting processes and the queue before them: what is ready first is painted first."""

from __future__ import annotations

import heapq
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from studio.sandbox.jobs import Job
from studio.sandbox.shelf import Shelf

ROOT = Path(__file__).resolve().parents[2]
NICENESS = "5"  # the server answers first; not where painting is quick and somebody measures


class Easel:
    """`count` processes that paint onto a shelf; `painted` is told the number of each job."""

    def __init__(self, shelf: Shelf, count: int, painted: Callable[[int], None]) -> None:
        self._shelf = shelf
        self._painted = painted
        self._niceness = "0" if shelf.fast else NICENESS
        self._queue: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._news = threading.Condition()
        self._closing = False
        self._brushes: dict[int, subprocess.Popen[str]] = {}
        self._threads = [
            threading.Thread(target=self._work, args=(place,), name=f"brush-{place}", daemon=True)
            for place in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, jobs: Iterable[Job]) -> None:
        """Puts jobs in line; those that need no paint are passed over."""
        with self._news:
            for job in jobs:
                if job.wants_paint:
                    heapq.heappush(self._queue, (job.ready_at, next(self._order), job))
            self._news.notify_all()

    def close(self) -> None:
        """Kills the processes at once; what was not painted is painted after the next start."""
        with self._news:
            self._closing = True
            self._queue.clear()
            self._news.notify_all()
            brushes = list(self._brushes.values())
        for brush in brushes:
            brush.kill()
        for thread in self._threads:
            thread.join(timeout=2)

    def _work(self, place: int) -> None:
        # The kernel's "kill me with my parent" watches the very thread that
        # started the process, so each brush is started by the thread that feeds it.
        brush = self._start(place)
        while (job := self._next()) is not None:
            while not self._closing and not self._paint(brush, job):
                self._end(brush)
                brush = self._start(place)
        self._end(brush)

    def _next(self) -> Job | None:
        with self._news:
            while not self._queue and not self._closing:
                self._news.wait()
            return None if self._closing else heapq.heappop(self._queue)[2]

    def _start(self, place: int) -> subprocess.Popen[str]:
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        brush = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "studio.sandbox.brush", str(os.getpid()), self._niceness],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        with self._news:
            self._brushes[place] = brush
            if self._closing:
                brush.kill()
        return brush

    def _paint(self, brush: subprocess.Popen[str], job: Job) -> bool:
        assert brush.stdin is not None
        assert brush.stdout is not None
        asked = {"place": str(self._shelf.place(job)), **asdict(self._shelf.commission(job))}
        try:
            brush.stdin.write(json.dumps(asked) + "\n")
            done = brush.stdout.readline() == "done\n"
        except OSError:
            return False
        if done:
            self._painted(job.number)
        return done

    @staticmethod
    def _end(brush: subprocess.Popen[str]) -> None:
        brush.kill()
        with brush:  # closes its pipes and waits for it
            pass
