"""What is worth telling of the credits: noted once, in the transaction in which it came about (D7, LED-18).

A unique row decides which of many processes noted it; the telling happens after the commit, by whoever
listens (`on_alert`) or by the watcher's next round. Touches alerts only.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from studio.credits.models import About, Alert, Oversight

_listeners: list[Callable[[UUID], object]] = []


def on_alert(callback: Callable[[UUID], object]) -> None:
    """Have the callback told the id of each new alert, in its transaction: it may only ring a bell."""
    if callback not in _listeners:
        _listeners.append(callback)


def crossed(budget_id: UUID, window: datetime, before: int, after: int, limit: int) -> None:
    """Note which thresholds a counter has passed, on its way from `before` to `after` credits of `limit`.

    To be called in the transaction that moved the counter, with the beginning of its window. Each
    threshold is noted once for a budget and window, also after credits came back or the limit changed.
    Of several that are passed in one step the highest is told: one message, not three.
    """
    if limit <= 0 or 100 * after // limit == 100 * max(before, 0) // limit or after <= before:
        return
    passed = [p for p in Oversight.present().percents if 100 * before < p * limit <= 100 * after]
    for percent in passed:
        note(
            About.BUDGET,
            f"{budget_id} {window.isoformat()} {percent}",
            told=percent < passed[-1],
            budget=str(budget_id),
            window=window.isoformat(),
            percent=percent,
            used=after,
            limit=limit,
        )


def note(about: About, once: str, *, told: bool = False, **detail: str | int | None) -> None:
    """Write an alert down unless one of this name is, and have it told; to be called in a transaction.

    `told` is for what a greater alert tells already.
    """
    alert = Alert(about=about, once=f"{about} {once}", detail=detail)
    if told:
        alert.told_at = alert.created_at
    Alert.objects.bulk_create([alert], ignore_conflicts=True)
    if not told:
        ring(alert.pk)


def ring(alert_id: UUID) -> None:
    """Ask whoever listens to tell an alert; one that is told already, or that is none, is left alone."""
    for callback in _listeners:
        callback(alert_id)


def is_noted(about: About, once: str) -> bool:
    """Say whether an alert of this name is written down."""
    return Alert.objects.filter(once=f"{about} {once}").exists()
