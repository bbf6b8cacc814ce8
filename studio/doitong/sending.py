"""Posts a small body to an address that an admin typed. Touches the network, through the given client.

Under the rules of downloads: https, every address of the host public, the connection to the very one
that was checked, no redirect, no cookie, no proxy; one deadline for it all (DL-01 to DL-05).
"""

from collections.abc import Mapping

import httpx

from studio.doitong.addresses import is_loopback, parse
from studio.doitong.deadline import Deadline, within
from studio.doitong.download import resolve
from studio.doitong.routes import Inside, NoRoute, Resolver, Route, checked_routes

_UNCONNECTED = (httpx.ConnectError, httpx.ConnectTimeout)


class SendError(Exception):
    """It was not taken; the text is a sentence for the admin, without the address's query."""


def is_fit(url: str, *, allow_loopback: bool) -> bool:
    """Whether an address may be posted to, as far as its text can tell."""
    place = parse(url)
    if place is None or place.fragment:
        return False
    if is_loopback(place.host):
        return allow_loopback and place.scheme in {"http", "https"}
    return place.scheme == "https"


class Sender:
    """Posts with one client; `allow_loopback` lets it reach this machine, by http too."""

    def __init__(self, *, http: httpx.Client, allow_loopback: bool, resolver: Resolver = resolve) -> None:
        self._http = http
        self._allow_loopback = allow_loopback
        self._resolver = resolver

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, max_seconds: float) -> None:
        """Post once; returns where it was taken (2xx). Raises SendError."""
        place = parse(url)
        if place is None or not is_fit(url, allow_loopback=self._allow_loopback):
            raise SendError("The address is not one that the studio sends to.")
        deadline = Deadline(max_seconds)
        try:
            status = self._status(self._routes(place), body, headers, deadline)
        except Inside:
            raise SendError("The host has an address inside a private network.") from None
        except NoRoute:
            raise SendError("The name of the host cannot be found.") from None
        if not 200 <= status < 300:
            raise SendError(f"The receiver answered with status {status}.")

    def _routes(self, place: httpx.URL) -> list[Route]:
        if is_loopback(place.host):
            return [(place, {}, {})]
        return list(checked_routes(place, self._resolver))

    def _status(
        self, routes: list[Route], body: bytes, headers: Mapping[str, str], deadline: Deadline
    ) -> int:
        for url, names, extensions in routes:
            try:
                with (
                    within(deadline),
                    self._http.stream(
                        "POST",
                        url,
                        content=body,
                        headers={"User-Agent": "prompt-studio", **headers, **names},
                        auth=None,
                        timeout=httpx.Timeout(max(deadline.left, 0.001), connect=deadline.cut(5.0)),
                        follow_redirects=False,
                        extensions=extensions,
                    ) as response,
                ):
                    return response.status_code
            except _UNCONNECTED:
                if deadline.over:
                    break
            except httpx.TimeoutException:
                break
            except httpx.HTTPError:
                raise SendError("The connection to the receiver broke off.") from None
        if deadline.over:
            raise SendError("The receiver took too long to answer.")
        raise SendError("The receiver cannot be reached.")
