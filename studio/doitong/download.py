"""Fetches a finished picture from the provider's CDN into a file. Touches the network and that file.

The address comes from outside, so nothing in it is believed: the host must be on the list, every
address that it resolves to must be public, and the connection goes to the very address that was
checked (DL-01 to DL-04). No key and no cookie ever go along.
"""

import hashlib
import socket
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import httpx

from studio.doitong.addresses import Gate, parse, same_site
from studio.doitong.body import BodyFault, Late, TooMuch, read_pieces
from studio.doitong.deadline import Deadline, Stopwatch, within
from studio.doitong.errors import DownloadError, HostRefused, Interrupted, NotFound, TooLarge, TooSlow
from studio.doitong.routes import Inside, NoRoute, Resolver, Route, checked_routes
from studio.doitong.values import Picture

REDIRECTS = 3
_MOVED = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_LATER = {408, 425, 429}
_HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "prompt-studio"}
_UNCONNECTED = (httpx.ConnectError, httpx.ConnectTimeout)


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of `host`, as the machine's resolver tells them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Downloader:
    """Downloads under the rules of one `Gate`; `check_addresses` is off for the sandbox alone."""

    def __init__(
        self,
        *,
        http: httpx.Client,
        gate: Gate,
        check_addresses: bool,
        stopwatch: Stopwatch,
        resolver: Resolver = resolve,
    ) -> None:
        self._http = http
        self._gate = gate
        self._check_addresses = check_addresses
        self._stopwatch = stopwatch
        self._resolver = resolver

    def fetch(self, url: str, into: BinaryIO, *, max_bytes: int, max_seconds: float) -> Picture:
        """Write the picture at `url` into `into`. Raises a `DownloadError`; `into` may then hold a part."""
        deadline = Deadline(max_seconds, self._stopwatch)
        place = self._admitted(url)
        for _ in range(REDIRECTS + 1):
            answer = self._ask(place, into, max_bytes, deadline)
            if isinstance(answer, Picture):
                return answer
            place = self._followed(place, answer)
        raise HostRefused("The picture's address leads in a circle.")

    def _admitted(self, url: str) -> httpx.URL:
        place = parse(url)
        if place is None or not self._gate.admits(place):
            raise HostRefused("The picture's address is not one that the studio fetches from.")
        return place

    def _followed(self, place: httpx.URL, location: str) -> httpx.URL:
        try:
            target = place.join(location)
        except (httpx.InvalidURL, ValueError):
            target = None
        if target is None or target.userinfo or not same_site(place, target):
            raise HostRefused("The picture's address leads to another host.")
        return target

    def _ask(self, place: httpx.URL, into: BinaryIO, cap: int, deadline: Deadline) -> Picture | str:
        """The picture, or where it has moved to. Goes on to the next address while none connects."""
        for url, headers, extensions in self._routes(place):
            try:
                with (
                    within(deadline),
                    self._http.stream(
                        "GET",
                        url,
                        headers=_HEADERS | headers,
                        auth=None,
                        timeout=httpx.Timeout(max(deadline.left, 0.001), connect=deadline.cut(5.0)),
                        follow_redirects=False,
                        extensions=extensions,
                    ) as response,
                ):
                    return _take(response, into, cap, deadline)
            except _UNCONNECTED:
                if deadline.over:
                    break
            except (httpx.TimeoutException, Late):
                break
            except TooMuch:
                raise _too_large() from None
            except (httpx.HTTPError, BodyFault):
                raise Interrupted("The download of the picture broke off.") from None
        if deadline.over:
            raise TooSlow("The picture took too long to arrive.")
        raise Interrupted("The server with the picture cannot be reached.")

    def _routes(self, place: httpx.URL) -> Iterator[Route]:
        """The same URL by each checked address: with the name kept for `Host`, SNI and certificate."""
        if not self._check_addresses:
            yield place, {}, {}
            return
        try:
            yield from checked_routes(place, self._resolver)
        except NoRoute:
            raise Interrupted("The name of the server with the picture cannot be found.") from None
        except Inside:
            raise HostRefused(
                "The server with the picture has an address inside a private network."
            ) from None


def _take(response: httpx.Response, into: BinaryIO, cap: int, deadline: Deadline) -> Picture | str:
    status = response.status_code
    if status in _MOVED and response.headers.get("location"):
        return str(response.headers["location"])
    if status != 200:
        raise _refusal(status)
    announced = _announced(response)
    if announced is not None and announced > cap:
        raise _too_large()
    picture = _write(read_pieces(response, cap=cap, deadline=deadline), into)
    if announced is not None and picture.bytes != announced:
        raise Interrupted("The picture arrived only in part.")
    return picture


def _announced(response: httpx.Response) -> int | None:
    """The length that the headers promise, where it is that of the picture and not of a packed form."""
    length = response.headers.get("content-length", "")
    packed = response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}
    return int(length) if not packed and length.isascii() and length.isdigit() and len(length) < 16 else None


def _write(pieces: Iterator[bytes], into: BinaryIO) -> Picture:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        into.write(piece)
        digest.update(piece)
        size += len(piece)
    return Picture(bytes=size, sha256=digest.hexdigest())


def _refusal(status: int) -> DownloadError:
    if status in _GONE:
        return NotFound("Doitong no longer has the picture.", status=status)
    if status >= 500 or status in _LATER:
        return Interrupted(f"The server with the picture answered with status {status}.", status=status)
    return DownloadError(f"The server with the picture answered with status {status}.", status=status)


def _too_large() -> TooLarge:
    return TooLarge("The picture is larger than allowed.")
