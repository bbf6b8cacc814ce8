"""Bells: how one process of the studio wakes another at once, on one machine or several.

A bell says that something may be new, and carries at most a word about it. It is never the truth:
whoever waits has a net (a second or two) and looks for itself then. So ringing costs little, never
waits for whoever listens, and never raises into its caller; a bell that nobody heard is harmless.

Three ways of ringing, told by settings.BELLS: `sockets` on one machine, `postgres` (LISTEN and
NOTIFY) and `redis` (publish and subscribe) across several. Touches those and the current
transaction; knows no room. Only the way that is used is imported: a client for Redis or PostgreSQL is a
good part of what a small process needs.
"""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import connection, transaction

from studio.bells.bell import Bell, Ear, Transport

__all__ = ["NEWS", "QUEUE", "WATCHER", "Bell", "Listener", "listen", "ring", "ring_on_commit"]

log = logging.getLogger(__name__)

QUEUE = "queue"  # a task was put in line
WATCHER = "watcher"  # there is something to ask the provider about, or a due time changed
NEWS = "news"  # a member's pulse: "<member's id in hex>:<count>"


def ring(topic: str, note: str = "") -> None:
    """Wake whoever listens to a topic (lower-case letters). Never raises, never waits.

    On PostgreSQL a bell that is rung inside a transaction is heard when that commits.
    """
    _ring([Bell(topic=topic, note=note)])


def ring_on_commit(topic: str, note: str = "") -> None:
    """Ring once the current transaction is committed; at once where there is none.

    Of several bells of one topic about one thing (the note up to its first colon), the last is rung.
    """
    if not connection.in_atomic_block:
        ring(topic, note)
        return
    pending = _pending()
    pending[topic, note.partition(":")[0]] = Bell(topic=topic, note=note)


def listen(*topics: str) -> "Listener":
    """Listen to topics from now on. For one thread; close it, or use it in a `with`."""
    return Listener(_transport().listen(topics))


class Listener:
    """Hears the bells of some topics."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def wait(self, seconds: float) -> list[Bell]:
        """Return the bells rung since last time; where there are none, wait so long for the first.

        Never raises: where the transport is away it waits the seconds out, and tries again next time.
        """
        return list(dict.fromkeys(self._ear.wait(max(seconds, 0.0))))

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        self._ear.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Pending(dict[tuple[str, str], Bell]):
    """The bells of a transaction, rung together by being called after its commit."""

    def __call__(self) -> None:
        _ring(list(self.values()))

    __hash__ = object.__hash__  # type: ignore[assignment]


def _pending() -> _Pending:
    """Return the bells of the current transaction; one that is rolled back takes its own with it."""
    savepoints = set(connection.savepoint_ids)
    for hook in connection.run_on_commit:
        if isinstance(hook[1], _Pending) and hook[0] == savepoints:
            return hook[1]
    pending = _Pending()
    transaction.on_commit(pending, robust=True)
    return pending


def _ring(bells: Sequence[Bell]) -> None:
    try:
        _transport().ring(bells)
    except Exception:  # whatever it is: what the bell was for is done, and the net finds it
        log.warning("a bell could not be rung", exc_info=True)


def _transport() -> Transport:
    if settings.BELLS == "sockets":
        return _sockets(settings.BELLS_FOLDER)
    return _pubsub(settings.REDIS_URL) if settings.BELLS == "redis" else _postgres()


@cache
def _sockets(folder: Path) -> Transport:
    from studio.bells.sockets import Sockets

    return Sockets(folder)


@cache
def _pubsub(url: str) -> Transport:
    from studio.bells.pubsub import PubSub

    return PubSub(url)


@cache
def _postgres() -> Transport:
    from studio.bells.postgres import Postgres

    return Postgres()
