"""A log that an outage does not fill: at most a line a minute a key and kind of trouble (OPS-15)."""

import logging
import time
from collections.abc import Callable
from threading import Lock

from studio.accounts.models import Key

EVERY = 60.0  # seconds

_said: dict[tuple[str, str], tuple[float, int]] = {}  # key and kind: when, and how many since were not said
_lock = Lock()


def warn(
    log: logging.Logger, key: Key, what: str, why: str, *, clock: Callable[[], float] = time.monotonic
) -> None:
    """Write a warning about a key, unless one of its kind (`what`) was written within the minute."""
    subject, now = (str(key.pk), what), clock()
    with _lock:
        at, unsaid = _said.get(subject, (-EVERY, 0))
        due = now - at >= EVERY
        _said[subject] = (now, 0) if due else (at, unsaid + 1)
    if due:
        more = f" ({unsaid} more since the last line)" if unsaid else ""
        log.warning("key …%s: %s: %s%s", key.last4, what, why, more)


def forget() -> None:
    """Say the next one, whatever it is about."""
    _said.clear()
