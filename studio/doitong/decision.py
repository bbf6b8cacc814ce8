"""What to do after a submission that failed. Pure: the clock and the dice are arguments.

The table is doitong-api.md's section on errors (S47 to S52, S72, S82, S88, PRV-08, PRV-11):

    Refused                 fail            not bought
    Unauthorized            hold_key        until a new or tested key
    InsufficientCredits     hold_credits    until a top-up
    RateLimited             wait            until told, at most 5 minutes; no try is counted
    NotSent                 retry           1, 2, 4 … 60 s; nothing was bought, so no end
    ServerError             retry, fail     1, 2, 4 s, then the end; each may have been bought
    Ambiguous, BadAnswer    unknown         never again but by a person
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from studio.doitong.errors import (
    Ambiguous,
    BadAnswer,
    DoitongError,
    InsufficientCredits,
    NotSent,
    RateLimited,
    ServerError,
    Unauthorized,
)
from studio.doitong.values import RateLimit

RETRIES = 3
LONGEST_PAUSE = 60.0
LONGEST_WAIT = 300.0  # PRV-08: whatever a header says, look again after five minutes
UNTOLD_WAIT = 60.0  # a 429 without a header: one window of the documented limits

type Kind = Literal["fail", "retry", "hold_key", "hold_credits", "wait", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What comes next, not before when, and whether this try may have cost credits."""

    kind: Kind
    not_before: datetime | None = None
    possibly_charged: bool = False


def decide(error: DoitongError, *, attempt: int, now: datetime, rng: random.Random) -> Decision:
    """What to do after the `attempt`-th try (from 1) of a submission ended in `error`."""
    match error:
        case Unauthorized():
            return Decision(kind="hold_key")
        case InsufficientCredits():
            return Decision(kind="hold_credits")
        case RateLimited():
            return Decision(kind="wait", not_before=now + _wait(error.rate, now, rng))
        case NotSent():
            return Decision(kind="retry", not_before=now + _backoff(attempt, rng))
        case ServerError():
            return _after_server_error(error, attempt, now, rng)
        case Ambiguous() | BadAnswer():
            return Decision(kind="unknown", possibly_charged=True)
        case _:
            return Decision(kind="fail", possibly_charged=error.possibly_accepted)


def _after_server_error(error: ServerError, attempt: int, now: datetime, rng: random.Random) -> Decision:
    if attempt > RETRIES:
        return Decision(kind="fail", possibly_charged=True)
    pause = _backoff(attempt, rng)
    rate = error.exchange.rate if error.exchange else None
    if rate is not None and rate.retry_after is not None:  # S88: honoured where it is seen
        pause = max(pause, timedelta(seconds=min(rate.retry_after, LONGEST_WAIT)))
    return Decision(kind="retry", not_before=now + pause, possibly_charged=True)


def _backoff(attempt: int, rng: random.Random) -> timedelta:
    # The dice only lengthen the pause: the documented 1, 2, 4 s are the least.
    base = min(2.0 ** min(max(attempt - 1, 0), 10), LONGEST_PAUSE)
    return timedelta(seconds=base * rng.uniform(1.0, 1.25))


def _wait(rate: RateLimit | None, now: datetime, rng: random.Random) -> timedelta:
    seconds = UNTOLD_WAIT
    if rate is not None and rate.retry_after is not None:
        seconds = rate.retry_after
    elif rate is not None and rate.reset_at is not None:
        seconds = (rate.reset_at - now).total_seconds()
    # Up to a second more, so that the waiting workers do not all come back at once.
    return timedelta(seconds=min(max(seconds, 0.0) + rng.uniform(0.1, 1.0), LONGEST_WAIT))
