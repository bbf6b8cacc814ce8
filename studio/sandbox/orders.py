"""What was asked for, checked: the same rules for all three forms (S18-S21, S33-S38).

Raises ApiError(400) that names the field; knows nothing of accounts or money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from studio.sandbox.errors import ApiError
from studio.sandbox.prices import DEFAULT_QUALITY, QUALITIES

Form = Literal["generate", "generateImage", "rest"]

SERVICE = "flux-krea"
DEFAULT_SIDE = 1024
LEAST_SIDE, MOST_SIDE = 64, 4096  # [decided]
LONGEST_PROMPT = 4000  # characters [decided]
LONGEST_URL = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One picture as asked for: sizes in pixels, the quality one of `prices.QUALITIES`."""

    form: Form
    prompt: str
    width: int
    height: int
    quality: str
    version: str
    webhook_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the provider takes what its documentation leaves open, for one request."""

    lenient: bool = False
    refuses: frozenset[str] = frozenset()
    ignores: frozenset[str] = frozenset()


def from_generate(given: Mapping[str, Any], habits: Habits) -> Order:
    """Form A: `generate(input: {type, provider, input: {text}, options})`."""
    inner, options = given.get("input") or {}, given.get("options") or {}
    if given.get("type") != "IMAGE":
        raise _refused("type", "type must be IMAGE")
    flat = {**options, "service": given.get("provider"), "prompt": inner.get("text")}
    flat["webhookUrl"] = (
        options.get("webhookUrl") or inner.get("webhookUrl") or given.get("webhookUrl") or None
    )
    return _checked("generate", flat, habits, {"service": "provider", "prompt": "text"})


def from_flat(form: Form, given: Mapping[str, Any], habits: Habits) -> Order:
    """Forms B and C: service, prompt, width, height, version, quality, webhookUrl."""
    return _checked(form, given, habits, {})


def _checked(form: Form, given: Mapping[str, Any], habits: Habits, names: Mapping[str, str]) -> Order:
    given = _by_habit(given, habits)
    _constant(given.get("service"), names.get("service", "service"))
    if given.get("version") is not None:
        _constant(given["version"], "version")
    return Order(
        form=form,
        prompt=_prompt(given.get("prompt"), names.get("prompt", "prompt")),
        width=_side(given.get("width"), "width"),
        height=_side(given.get("height"), "height"),
        quality=_quality(given.get("quality"), habits),
        version=SERVICE,
        webhook_url=_url(given.get("webhookUrl")),
    )


def _by_habit(given: Mapping[str, Any], habits: Habits) -> dict[str, Any]:
    for name in habits.refuses:
        if given.get(name) is not None:
            raise _refused(name, f"{name} is not a parameter")
    return {name: value for name, value in given.items() if name not in habits.ignores}


def _refused(field: str, message: str) -> ApiError:
    return ApiError(400, message, field=field)


def _constant(value: Any, field: str) -> None:
    if value is None:
        raise _refused(field, f"{field} is required")
    if value != SERVICE:
        raise _refused(field, f'{field} must be "{SERVICE}"')


def _prompt(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refused(field, f"{field} is required and must not be blank")
    if len(value) > LONGEST_PROMPT:
        raise _refused(field, f"{field} must have {LONGEST_PROMPT} characters at most")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _refused(field, f"{field} must be valid Unicode")
    return value


def _side(value: Any, field: str) -> int:
    if value is None:
        return DEFAULT_SIDE
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refused(field, f"{field} must be an integer")
    if not LEAST_SIDE <= value <= MOST_SIDE:
        raise _refused(field, f"{field} must be from {LEAST_SIDE} to {MOST_SIDE}")
    return value


def _quality(value: Any, habits: Habits) -> str:
    if value is None:
        return DEFAULT_QUALITY
    if isinstance(value, str) and value in QUALITIES:
        return value
    if habits.lenient:
        return DEFAULT_QUALITY
    raise _refused("quality", f"quality must be one of {', '.join(QUALITIES)}")


def _url(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_URL or not value.isascii():
        raise _refused("webhookUrl", f"webhookUrl must be a URL of {LONGEST_URL} characters at most")
    if not _is_http(value) or any(letter <= " " for letter in value):
        raise _refused("webhookUrl", "webhookUrl must be an http or https URL")
    return value


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # reading it is what refuses a port that is none
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
