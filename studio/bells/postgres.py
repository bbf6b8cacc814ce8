"""Bells through PostgreSQL: NOTIFY on Django's connection, LISTEN on one of the listener's own."""

import logging
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import Error, connection

from studio.bells.bell import Bell, Ear

log = logging.getLogger(__name__)

CHANNEL = "studio_{}"


class Postgres:
    """Rings and listens in the studio's own database."""

    def ring(self, bells: Sequence[Bell]) -> None:
        """Notify, all in one statement. What is rung inside a transaction is heard when it commits."""
        if connection.needs_rollback:
            return  # nothing of this transaction will ever be
        channels = [CHANNEL.format(bell.topic) for bell in bells]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(channel, bell) FROM unnest(%s::text[], %s::text[]) AS rung(channel, bell)",
                [channels, [bell.packed().decode() for bell in bells]],
            )

    def listen(self, topics: Sequence[str]) -> Ear:
        """Listen on a connection that is opened now, and again when it was lost."""
        ear = _Ear(topics)
        ear.connect()
        return ear


class _Ear:
    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = topics
        self._wrapper: Any = None

    def connect(self) -> bool:
        try:
            wrapper = connection.copy("bells")
            wrapper.ensure_connection()
            wrapper.set_autocommit(True)
            for topic in self._topics:
                wrapper.connection.execute(f'LISTEN "{CHANNEL.format(topic)}"')
        except (Error, psycopg.Error):
            log.warning("PostgreSQL cannot be listened to; looking every so often instead")
            return False
        self._wrapper = wrapper
        return True

    def wait(self, seconds: float) -> list[Bell]:
        if self._wrapper is None and not self.connect():
            time.sleep(seconds)
            return []
        try:
            told = self._wrapper.connection.notifies(timeout=seconds, stop_after=1)
            return [Bell.unpacked(one.payload.encode()) for one in told]
        except (psycopg.Error, OSError):
            log.warning("the connection that listens to PostgreSQL was lost")
            self.close()
            time.sleep(seconds)
            return []

    def close(self) -> None:
        if self._wrapper is not None:
            self._wrapper.close()
            self._wrapper = None
