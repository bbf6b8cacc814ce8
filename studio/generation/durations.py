"""How long the provider takes, learned from the latest jobs of the same size and quality.

What it says of itself is not believed beyond what the studio saw: a job ended no later than it was
found finished. Reads finished jobs; what was read is kept for a few seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone

from studio.generation.models import Job
from studio.generation.states import State

LATEST = 40  # jobs
FEWEST = 3
KEPT = timedelta(seconds=5)
MOST_KEPT = 200  # sizes

type Size = tuple[int, int, str]
"""Width and height in pixels, and the quality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How long such jobs took, in seconds: a tenth less than p10, half less than p50, a tenth over p90."""

    p10: float
    p50: float
    p90: float
    n: int


_known: dict[Size, tuple[datetime, Usual | None]] = {}
_of_any: list[tuple[datetime, int | None]] = []


def usual(width: int, height: int, quality: str) -> Usual | None:
    """Return how long jobs of this size and quality took; None before a few are done."""
    size, now = (width, height, quality), timezone.now()
    read_at, known = _known.get(size, (None, None))
    if _is_fresh(read_at, now):
        return known
    if len(_known) >= MOST_KEPT:
        _known.clear()
    jobs = Job.objects.filter(state=State.DONE, width=width, height=height, quality=quality)
    found = _usual(_seconds(jobs.order_by("-finished_at").values_list(*TIMES)[:LATEST]))
    _known[size] = now, found
    return found


def usual_seconds() -> int | None:
    """Return the median time from sending to completion of the latest jobs of any size, in seconds (S3)."""
    now = timezone.now()
    if _of_any and _is_fresh(_of_any[0][0], now):
        return _of_any[0][1]
    jobs = Job.objects.filter(state=State.DONE).order_by("-finished_at")
    seconds = _seconds(jobs.values_list(*TIMES)[:LATEST])
    found = max(1, round(median(seconds))) if seconds else None
    _of_any[:] = [(now, found)]
    return found


def forget() -> None:
    """Read everything anew at the next question."""
    _known.clear()
    _of_any.clear()


def _is_fresh(read_at: datetime | None, now: datetime) -> bool:
    return read_at is not None and timedelta() <= now - read_at < KEPT


TIMES = ("sent_at", "completed_at", "finished_at")


def _seconds(rows: Iterable[tuple[datetime | None, ...]]) -> list[float]:
    return [
        (min(completed, finished or completed) - sent).total_seconds()
        for sent, completed, finished in rows
        if sent and completed and completed > sent
    ]


def _usual(seconds: Sequence[float]) -> Usual | None:
    if len(seconds) < FEWEST:
        return None
    ordered, n = sorted(seconds), len(seconds)
    return Usual(p10=ordered[n // 10], p50=median(ordered), p90=ordered[(9 * n - 1) // 10], n=n)
