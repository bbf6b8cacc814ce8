"""What the work under way is about: a request, a job, a task. Each line that it logs says so (G8, LOG-02).

The words belong to the thread (or to the copy of its context that another thread was given).
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})
_words: ContextVar[Mapping[str, str]] = ContextVar("about", default=NOTHING)


def words() -> Mapping[str, str]:
    """Return what the work under way is about, by the name of each word."""
    return _words.get()


@contextmanager
def about(**more: object) -> Iterator[None]:
    """Have the lines of the block say what they are about, beside what holds already."""
    token = _words.set({**_words.get(), **{name: str(value) for name, value in more.items()}})
    try:
        yield
    finally:
        _words.reset(token)


def begin(**told: object) -> None:
    """Say what this thread works on from now on, and on nothing else."""
    _words.set({name: str(value) for name, value in told.items()})


def step(log: logging.Logger, message: str, **told: object) -> None:
    """Log one step of some work at INFO, with the words that tell which and how."""
    if log.isEnabledFor(logging.INFO):
        with about(**{name: value for name, value in told.items() if value is not None}):
            log.info("%s", message)


class Told(logging.Filter):
    """For a handler: each record is given the words of the work that it was logged in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through. A request that is over is still known by its record."""
        found = dict(_words.get())
        if told := getattr(getattr(record, "request", None), "log_id", ""):
            found["request"] = str(told)
        record.about = found
        return True
