"""Where finished pictures lie: a folder, or memory.  Only the newest are kept.

A picture that was thrown away is painted again when it is asked for, since the
same job always gives the same one.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from studio.sandbox import stock
from studio.sandbox.jobs import Job
from studio.sandbox.painter import Commission, paint

KEPT_ON_DISK, KEPT_IN_MEMORY = 1_000, 32


class Shelf:
    """Pictures by job.  `folder` None keeps a few in memory; `ready_made` ones are on no shelf."""

    def __init__(self, folder: Path | None, *, fast: bool, ready_made: bool = False) -> None:
        self.folder = folder
        self.fast = fast
        self.ready_made = ready_made
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for torn in folder.glob("*.part"):
                torn.unlink(missing_ok=True)
        if ready_made:
            stock.make_ready()

    def commission(self, job: Job) -> Commission:
        """What is to be painted for a job."""
        return Commission(
            prompt=job.prompt,
            number=job.number,
            width=job.width,
            height=job.height,
            quality=job.quality,
            fast=self.fast,
        )

    def place(self, job: Job) -> Path:
        """The file of a job's picture."""
        assert self.folder is not None
        return self.folder / f"{job.number}.jpg"

    def fetch(self, job: Job) -> bytes:
        """The job's picture, painted now where it is not at hand."""
        if self.ready_made:
            return stock.stock(job.number, job.width, job.height)
        if self.folder is None:
            return self._from_memory(job)
        place = self.place(job)
        try:
            return place.read_bytes()
        except FileNotFoundError:
            jpeg = paint(self.commission(job))
            put(place, jpeg)
            return jpeg

    def _from_memory(self, job: Job) -> bytes:
        with self._lock:
            if job.id in self._held:
                return self._held[job.id]
        jpeg = paint(self.commission(job))
        with self._lock:
            self._held[job.id] = jpeg
            while len(self._held) > KEPT_IN_MEMORY:
                self._held.popitem(last=False)
        return jpeg

    def tidy(self, newest: int) -> None:
        """Throws away the picture that job `newest` pushes off the shelf."""
        if self.folder is not None and newest > KEPT_ON_DISK:
            (self.folder / f"{newest - KEPT_ON_DISK}.jpg").unlink(missing_ok=True)

    def clear(self) -> None:
        """Throws every picture away."""
        with self._lock:
            self._held.clear()
        if self.folder is not None:
            for place in self.folder.glob("*.jpg"):
                place.unlink(missing_ok=True)


def put(place: Path, jpeg: bytes) -> None:
    """Writes a picture so that nobody ever sees half of it."""
    part = place.with_suffix(f".{id(jpeg)}.part")
    part.write_bytes(jpeg)
    part.replace(place)
