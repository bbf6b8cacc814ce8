"""The webhook address of each purchase, and whether the provider is given one (B9, S38, S81).

An address holds the purchase's own secret token, so that a webhook names its job even where the
answer to the submission was lost. Touches settings, and what this process has learned since it began.
"""

import logging
import time
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from studio.doitong import DoitongError, Refused
from studio.generation.models import Purchase

log = logging.getLogger(__name__)

FORGET_SECONDS = 3600.0  # after which an address is offered again: the provider may have changed
_unwanted: dict[tuple[UUID | None, str], float] = {}  # key and dialect, until when


def asked_for() -> bool:
    """Say whether webhooks are asked for: the provider must be able to reach this studio."""
    if settings.DOITONG_WEBHOOKS == "auto":
        return settings.PUBLIC_URL.startswith("https://") or settings.DOITONG_SANDBOX
    return bool(settings.DOITONG_WEBHOOKS == "on")


def address_of(purchase: Purchase) -> str | None:
    """Return the address to be sent along with an order, None where the provider is given none."""
    if not asked_for() or _unwanted.get(_place(purchase.key_id), 0.0) > time.monotonic():
        return None
    return f"{settings.PUBLIC_URL}{reverse('hook', args=[purchase.token])}"


def unwanted(purchase: Purchase, error: DoitongError) -> bool:
    """Say whether the order was refused for its webhook address, which is left out from now on (S81).

    The refused request bought nothing, so that the job may be sent again without. Each process
    learns it for itself, once an hour at the most.
    """
    if not isinstance(error, Refused) or "webhookurl" not in (error.message or "").lower():
        return False
    if error.exchange is None or not _had_address(error.exchange.request_body or {}):
        return False
    _unwanted[_place(purchase.key_id)] = time.monotonic() + FORGET_SECONDS
    log.warning("%s takes no webhookUrl in %s: asking instead", settings.DOITONG_URL, _dialect())
    return True


def is_unwanted(key_id: UUID) -> bool:
    """Say whether this process has learned that the provider takes no address with this key."""
    return _unwanted.get(_place(key_id), 0.0) > time.monotonic()


def forget() -> None:
    """Offer addresses again, whatever was learned."""
    _unwanted.clear()


def _place(key_id: UUID | None) -> tuple[UUID | None, str]:
    return key_id, _dialect()


def _dialect() -> str:
    return str(settings.DOITONG_TRANSPORT)


def _had_address(body: Mapping[str, object]) -> bool:
    variables = body.get("variables")
    given = variables.get("input") if isinstance(variables, Mapping) else body
    options = given.get("options") if isinstance(given, Mapping) else None
    return any("webhookUrl" in part for part in (given, options) if isinstance(part, Mapping))
