"""System checks: settings that are each fine and together dangerous or useless.

Each check's message is one sentence for the operator, its hint says what to do.
They run at every `manage.py` command that touches the house, and before `start` starts anything.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from studio.doitong.addresses import base_url, is_loopback

SHORTEST_SECRET = 32  # characters; Django's own check only warns below 50


def _beyond_loopback() -> str:
    """Name the first setting that lets others in; empty when there is none."""
    if not is_loopback(settings.BIND):
        return f"STUDIO_BIND is “{settings.BIND}”"
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return "" if is_loopback(host) else f"STUDIO_URL is “{settings.PUBLIC_URL}”"


@register()
def demonstration_stays_at_home(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse sign-in without passwords, and pages that show the source, to anyone beyond this machine."""
    if not (opening := _beyond_loopback()):
        return []
    found: list[CheckMessage] = []
    if settings.DEMO:
        message = f"STUDIO_DEMO is on, where anyone may sign in as anyone, but {opening}."
        found.append(Error(message, hint="Set STUDIO_DEMO=0, or keep to 127.0.0.1.", id="studio.E001"))
    if settings.DEBUG:
        message = f"STUDIO_DEBUG is on, which shows source and settings to visitors, but {opening}."
        found.append(Error(message, hint="Set STUDIO_DEBUG=0, or keep to 127.0.0.1.", id="studio.E002"))
    return found


@register()
def public_address_is_whole(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Cookies and links are made from STUDIO_URL; it must be an address without a path."""
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme in {"http", "https"} and address.hostname and not (address.path or address.query):
        return []
    message = f"STUDIO_URL is “{settings.PUBLIC_URL}”, which is not the address of a web site."
    return [Error(message, hint="Write it as https://studio.example.", id="studio.E003")]


@register()
def hosts_are_named(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """`*` would let any Host header through, into links and cookies."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    message = "STUDIO_HOSTS holds “*”, which lets every host name in."
    return [Error(message, hint="Name the hosts, separated by commas.", id="studio.E004")]


@register()
def secret_key_is_long(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A short secret can be guessed, and it signs every session and every task."""
    if len(settings.SECRET_KEY) >= SHORTEST_SECRET:
        return []
    message = f"STUDIO_SECRET_KEY has {len(settings.SECRET_KEY)} characters, fewer than {SHORTEST_SECRET}."
    return [Error(message, hint="Leave it out: the studio then makes a good one.", id="studio.E005")]


@register()
def provider_may_be_asked(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A key never crosses a network in clear: the client would refuse such an address (PRV-16).

    The address is not repeated: somebody may have put a password into it.
    """
    try:
        base_url(settings.DOITONG_URL)
    except ValueError:
        message = "DOITONG_URL is not an address that a key may be sent to."
        hint = "Write it as https://api.doitong.com; http is for a provider on this machine only."
        return [Error(message, hint=hint, id="studio.E006")]
    return []
