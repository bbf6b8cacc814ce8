"""Makes an order fit to be sent. Pure."""

import unicodedata
from dataclasses import replace

from studio.doitong.errors import Refused
from studio.doitong.values import Order

_ALLOWED_CONTROLS = "\t\n\r"


def fit(order: Order) -> Order:
    """The order with its prompt trimmed and in NFC (S20).

    Raises `Refused`, before anything is sent, for control characters and lone surrogates.
    """
    prompt = unicodedata.normalize("NFC", order.prompt).strip()
    if any(map(_unsendable, prompt)):
        raise Refused("The prompt holds control characters, which cannot be sent.", code="BAD_PROMPT")
    return replace(order, prompt=prompt)


def _unsendable(character: str) -> bool:
    return character not in _ALLOWED_CONTROLS and unicodedata.category(character) in {"Cc", "Cs"}
