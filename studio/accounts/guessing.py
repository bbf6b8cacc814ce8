"""How often an address may try a secret that is none. Touches the cache alone, where counts end."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 15 * 60  # seconds
MOST_MISSES = 20  # of one address


def may_try(request: HttpRequest) -> bool:
    """Say whether this address has not guessed too often."""
    return int(cache.get(_key(request), 0)) < MOST_MISSES


def missed(request: HttpRequest) -> None:
    """Count a secret that is none."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW):
        try:
            cache.incr(key)
        except ValueError:  # it ran out in between
            cache.add(key, 1, WINDOW)


def _key(request: HttpRequest) -> str:
    return f"invitation:misses:{get_adapter().get_client_ip(request)}"
