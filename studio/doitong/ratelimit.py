"""The rate-limit headers of an answer, whatever unit they come in. Pure.

`X-RateLimit-Reset` is documented as "a timestamp" without a unit: epoch seconds [decided], epoch
milliseconds, seconds from now and ISO 8601 are told apart by size and shape (S66).
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from studio.doitong.times import read_time
from studio.doitong.values import RateLimit

LONGEST_WINDOW = timedelta(hours=1)
_MILLISECONDS_FROM = 1e11  # 1973 in milliseconds, the year 5138 in seconds
_EPOCH_FROM = 1e9  # 2001 in seconds; as a delta it would be 31 years
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,9})?", re.ASCII)


def read_rate(headers: Mapping[str, str], now: datetime) -> RateLimit | None:
    """The window that `headers` tell of (names in any case, as httpx's), or None where they tell none.

    `reset_at` lies within [now, now + 1 h] and `retry_after` within [0, 3600] s, whatever was sent.
    """
    rate = RateLimit(
        limit=_count(headers.get("x-ratelimit-limit")),
        remaining=_count(headers.get("x-ratelimit-remaining")),
        reset_at=_reset(headers.get("x-ratelimit-reset"), now),
        retry_after=_retry_after(headers.get("retry-after"), now),
    )
    return None if rate == RateLimit() else rate


def _count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if _COUNT.fullmatch(text) else None


def _reset(text: str | None, now: datetime) -> datetime | None:
    seconds = _number(text)
    if seconds is None:
        moment = read_time(text)
        return None if moment is None else now + _clamped((moment - now).total_seconds())
    if seconds >= _MILLISECONDS_FROM:
        seconds /= 1000
    if seconds >= _EPOCH_FROM:
        seconds -= now.timestamp()
    return now + _clamped(seconds)


def _retry_after(text: str | None, now: datetime) -> float | None:
    seconds = _number(text)
    if seconds is None:
        moment = _http_date(text)
        seconds = None if moment is None else (moment - now).total_seconds()
    return None if seconds is None else _clamped(seconds).total_seconds()


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime((text or "")[:64])
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _clamped(seconds: float) -> timedelta:
    return min(max(timedelta(), timedelta(seconds=min(seconds, 1e6))), LONGEST_WINDOW)
