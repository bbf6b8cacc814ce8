"""Rings for alerts of the credits: the queue's workers tell them (D7). Touches the queue alone."""

from datetime import datetime

from studio.credits import alerts, telling
from studio.generation import queue


def register() -> None:
    """Have a worker tell each alert after its commit; called once at start."""
    alerts.on_alert(queue.ring_tell)


def ring_again(now: datetime) -> None:
    """Ring for what nobody told, and for what is to be sent again, while few bells wait."""
    if queue.waiting() < MANY:
        for alert_id in telling.waiting(now):
            queue.ring_tell(alert_id)


MANY = 50
