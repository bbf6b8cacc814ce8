"""Whether a webhook is Doitong's own, and what it says. Touches nothing but the bytes that came.

First `verify_signature`, then `read_webhook`.
[decided] HMAC-SHA256 of the raw body in hex, keyed with the key's webhook secret (S58, S92): the
provider documents the header and not how it is computed. This file is the one to change.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

from studio.doitong.document import Unreadable, read_document
from studio.doitong.errors import BadAnswer
from studio.doitong.reading import find_job, read_generation
from studio.doitong.scrub import Scrubber
from studio.doitong.secret import Secret
from studio.doitong.values import Generation

SIGNATURE_HEADER = "X-Doitong-Signature"
_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})", re.ASCII)


def verify_signature(body: bytes, header: str | None, secrets: Sequence[Secret]) -> bool:
    """True when `header` signs the raw `body` with one of `secrets` (two during a rotation, HOOK-10).

    Any garbage is False, never an exception (HOOK-01). Every secret is tried, so that the time taken
    tells nothing of which one fitted. An empty secret fits nothing: anyone could sign with it.
    """
    match = _SIGNATURE.fullmatch(header or "")
    if match is None:
        return False
    given = match[1].lower()
    fits = [hmac.compare_digest(_sign(body, secret), given) for secret in secrets if secret.reveal()]
    return any(fits)


def read_webhook(body: bytes, secrets: Sequence[Secret] = ()) -> Generation:
    """What a webhook's raw `body` says (S55): for bytes that `verify_signature` has vouched for.

    `secrets` (the key, the webhook secret) are taken out of whatever is kept. The caller has capped
    the size (64 KB, HOOK-12). Raises `BadAnswer`, without an exchange, where no job is named.
    """
    scrubber = Scrubber(*secrets)
    try:
        document = scrubber.document(read_document(body))
    except Unreadable as reason:
        fault = str(reason)
    else:
        generation = read_generation(find_job(document) or {}, scrubber)
        if generation is not None:
            return generation
        fault = "it names no job"
    raise BadAnswer(f"Doitong's message cannot be used: {fault}.")


def _sign(body: bytes, secret: Secret) -> str:
    return hmac.new(secret.reveal().encode("utf-8", "surrogatepass"), body, hashlib.sha256).hexdigest()
