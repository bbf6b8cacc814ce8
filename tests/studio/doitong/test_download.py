import gzip
import hashlib
import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from studio.doitong import (
    Client,
    DownloadError,
    HostRefused,
    Interrupted,
    NotFound,
    Secret,
    TooLarge,
    TooSlow,
    open_http,
)
from tests.studio.doitong.conftest import KEY, Handler, MakeClient
from tests.studio.doitong.loopback import Visit, serving

URL = "https://cdn.doitong.com/outputs/abc123xyz.jpg"
PICTURE = bytes(range(256)) * 1000
PUBLIC = ["93.184.215.14", "2606:4700:4700::1111"]


def fetch(make: MakeClient, handler: Handler, url: str = URL, **options: Any) -> tuple[Any, bytes]:
    into = io.BytesIO()
    settings: dict[str, Any] = {"resolver": lambda _host, _port: PUBLIC} | options
    picture = make(handler, **settings).download(url, into, max_bytes=len(PICTURE), max_seconds=5)
    return picture, into.getvalue()


def picture_is(content: bytes, **headers: str) -> Handler:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(200, headers=named, content=content)


def test_the_picture_is_written_and_measured(client_of: MakeClient) -> None:
    picture, written = fetch(client_of, picture_is(PICTURE, content_type="text/html"))
    assert written == PICTURE
    assert (picture.bytes, picture.sha256) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())


def test_dl_02_the_connection_goes_to_the_address_that_was_checked(client_of: MakeClient) -> None:
    """DL-02: a name that answers otherwise the second time changes nothing, for it is asked once."""
    seen: list[httpx.Request] = []
    asked: list[tuple[str, int]] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return PUBLIC

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"x")

    fetch(client_of, server, resolver=resolver)
    [request] = seen
    assert asked == [("cdn.doitong.com", 443)]
    assert request.url.host == "93.184.215.14"
    assert request.headers["host"] == "cdn.doitong.com"
    assert request.extensions["sni_hostname"] == "cdn.doitong.com"
    assert request.url.path == "/outputs/abc123xyz.jpg"


def test_the_key_never_goes_along(client_of: MakeClient) -> None:
    seen: list[httpx.Headers] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, content=b"x")

    fetch(client_of, server)
    assert not {"authorization", "x-api-key", "cookie"} & set(seen[0])
    assert KEY not in str(seen[0].raw)


def test_the_next_address_is_tried_when_one_does_not_connect(client_of: MakeClient) -> None:
    tried: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        if len(tried) == 1:
            raise httpx.ConnectError("no route")
        return httpx.Response(200, content=b"x")

    assert fetch(client_of, server)[1] == b"x"
    assert tried == PUBLIC


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.0.0.1", "100.64.0.1", "64:ff9b::7f00:1", "::ffff:127.0.0.1"]
)
@pytest.mark.parametrize("company", [[], PUBLIC])
def test_dl_01_one_address_inside_refuses_them_all(
    inside: str, company: list[str], client_of: MakeClient
) -> None:
    with pytest.raises(HostRefused):
        fetch(client_of, _unreached, resolver=lambda _host, _port: [*company, inside])


def test_a_name_without_addresses_is_refused(client_of: MakeClient) -> None:
    with pytest.raises(HostRefused):
        fetch(client_of, _unreached, resolver=lambda _host, _port: [])


def test_a_name_that_cannot_be_resolved_may_come_back(client_of: MakeClient) -> None:
    def resolver(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(Interrupted) as caught:
        fetch(client_of, _unreached, resolver=resolver)
    assert caught.value.temporary


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.doitong.com/a",
        "https://evil.example/a",
        "https://cdn.doitong.com:8443/a",
        "x",
        "",
        "https://[",
    ],
)
def test_dl_04_other_places_are_never_asked(url: str, client_of: MakeClient) -> None:
    with pytest.raises(HostRefused):
        fetch(client_of, _unreached, url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_host_is_followed(status: int, client_of: MakeClient) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/outputs/abc123xyz.jpg":
            return httpx.Response(status, headers={"location": "../moved.jpg"})
        assert request.url.path == "/moved.jpg"
        return httpx.Response(200, content=PICTURE)

    assert fetch(client_of, server)[1] == PICTURE


@pytest.mark.parametrize(
    "location",
    [
        "https://api.doitong.com/a",
        "https://evil.example/",
        "http://cdn.doitong.com/a",
        "https://cdn.doitong.com:8443/a",
        "//evil.example/",
        "http://127.0.0.1/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "https://user@cdn.doitong.com/a",
        "https://[",
    ],
)
def test_dl_03_a_redirect_to_another_place_is_not(location: str, client_of: MakeClient) -> None:
    asked: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"location": location})

    with pytest.raises(HostRefused):
        fetch(client_of, server)
    assert len(asked) == 1


