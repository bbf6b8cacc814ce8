"""The one JSON parser for everything that Doitong sends. Pure, strict about form (PRV-05).

A document is a JSON object in UTF-8, at most 32 deep, of at most 1 MB. A number that is no honest
number (NaN, infinite, beyond 2**31) becomes the text "refused number": it spoils its own field and
not the answer in which a job's id stands.
"""

import json
import math

DEEPEST = 32
LARGEST_INT = 2**31
REFUSED_NUMBER = "refused number"

type Document = dict[str, object]


class Unreadable(ValueError):
    """Why these bytes are no document, as half a sentence."""


def read_document(body: bytes) -> Document:
    """The JSON object in `body`. Raises `Unreadable` for anything else, and nothing but that."""
    value = _parse(body)
    if not isinstance(value, dict):
        raise Unreadable("it is not a JSON object")
    if _deeper_than(value, DEEPEST):
        raise Unreadable("it is nested too deeply")
    return value


def is_json_like(content_type: str) -> bool:
    """Whether a body of this type is worth parsing: JSON of any kind, plain text, or unnamed."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in {"", "text/plain"} or "json" in kind


def _parse(body: bytes) -> object:
    try:
        # Decoded here: json.loads would guess UTF-16 and UTF-32 from the first bytes.
        return json.loads(
            body.decode("utf-8-sig"),
            parse_int=_int,
            parse_float=_float,
            parse_constant=_constant,
        )
    except UnicodeError:
        reason = "it is not UTF-8"
    except RecursionError:
        reason = "it is nested too deeply"
    except (ValueError, OverflowError):
        reason = "it is not valid JSON"
    raise Unreadable(reason)


def _int(digits: str) -> int | str:
    if len(digits) > 11:  # before int(): 5,000 digits would raise, 4,000 would cost time
        return REFUSED_NUMBER
    number = int(digits)
    return number if abs(number) <= LARGEST_INT else REFUSED_NUMBER


def _float(text: str) -> float | str:
    number = float(text) if len(text) <= 64 else math.inf
    return number if math.isfinite(number) else REFUSED_NUMBER


def _constant(_name: str) -> str:
    return REFUSED_NUMBER


def _deeper_than(value: object, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if depth == 0:
        return True
    children = value.values() if isinstance(value, dict) else value
    return any(_deeper_than(child, depth - 1) for child in children)
