"""What the provider says of a key, and who is told when it works again (S48, S49).

`move` alone writes a key's state, also where a person puts the key away or replaces it: a guarded
update whose count says whether anything changed. Touches the key's row and the audit trail.
"""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Key, KeyState, Verb

_good: list[Callable[[Key], object]] = []
_tried: list[Callable[[Key], object]] = []


def on_good(callback: Callable[[Key], object]) -> None:
    """Have the callback told of a key, after the commit, when it is new or works again.

    A callback that fails is logged and does not undo what happened to the key.
    """
    if callback not in _good:
        _good.append(callback)


def on_tried(callback: Callable[[Key], object]) -> None:
    """Have the callback told of a key that Doitong was just asked about: that request counts as any (S59)."""
    if callback not in _tried:
        _tried.append(callback)


def was_tried(key: Key) -> None:
    """Have all who asked told at once that this key was tried."""
    for callback in _tried:
        callback(key)


@transaction.atomic
def mark_refused(key: Key, reason: str) -> bool:
    """The provider answered 401 (S48): nothing more is sent until it is replaced or tested good."""
    moved = move(key, KeyState.REFUSED, {KeyState.OK, KeyState.NO_CREDITS}, reason)
    if moved:
        Event.note(Verb.KEY_REFUSED, who=None, subject=key.pk)
    return moved


@transaction.atomic
def mark_no_credits(key: Key, available: int | None) -> bool:
    """The provider answered 402 (S49) and, perhaps, named its true balance in credits."""
    if available is not None:
        note_balance(key, available)
    moved = move(key, KeyState.NO_CREDITS, {KeyState.OK}, "Doitong says that its credits are used up.")
    if moved:
        Event.note(Verb.KEY_NO_CREDITS, who=None, subject=key.pk, available=available)
    return moved


@transaction.atomic
def mark_ok(key: Key) -> bool:
    """The key works again; who waits for it is told on commit. False where nothing changed."""
    moved = move(key, KeyState.OK, {KeyState.REFUSED, KeyState.NO_CREDITS}, "")
    if moved:
        Event.note(Verb.KEY_GOOD, who=None, subject=key.pk)
        tell(key)
    return moved


def note_balance(key: Key, available: int) -> None:
    """Keep what the provider said it has, in credits, and when (D13)."""
    key.provider_credits, key.provider_credits_at = available, timezone.now()
    key.save(update_fields=["provider_credits", "provider_credits_at"])


def move(key: Key, to: KeyState, come_from: set[KeyState], reason: str) -> bool:
    """Put the key into another state if it is in one of those; the answer says whether it was."""
    found = Key.objects.filter(pk=key.pk, state__in=come_from)
    moved = found.update(state=to, state_at=timezone.now(), state_reason=reason[:300])
    if moved:
        key.refresh_from_db(fields=["state", "state_at", "state_reason"])
    return bool(moved)


def tell(key: Key) -> None:
    """Have all who asked told of the key when the transaction commits."""
    for callback in _good:
        transaction.on_commit(partial(callback, key), robust=True)
