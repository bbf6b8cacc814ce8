"""Where the studio may connect to. Pure: names and addresses in, yes or no out (DL-01 to DL-04, D14).

URLs are taken apart by httpx, the library that connects, because two parsers can disagree.
"""

import ipaddress
from collections.abc import Collection

import httpx

_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)  # IPv6 that carries an IPv4 address inside: compatible, NAT64, 6to4, Teredo


def is_public(address: str) -> bool:
    """Whether this IP address is one of the open internet, once unwrapped."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip.version == network.version and ip in network for network in _NEVER):
        return False
    return ip.is_global and not ip.is_multicast and not getattr(ip, "is_site_local", False)


def is_loopback(host: str) -> bool:
    """Whether this host is the machine itself, by name or address; an IPv6 one may stand in brackets."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def parse(url: str) -> httpx.URL | None:
    """`url` as httpx understands it, or None where it does not, or has a user name in it."""
    try:
        parsed = httpx.URL(url)
        usable = bool(parsed.host) and not parsed.userinfo
    except (httpx.InvalidURL, ValueError, TypeError):
        return None
    return parsed if usable else None


def base_url(url: str) -> str:
    """The base URL of the API without a slash at its end.

    Raises `ValueError` unless it is https, or http to the machine itself (PRV-16): a key never
    crosses a network in clear.
    """
    parsed = parse(url)
    if parsed is None or parsed.query or parsed.fragment:
        raise ValueError("the base URL of Doitong is not a plain URL")
    if parsed.scheme != "https" and not (parsed.scheme == "http" and is_loopback(parsed.host)):
        raise ValueError("the base URL of Doitong must be https (http only on this machine)")
    return str(parsed).rstrip("/")


class Gate:
    """The hosts that pictures may come from.

    `hosts` are names (`cdn.example`, port 443) or names with a port. The API's own host and port
    always belong to them. `allow_private` is for the sandbox: http, to the machine itself only.
    """

    def __init__(self, *, base: str, hosts: Collection[str], allow_private: bool) -> None:
        self._allow_private = allow_private
        api = httpx.URL(base)
        # On the machine itself a bare name means the API's own port: other services live there too.
        self._places = {_place(host, _port(api)) for host in hosts} | {_site(api)[1:]}

    def admits(self, url: httpx.URL) -> bool:
        """Whether a picture may be fetched from `url`, as far as its text can tell."""
        scheme, host, port = _site(url)
        if (host, port) not in self._places:
            return False
        if scheme == "http":
            return self._allow_private and is_loopback(host)
        return scheme == "https"


def same_site(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether both have one scheme, host and port: the only redirects that are followed (DL-03)."""
    return _site(one) == _site(other)


def _site(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.raw_host.decode("ascii").lower(), _port(url)


def _port(url: httpx.URL) -> int:
    return url.port or (80 if url.scheme == "http" else 443)


def _place(host: str, api_port: int) -> tuple[str, int]:
    parsed = httpx.URL(f"https://{host}")
    name = parsed.raw_host.decode("ascii").lower()
    return name, parsed.port or (api_port if is_loopback(name) else 443)
