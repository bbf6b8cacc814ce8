"""The secret of the outgoing webhook, sealed like an API key, and the signature that it makes.

In the manner of Standard Webhooks: `webhook-id`, `webhook-timestamp`, and over both and the body an
HMAC-SHA256 under the secret, in `webhook-signature`. Touches the one row of rules.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime

from studio.accounts import vault
from studio.accounts.sealing import Place, SealingError, keyring
from studio.credits.models import Oversight
from studio.doitong import Secret

PLACE = Place(table="credits_oversight", row="1", purpose="hook")
BEGINNING = "whsec_"
BYTES = 32


class NoHookSecret(Exception):
    """The webhook cannot be signed; the text is a sentence for the admin."""


def fresh() -> Secret:
    """Return a new secret, as its receiver is told it."""
    return Secret(BEGINNING + base64.b64encode(secrets.token_bytes(BYTES)).decode())


def sealed(secret: Secret) -> str:
    """Return the secret as it is kept. Raises SealingError."""
    return keyring().seal(secret, PLACE)


def reseal() -> None:
    """Seal the secret under the keyring's first line, with all the others (KEY-12). Raises SealingError."""
    for rules in Oversight.objects.exclude(sealed_hook_secret=""):
        rules.sealed_hook_secret = sealed(keyring().unseal(rules.sealed_hook_secret, PLACE))
        rules.save(update_fields=["sealed_hook_secret"])


def present() -> Secret:
    """Return the secret that signs now. Raises NoHookSecret."""
    text = Oversight.present().sealed_hook_secret
    if not text:
        raise NoHookSecret("The webhook has no secret to sign with.")
    try:
        return keyring().unseal(text, PLACE)
    except SealingError:
        raise NoHookSecret("The webhook’s secret cannot be opened with this keyring.") from None


def headers(name: str, at: datetime, body: bytes, secret: Secret) -> dict[str, str]:
    """Return what goes with a body; `name` is the same at each try, so that a receiver knows it again."""
    stamp = str(int(at.timestamp()))
    signed = hmac.new(_key(secret), b".".join((name.encode(), stamp.encode(), body)), hashlib.sha256)
    return {
        "content-type": "application/json; charset=utf-8",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed.digest()).decode()}",
    }


def _key(secret: Secret) -> bytes:
    try:
        return base64.b64decode(secret.reveal().removeprefix(BEGINNING), validate=True)
    except binascii.Error:
        raise NoHookSecret("The webhook’s secret is not one that was made here.") from None


vault.also_reseal(reseal)
