"""Opening what the key table holds sealed, and sealing all of it anew. KEY-01, KEY-11 to KEY-15, HOOK-10.

The only place where a sealed key or webhook secret becomes a Secret. Touches keys and the audit trail.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from studio.accounts.models import Event, Key, Verb
from studio.accounts.sealing import Place, SealingError, keyring
from studio.doitong import Secret

API, HOOK, FORMER_HOOK = "api", "hook", "former hook"  # what a sealed text is for
OVERLAP = timedelta(hours=24)  # how long a webhook secret holds after it was changed
log = logging.getLogger(__name__)


def secret_of(key: Key) -> Secret:
    """Return the key itself, a disabled one too: jobs that it started end with it (KEY-11).

    Raises SealingError (KeyringError, WrongKeyError, TamperedError); the first is noted.
    """
    return _open(key, key.sealed, API)


def peek(key: Key) -> Secret:
    """Return the key itself to who only examines the studio: nothing is noted. Raises SealingError."""
    return keyring().unseal(key.sealed, place_of(key))


def hook_secrets(key: Key, now: datetime) -> list[Secret]:
    """Return what may sign this key's webhooks now: its webhook secret, else the key itself (S58, S92).

    For a day after a change what signed before holds too (HOOK-10). Raises as `secret_of`.
    """
    hook = [_open(key, key.sealed_hook_secret, HOOK)] if key.sealed_hook_secret else []
    if key.hook_secret_at is None or now - key.hook_secret_at > OVERLAP:
        return hook or [secret_of(key)]
    if key.sealed_former_hook_secret:
        former = _open(key, key.sealed_former_hook_secret, FORMER_HOOK)
    else:
        former = secret_of(key)
    return [*(hook or [secret_of(key)]), former]


def was_used(key: Key) -> None:
    """Note the first image that was ever sent with a key; a process asks once for each (KEY-15)."""
    if key.pk in _used:
        return
    with transaction.atomic():
        Key.objects.select_for_update().get(pk=key.pk)  # two workers do not both find it unused
        if not Event.objects.filter(verb=Verb.KEY_USED, subject=str(key.pk)).exists():
            Event.note(Verb.KEY_USED, who=None, subject=key.pk)
    _used.add(key.pk)


_used: set[UUID] = set()


def _open(key: Key, sealed: str, purpose: str) -> Secret:
    try:
        return keyring().unseal(sealed, place_of(key, purpose))
    except SealingError:
        seen = Event.objects.filter(verb=Verb.KEY_UNREADABLE, subject=str(key.pk))
        if not seen.exists():
            Event.note(Verb.KEY_UNREADABLE, who=None, subject=key.pk)
        raise


@transaction.atomic
def reseal() -> int:
    """Seal all keys and webhook secrets under the keyring's first line; return how many keys (KEY-12).

    Raises SealingError where one does not open; nothing is changed then.
    """
    ring, many = keyring(), 0
    for key in Key.objects.select_for_update():
        secret = ring.unseal(key.sealed, place_of(key))
        key.sealed, key.fingerprint = ring.seal(secret, place_of(key)), ring.fingerprints(secret)[0]
        key.sealed_hook_secret = _resealed(key, key.sealed_hook_secret, HOOK)
        key.sealed_former_hook_secret = _resealed(key, key.sealed_former_hook_secret, FORMER_HOOK)
        key.save(update_fields=["sealed", "fingerprint", "sealed_hook_secret", "sealed_former_hook_secret"])
        many += 1
    for other in _others:
        other()
    return many


def also_reseal(other: Callable[[], object]) -> None:
    """Have this called whenever all is sealed anew, in the same transaction: for what else is sealed."""
    if other not in _others:
        _others.append(other)


_others: list[Callable[[], object]] = []


def _resealed(key: Key, sealed: str, purpose: str) -> str:
    ring, place = keyring(), place_of(key, purpose)
    return ring.seal(ring.unseal(sealed, place), place) if sealed else ""


def log_unsealable(error: SealingError) -> None:
    """Tell the operator why keys cannot be sealed or opened; the sentence holds no secret."""
    log.error("%s", error)


def place_of(key: Key, purpose: str = API) -> Place:
    """Return what a text sealed in this row for this purpose is bound to."""
    return Place(table="accounts_key", row=str(key.pk), purpose=purpose)
