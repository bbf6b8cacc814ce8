"""The queue's broker in the studio's own database; `redislist` is the one in Redis.

A task is a row that commits with the job it is about, so that there is never one
without the other (JOB-07). Whoever waits for tasks is woken by a bell and claims several by one
statement that deletes them: what a task is about is found again from the job's row, so a task
that was claimed and lost is no loss.
"""

from typing import Any

from django.db import connection, transaction
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

from studio import bells, prepared

NET = 1.0  # seconds after which whoever waits looks for itself, should a bell be lost

_LOOK = "SELECT 1 FROM django_q_ormq WHERE key = %s LIMIT 1"
_CLAIM = (
    "DELETE FROM django_q_ormq WHERE id IN "
    "(SELECT id FROM django_q_ormq WHERE key = %s ORDER BY id LIMIT %s) RETURNING id, payload"
)
# As an array the inner part runs once, whatever the planner thinks.
_CLAIM_UNLOCKED = (
    "DELETE FROM django_q_ormq WHERE id = ANY(ARRAY("
    "SELECT id FROM django_q_ormq WHERE key = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
    ")) RETURNING id, payload"
)

_PUT = prepared.Insert(OrmQ)

type Tasks = list[tuple[None, str]]


class Silent:
    """Tells nobody how the cluster does: its beats do (G5), and cost no write twice a second."""

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Keep nothing."""

    def get_stat(self, key: str) -> None:
        """Know nothing."""

    def get_stats(self, pattern: str) -> list[str]:
        """Know nothing."""
        return []


class Database(Silent, ORM):  # type: ignore[misc]
    """Tasks as rows. One for each thread that waits; any number may ring."""

    _ear: bells.Listener | None = None
    _relaxed: object = None

    def enqueue(self, task: str) -> int:
        """Write a task down; its bell is rung when the transaction commits."""
        row = _PUT(OrmQ(key=self._line, payload=task))
        bells.ring_on_commit(bells.QUEUE)
        return int(row.pk)

    def dequeue(self, most: int = 0, wait: float = NET) -> Tasks:
        """Claim up to `most` tasks, or the cluster's bulk; where there are none, wait so long for a bell.

        Raises django.db.Error.
        """
        if self._ear is None:
            self._ear = bells.listen(bells.QUEUE)  # before the first look, so that nothing falls between
        claimed = self._claim(most or Conf.BULK)
        if not claimed and self._ear.wait(wait):
            claimed = self._claim(most or Conf.BULK)
        return claimed

    def close(self) -> None:
        """Listen no more."""
        if self._ear is not None:
            self._ear.close()
            self._ear = None

    def queue_size(self) -> int:
        """Return how many tasks wait."""
        return int(OrmQ.objects.filter(key=self._line).count())

    @property
    def _line(self) -> str:
        return str(self.list_key or Conf.CLUSTER_NAME)

    def _claim(self, most: int) -> Tasks:
        if not self._any():
            return []  # a bell wakes everybody, and who comes too late need not lock out the others
        self._relax()
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL synchronous_commit TO off")  # as `_relax` does
                cursor.execute(_CLAIM_UNLOCKED, [self._line, most])
            else:
                cursor.execute(_CLAIM, [self._line, most])
            rows: list[Any] = cursor.fetchall()
        return [(None, payload) for _, payload in sorted(rows)]

    def _any(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, [self._line])
            return cursor.fetchone() is not None

    def _relax(self) -> None:
        """Have SQLite not wait for the disk on this thread's connection: it only ever claims tasks.

        A claim that a power cut undoes is only a task that is heard twice.
        """
        connection.ensure_connection()
        if connection.vendor == "sqlite" and self._relaxed is not connection.connection:
            connection.connection.execute("PRAGMA synchronous=NORMAL")
            self._relaxed = connection.connection
