"""The queue's broker in Redis: a task waits in a list, and Redis itself wakes who waits.

Imported only where REDIS_URL is set: the client for Redis is a fifth of what a process would need.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django_q.brokers.redis_broker import Redis as RedisList
from django_q.conf import Conf

from studio.generation.broker import NET, Silent, Tasks


class Redis(Silent, RedisList):  # type: ignore[misc]
    """Tasks in a list of Redis, which wakes the first who waits. Raises ConnectionError."""

    def enqueue(self, task: str) -> int:
        """Put a task in line."""
        with _one_error():
            return int(super().enqueue(task))

    def dequeue(self, most: int = 0, wait: float = NET) -> Tasks:
        """Take up to `most` tasks, or the cluster's bulk; wait so long for the first."""
        with _one_error():
            first = self.connection.blpop(self.list_key, wait)
            if not first:
                return []
            left = (most or Conf.BULK) - 1
            more = self.connection.lpop(self.list_key, left) if left else None
            return [(None, self._text(task)) for task in (first[1], *(more or ()))]

    def queue_size(self) -> int:
        """Return how many tasks wait."""
        with _one_error():
            return int(super().queue_size())

    def close(self) -> None:
        """Let the connections go."""
        self.connection.close()

    @staticmethod
    def get_connection(list_key: str | None = None) -> redis.Redis:
        """Return a connection that gives up on a Redis that does not answer."""
        return redis.Redis.from_url(Conf.REDIS, socket_timeout=NET + 4, socket_connect_timeout=2)

    @staticmethod
    def _text(task: bytes | str) -> str:
        return task.decode() if isinstance(task, bytes) else task


@contextmanager
def _one_error() -> Iterator[None]:
    """Say what is wrong in a word that needs no client for Redis."""
    try:
        yield
    except redis.RedisError as error:
        raise ConnectionError(f"Redis does not answer ({type(error).__name__})") from error
