"""The bells that wait in the queue, in the database or in Redis: read, taken out, thrown away."""

from typing import Any

from django.conf import settings
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage


def take() -> dict[str, Any] | None:
    """Take the oldest bell out of the queue; None where none waits."""
    if settings.REDIS_URL:
        broker = get_broker()
        sealed = broker.connection.lpop(broker.list_key)
        return None if sealed is None else _opened(sealed)
    row = OrmQ.objects.order_by("pk").first()
    if row is None:
        return None
    row.delete()
    return _opened(row.payload)


def waiting() -> list[dict[str, Any]]:
    """Return the bells that wait, oldest first; they stay."""
    if settings.REDIS_URL:
        broker = get_broker()
        return [_opened(sealed) for sealed in broker.connection.lrange(broker.list_key, 0, -1)]
    return [_opened(row.payload) for row in OrmQ.objects.order_by("pk")]


def silence() -> None:
    """Throw all of them away, as an operator's purge or Redis' FLUSHALL does."""
    get_broker().purge_queue()


def _opened(sealed: str) -> dict[str, Any]:
    bell: dict[str, Any] = SignedPackage.loads(sealed)
    return bell
