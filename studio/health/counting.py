"""How many requests were answered, with which status and in which time, over all web processes (G9).

The figures lie in memory that the web server's processes share: it is there before the server forks them,
and each writes into a place of its own, so that nobody waits for another. Under a server that does not
fork after loading the studio each process tells of itself alone. A start of the server begins anew.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

KINDS = ("page", "news", "file")
STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds, then more
HELD = frozenset({"news"})  # a question that is held until there is an answer tells nothing of a page's time
FILES = frozenset({"picture", "image_download", "download_zip", "guest_picture", "guest_zip"})
PLACES = 64  # processes that live at once; the place of one that ended is taken on by a later one
_ROW = len(BOUNDS) + 2  # a count for each bound, one for what took longer, and the seconds in all
_SIZE = 8 * _ROW * len(STATUSES) * len(KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Those of a kind and a class of statuses: how many by each bound, and their seconds in all."""

    kind: str
    status: str
    counts: tuple[int, ...]
    seconds: float


class Board:
    """The places of all processes, and the one that this process writes into."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, PLACES * _SIZE)
        self._place = 0
        self._forks = 0
        self._lock = Lock()

    def about_to_fork(self) -> None:
        """Count the processes that come of this one."""
        self._forks += 1

    def forked(self) -> None:
        """Be another process from now on, with a place of its own."""
        self._place, self._lock = self._forks % PLACES, Lock()

    def add(self, kind: str, status: int, seconds: float) -> None:
        """Count one answer."""
        row = KINDS.index(kind) * len(STATUSES) + min(max(status // 100, 1), 5) - 1
        start = self._place * _SIZE + 8 * _ROW * row
        at = start + 8 * next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._lock:
            self._raise(at, 1)
            self._raise(start + 8 * (_ROW - 1), seconds)

    def read(self) -> Iterator[Answers]:
        """Yield what was counted, over all processes."""
        width = _ROW * len(STATUSES) * len(KINDS)
        sums = [0.0] * width
        for place in range(PLACES):
            figures = struct.unpack_from(f"{width}d", self._memory, place * _SIZE)
            sums = [one + more for one, more in zip(sums, figures, strict=True)]
        for number in range(len(STATUSES) * len(KINDS)):
            *counts, seconds = sums[number * _ROW : (number + 1) * _ROW]
            yield Answers(
                kind=KINDS[number // len(STATUSES)],
                status=STATUSES[number % len(STATUSES)],
                counts=tuple(int(count) for count in counts),
                seconds=seconds,
            )

    def _raise(self, at: int, by: float) -> None:
        (before,) = struct.unpack_from("d", self._memory, at)
        struct.pack_into("d", self._memory, at, before + by)


board = Board()
os.register_at_fork(before=board.about_to_fork, after_in_child=board.forked)


def count(request: HttpRequest, status: int, seconds: float) -> None:
    """Count an answer under the kind of its address."""
    name = request.resolver_match.url_name if request.resolver_match else None
    is_file = name in FILES or request.path.startswith(settings.STATIC_URL)
    kind = "news" if name in HELD else "file" if is_file else "page"
    board.add(kind, status, seconds)