def test_dl_03_a_circle_ends(client_of: MakeClient) -> None:
    asked: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"location": request.url.path})

    with pytest.raises(HostRefused):
        fetch(client_of, server)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "kind", "temporary"),
    [
        (404, NotFound, False),
        (410, NotFound, False),
        (403, DownloadError, False),
        (204, DownloadError, False),
        (206, DownloadError, False),
        (302, DownloadError, False),
        (429, Interrupted, True),
        (500, Interrupted, True),
        (503, Interrupted, True),
    ],
)
def test_other_statuses(
    status: int, kind: type[DownloadError], temporary: bool, client_of: MakeClient
) -> None:
    with pytest.raises(kind) as caught:
        fetch(client_of, lambda _: httpx.Response(status, content=b""))
    assert (type(caught.value), caught.value.temporary, caught.value.status) == (kind, temporary, status)


def test_a_picture_of_exactly_the_cap_is_taken(client_of: MakeClient) -> None:
    assert fetch(client_of, picture_is(PICTURE))[0].bytes == len(PICTURE)


def test_prv_04_one_byte_more_is_too_large(client_of: MakeClient) -> None:
    with pytest.raises(TooLarge):
        fetch(client_of, picture_is(PICTURE + b"x"))


def test_prv_04_the_cap_counts_decoded_bytes(client_of: MakeClient) -> None:
    into = io.BytesIO()
    packed = gzip.compress(b"\0" * 50_000_000, 1)
    client = client_of(
        _streamed(packed, **{"content-encoding": "gzip"}), resolver=lambda _host, _port: PUBLIC
    )
    with pytest.raises(TooLarge):
        client.download(URL, into, max_bytes=1_000_000, max_seconds=5)
    assert len(into.getvalue()) <= 1_000_000


def test_packed_pictures_are_unpacked(client_of: MakeClient) -> None:
    picture, written = fetch(client_of, _streamed(gzip.compress(PICTURE), **{"content-encoding": "gzip"}))
    assert written == PICTURE
    assert picture.sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_fewer_bytes_than_promised_are_a_part(client_of: MakeClient) -> None:
    with pytest.raises(Interrupted):
        fetch(client_of, _streamed(PICTURE[:-1], **{"content-length": str(len(PICTURE))}))


def test_a_full_disk_is_told_as_it_is(client_of: MakeClient) -> None:
    class Full(io.BytesIO):
        def write(self, _data: Any) -> int:
            raise OSError(28, "No space left on device")

    client = client_of(picture_is(PICTURE), resolver=lambda _host, _port: PUBLIC)
    with pytest.raises(OSError, match="No space"):
        client.download(URL, Full(), max_bytes=len(PICTURE), max_seconds=5)


class TestOverSockets:
    """From this machine, as from the sandbox: with `allow_private`."""

    @pytest.fixture
    def http(self) -> Iterator[httpx.Client]:
        with open_http() as client:
            yield client

    def fetch(self, port: int, http: httpx.Client, path: str = "/a.jpg", seconds: float = 5) -> bytes:
        into = io.BytesIO()
        base = f"http://127.0.0.1:{port}"
        client = Client(base_url=base, key=Secret(KEY), http=http, allow_private=True)
        client.download(base + path, into, max_bytes=1_000_000, max_seconds=seconds)
        return into.getvalue()

    def test_a_picture(self, http: httpx.Client) -> None:
        def script(visit: Visit) -> None:
            visit.hear()
            visit.answer(PICTURE)

        with serving(script) as port:
            assert self.fetch(port, http) == PICTURE

    def test_without_leave_this_machine_is_never_asked(self, http: httpx.Client) -> None:
        with serving(lambda _: pytest.fail("reached")) as port:
            base = f"http://127.0.0.1:{port}"
            client = Client(base_url=base, key=Secret(KEY), http=http)
            with pytest.raises(HostRefused):
                client.download(base + "/a.jpg", io.BytesIO(), max_bytes=1, max_seconds=1)

    @pytest.mark.parametrize("in_headers", [True, False])
    def test_prv_03_a_drip_ends_with_the_deadline(self, in_headers: bool, http: httpx.Client) -> None:
        def script(visit: Visit) -> None:
            visit.hear()
            visit.say(b"HTTP/1.1 200 OK\r\nX: " if in_headers else b"HTTP/1.1 200 OK\r\n\r\n")
            visit.drip(b"x")

        with serving(script) as port:
            start = time.monotonic()
            with pytest.raises(TooSlow):
                self.fetch(port, http, seconds=0.3)
            assert time.monotonic() - start < 2

    def test_a_cut_picture_is_interrupted(self, http: httpx.Client) -> None:
        def script(visit: Visit) -> None:
            visit.hear()
            visit.answer(PICTURE[:1000], length=len(PICTURE))

        with serving(script) as port, pytest.raises(Interrupted):
            self.fetch(port, http)

    def test_prv_04_an_endless_picture_ends_at_the_cap(self, http: httpx.Client) -> None:
        def script(visit: Visit) -> None:
            visit.hear()
            visit.say(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                visit.say(b"x" * 65_536)

        with serving(script) as port, pytest.raises(TooLarge):
            self.fetch(port, http)


def _streamed(content: bytes, **headers: str) -> Handler:
    """An answer whose body httpx has not read and decoded beforehand."""

    def pieces() -> Iterator[bytes]:
        yield content

    return lambda _: httpx.Response(200, headers=headers, content=pieces())


def _unreached(_: httpx.Request) -> httpx.Response:
    pytest.fail("nothing may be asked")
