"""Tells when a budget's use reaches a threshold: once each in a window (D7, LED-18)."""

from datetime import datetime
from uuid import UUID


def crossed(budget_id: UUID, window: datetime, before: int, after: int, limit: int) -> None:
    """Note which thresholds a counter has passed, on its way from `before` to `after` credits of `limit`.

    To be called in the transaction that moved the counter, with the beginning of its window.
    """
