"""Numbers as a header or an address writes them. Pure."""

from __future__ import annotations

MOST_DIGITS = 18  # no size, no position has more; int() itself refuses thousands of digits


def number(text: str) -> int | None:
    """The whole number that plain ASCII digits write; None for anything else, such as "²"."""
    plain = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if plain else None
