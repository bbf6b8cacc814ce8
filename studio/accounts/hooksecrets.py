"""The secret that signs a key's webhooks: pasted once, changed with a day of overlap, removed (S58, HOOK-10).

Without one the provider signs with the API key itself. Touches keys and the audit trail.
"""

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Key, Member, Verb
from studio.accounts.sealing import keyring
from studio.accounts.vault import FORMER_HOOK, HOOK, place_of
from studio.doitong import Secret


@transaction.atomic
def save_hook_secret(key: Key, secret: Secret, actor: Member) -> bool:
    """Have this secret sign the key's webhooks; what signed before holds for a day. False where it did.

    Raises SealingError where the keyring cannot seal, or not open what signed before.
    """
    row = Key.objects.select_for_update().get(pk=key.pk)
    if row.sealed_hook_secret and keyring().unseal(row.sealed_hook_secret, place_of(row, HOOK)) == secret:
        return False
    _put(row, keyring().seal(secret, place_of(row, HOOK)))
    Event.note(Verb.KEY_HOOK_SECRET, who=actor, subject=key.pk, change="set")
    return True


@transaction.atomic
def remove_hook_secret(key: Key, actor: Member) -> bool:
    """Have the API key itself sign again; the secret holds for a day. False where there was none."""
    row = Key.objects.select_for_update().get(pk=key.pk)
    if not row.sealed_hook_secret:
        return False
    _put(row, "")
    Event.note(Verb.KEY_HOOK_SECRET, who=actor, subject=key.pk, change="removed")
    return True


def _put(row: Key, sealed: str) -> None:
    """Write the new one down; the one before is sealed anew as the former: each opens in its place only."""
    former = row.sealed_hook_secret
    if former:
        opened = keyring().unseal(former, place_of(row, HOOK))
        former = keyring().seal(opened, place_of(row, FORMER_HOOK))
    row.sealed_hook_secret, row.sealed_former_hook_secret = sealed, former
    row.hook_secret_at = timezone.now()
    row.save(update_fields=["sealed_hook_secret", "sealed_former_hook_secret", "hook_secret_at"])
