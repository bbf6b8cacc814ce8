"""Opening what the key table holds sealed, and sealing all of it anew. KEY-01, KEY-11 to KEY-15.

The only place where a sealed key becomes a Secret. Touches keys and the audit trail.
"""

import logging

from django.db import transaction

from studio.accounts.models import Event, Key, Verb
from studio.accounts.sealing import Place, SealingError, keyring
from studio.doitong import Secret

API = "api"  # what a sealed text is for
log = logging.getLogger(__name__)


def secret_of(key: Key) -> Secret:
    """Return the key itself, a disabled one too: jobs that it started end with it (KEY-11).

    Raises SealingError (KeyringError, WrongKeyError, TamperedError); the first is noted.
    """
    try:
        return keyring().unseal(key.sealed, place_of(key))
    except SealingError:
        seen = Event.objects.filter(verb=Verb.KEY_UNREADABLE, subject=str(key.pk))
        if not seen.exists():
            Event.note(Verb.KEY_UNREADABLE, who=None, subject=key.pk)
        raise


@transaction.atomic
def reseal() -> int:
    """Seal all keys under the keyring's first line; return how many (KEY-12).

    Raises SealingError where one does not open; nothing is changed then.
    """
    ring, many = keyring(), 0
    for key in Key.objects.select_for_update():
        secret = ring.unseal(key.sealed, place_of(key))
        key.sealed, key.fingerprint = ring.seal(secret, place_of(key)), ring.fingerprints(secret)[0]
        key.save(update_fields=["sealed", "fingerprint"])
        many += 1
    return many


def log_unsealable(error: SealingError) -> None:
    """Tell the operator why keys cannot be sealed or opened; the sentence holds no secret."""
    log.error("%s", error)


def place_of(key: Key) -> Place:
    """Return what the text sealed in this row is bound to."""
    return Place(table="accounts_key", row=str(key.pk), purpose=API)
