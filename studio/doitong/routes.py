"""The ways to a host whose every address was checked: the connection goes to the very one (DL-01, DL-02).

Pure but for the resolver, which is an argument.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from studio.doitong.addresses import is_public

MOST_ADDRESSES = 4

type Resolver = Callable[[str, int], Sequence[str]]
type Route = tuple[httpx.URL, dict[str, str], dict[str, Any]]


class NoRoute(Exception):
    """The name of the host leads nowhere now."""


class Inside(Exception):
    """The name of the host leads into a private network."""


def checked_routes(place: httpx.URL, resolver: Resolver) -> Iterator[Route]:
    """Yield the URL by each of its host's addresses: with the name kept for `Host`, SNI and certificate.

    Raises NoRoute and Inside, the latter if a single address is not public.
    """
    name = place.raw_host.decode("ascii")
    for address in _checked_addresses(name, place.port or 443, resolver):
        yield place.copy_with(host=address), {"Host": place.netloc.decode("ascii")}, {"sni_hostname": name}


def _checked_addresses(name: str, port: int, resolver: Resolver) -> Sequence[str]:
    try:
        found = resolver(name, port)
    except (OSError, UnicodeError):
        raise NoRoute from None
    if not found or not all(map(is_public, found)):
        raise Inside
    return found[:MOST_ADDRESSES]
