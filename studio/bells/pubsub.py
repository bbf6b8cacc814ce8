"""Bells through Redis: published on one connection of the process, heard on one of the listener's own.

A Redis that does not answer is left alone for a second after each failure, so that ringing costs next to
nothing meanwhile.
"""

import logging
import time
from collections.abc import Callable, Sequence

import redis

from studio.bells.bell import Bell, Ear

log = logging.getLogger(__name__)

CHANNEL = "studio:{}"
PATIENCE = 0.5  # seconds for one exchange
QUIET = 1.0  # seconds that a Redis which failed is left alone


class PubSub:
    """Rings and listens at one Redis; the clock is monotonic."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._clock = clock
        self._quiet_until = 0.0

    def ring(self, bells: Sequence[Bell]) -> None:
        """Publish all in one exchange; a Redis that is away is told of once a second at the most."""
        if self._clock() < self._quiet_until:
            return
        try:
            with self._redis.pipeline(transaction=False) as sent:
                for bell in bells:
                    sent.publish(CHANNEL.format(bell.topic), bell.packed())
                sent.execute()
        except redis.RedisError:
            self._quiet_until = self._clock() + QUIET
            log.warning("Redis does not answer; nobody is woken for a second")

    def listen(self, topics: Sequence[str]) -> Ear:
        """Subscribe to these topics."""
        return _Ear(self._redis, topics)


class _Ear:
    def __init__(self, asked: redis.Redis, topics: Sequence[str]) -> None:
        self._pubsub = asked.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        self._channels = [CHANNEL.format(topic) for topic in topics]
        self._subscribed = False
        self._subscribe()

    def _subscribe(self) -> None:
        try:
            self._pubsub.subscribe(*self._channels)
            for _ in self._channels:  # until Redis confirmed it, a bell could be missed
                self._pubsub.get_message(timeout=PATIENCE)
            self._subscribed = True
        except redis.RedisError:
            log.warning("Redis cannot be listened to; looking every so often instead")

    def wait(self, seconds: float) -> list[Bell]:
        if not self._subscribed:
            self._subscribe()
        heard: list[Bell] = []
        end = time.monotonic() + seconds
        try:
            while self._subscribed and not heard and (left := end - time.monotonic()) > 0:
                self._hear(heard, left)
            while self._subscribed and self._hear(heard, 0.0):
                continue
        except (redis.RedisError, OSError):
            self._subscribed = False
        if not self._subscribed:
            time.sleep(max(end - time.monotonic(), 0.0))
        return heard

    def _hear(self, heard: list[Bell], seconds: float) -> bool:
        message = self._pubsub.get_message(timeout=seconds)
        if message is None or message["type"] != "message":
            return message is not None
        heard.append(Bell.unpacked(message["data"]))
        return True

    def close(self) -> None:
        self._pubsub.close()
