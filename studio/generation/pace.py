"""When to ask about running jobs next: by how long such jobs took, and by what is left of the minute. Pure.

First a little before the earliest likely end, then in short steps while an end is likely, then ever
more rarely. The more of the minute is used up the longer the steps, so that it is never all gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio.generation.durations import Usual

LEAST = 0.25  # seconds between two questions, however large the plan
UNKNOWN_LEAST = 0.5  # seconds, where it is not known how long such jobs take
EARLY = 0.9  # of the quickest ones: what is asked early enough to be wrong goes on being learned
LATER = 6  # one question for each sixth by which a job is late
MOST = 120.0  # seconds
HOOK_GRACE = 5.0  # seconds that a webhook has before a question makes up for it
HOOK_UNKNOWN = 15.0  # seconds, where it is not known how long such jobs take


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A job at the provider: when it was sent, and how long such jobs took."""

    sent_at: datetime
    usual: Usual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How an account may be asked now.

    `every`: the least seconds between two questions. `hooked`: webhooks come. `short`: jobs wait, and
    requests are what they wait for, so that one question for all that runs is worth its delay.
    """

    every: float = LEAST
    hooked: bool = False
    short: bool = False


def due_at(out: Sequence[Out], pace: Pace, looked_at: datetime | None, now: datetime) -> datetime:
    """Return when these jobs are to be asked about; `out` is not empty."""
    likely = [one.sent_at + timedelta(seconds=one.usual.p90) for one in out if one.usual]
    if pace.short and len(likely) == len(out):
        return max(max(likely), _after(looked_at, pace.every) or now)
    return min(_due_at(one, pace, looked_at, now) for one in out)


def budget(limit: int | None, used: int, window: float, *, cost: int = 1) -> float:
    """Return the least seconds between questions of `cost` requests, with so much of a window used.

    Short steps while much is left, long ones after: asking without end uses four fifths at the most.
    """
    return max(LEAST, 10 * even(limit, window, cost=cost) * min(1.0, used / limit) ** 3) if limit else LEAST


def even(limit: int | None, window: float, *, cost: int = 1) -> float:
    """Return the seconds between questions of `cost` requests that make up a whole window."""
    return cost * window / limit if limit else LEAST


def minute_is_short(limit: int | None, window: float, *, out: int, longest: float) -> bool:
    """Say whether sending `out` jobs and asking once, each `longest` seconds, takes more than the limit."""
    return limit is not None and limit * longest < window * (out + 1)


def _due_at(one: Out, pace: Pace, looked_at: datetime | None, now: datetime) -> datetime:
    first = one.sent_at + timedelta(seconds=_first(one.usual, pace))
    if now < first:
        return max(first, _after(looked_at, pace.every) or first)
    age = (now - one.sent_at).total_seconds()
    again = _after(looked_at, max(pace.every, _step(age, one.usual, pace)))
    return max(first, again) if again else first


def _first(usual: Usual | None, pace: Pace) -> float:
    """Return the age in seconds at which a job is asked about first."""
    if pace.hooked:
        return usual.p90 + HOOK_GRACE if usual else HOOK_UNKNOWN
    return EARLY * usual.p10 if usual else UNKNOWN_LEAST


def _step(age: float, usual: Usual | None, pace: Pace) -> float:
    """Return the seconds between two questions about a job of that age."""
    late = age if usual is None else max(0.0, age - usual.p90)
    least = HOOK_GRACE if pace.hooked else LEAST if usual else UNKNOWN_LEAST
    return min(MOST, max(least, late / LATER))


def _after(looked_at: datetime | None, seconds: float) -> datetime | None:
    return looked_at + timedelta(seconds=seconds) if looked_at else None
