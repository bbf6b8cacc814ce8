"""What only real sockets can show: whether a byte left, and that no server keeps the client waiting."""

import gzip
import ssl
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from studio.doitong import (
    Ambiguous,
    BadAnswer,
    Client,
    DoitongError,
    NotSent,
    Order,
    Refused,
    Secret,
    open_http,
)
from tests.studio.doitong.conftest import KEY
from tests.studio.doitong.loopback import ACCEPTED, Script, Visit, closed_port, serving

ORDER = Order(prompt="A lighthouse at dusk")
SHORT = 0.3  # seconds that the client gives the server
PATIENCE = 2.0  # PRV-03: no exchange lasts longer than its deadline and this


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with open_http() as client:
        yield client


def client_at(port: int, http: httpx.Client, scheme: str = "http", **options: Any) -> Client:
    return Client(base_url=f"{scheme}://127.0.0.1:{port}", key=Secret(KEY), http=http, **options)


def outcome(script: Script, http: httpx.Client, **options: Any) -> DoitongError:
    with serving(script) as port:
        start = time.monotonic()
        with pytest.raises(DoitongError) as caught:
            client_at(port, http, **options).generate(ORDER)
        assert time.monotonic() - start < options.get("create_seconds", 30) + PATIENCE
    return caught.value


def test_a_request_over_the_wire(http: httpx.Client) -> None:
    heard: list[bytes] = []

    def script(visit: Visit) -> None:
        for _ in range(2):
            heard.append(visit.hear())
            visit.answer(ACCEPTED, "Content-Type: application/json", "Set-Cookie: a=b")

    with serving(script) as port:
        client = client_at(port, http)
        for _ in range(2):
            told = client.generate(ORDER)
            assert told.value.remote_id == "abc123xyz"
            assert told.exchange.sent
    first, second = filter(None, heard)  # a connection that ends is heard as nothing
    assert first.startswith(b"POST /graphql HTTP/1.1\r\n")
    assert first.count(KEY.encode()) == 1
    assert b"Cookie" not in second


def test_a_refused_connection_sends_nothing(http: httpx.Client) -> None:
    with pytest.raises(NotSent) as caught:
        client_at(closed_port(), http).generate(ORDER)
    assert caught.value.exchange is not None
    assert not caught.value.exchange.sent
    assert caught.value.exchange.status is None


def test_prv_16_a_certificate_nobody_vouches_for_sends_nothing(http: httpx.Client, tmp_path: Path) -> None:
    heard: list[bytes] = []
    with (
        serving(lambda visit: heard.append(visit.hear()), _self_signed(tmp_path)) as port,
        pytest.raises(NotSent),
    ):
        client_at(port, http, scheme="https").generate(ORDER)
    assert heard == []


def test_a_connection_cut_before_the_answer_is_unknown(http: httpx.Client) -> None:
    error = outcome(lambda visit: _ignore(visit.hear()), http)
    assert type(error) is Ambiguous
    assert error.exchange is not None
    assert error.exchange.sent


def test_a_connection_reset_before_the_answer_is_unknown(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.reset()

    assert type(outcome(script, http)) is Ambiguous


def test_a_connection_reset_after_one_byte_is_unknown(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear_a_byte()
        visit.reset()

    assert type(outcome(script, http)) is Ambiguous


def test_an_answer_cut_in_its_body_is_unknown(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.answer(ACCEPTED[:20], "Content-Type: application/json", length=len(ACCEPTED))

    error = outcome(script, http)
    assert type(error) is Ambiguous
    assert error.status == 200


def test_a_refusal_cut_in_its_body_is_still_a_refusal(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.answer(b"{", "Content-Type: application/json", status="400 Bad Request", length=99)

    assert type(outcome(script, http)) is Refused


@pytest.mark.parametrize("garbage", [b"", b"SSH-2.0-OpenSSH\r\n", b"\0" * 2000, b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_is_unknown(garbage: bytes, http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(garbage)

    assert type(outcome(script, http)) is Ambiguous


def test_endless_headers_end(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(b"HTTP/1.1 200 OK\r\n")
        while True:
            visit.say(b"X-More: " + b"x" * 4000 + b"\r\n")

    assert type(outcome(script, http)) is Ambiguous


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ids=["nothing", "headers", "body"],
)
@pytest.mark.parametrize("dripping", [True, False])
def test_prv_03_no_server_keeps_the_client_longer_than_the_deadline(
    start: bytes, dripping: bool, http: httpx.Client
) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.say(start)
        if dripping and start:
            visit.drip(b"1\r\nx\r\n" if b"chunked" in start else b"x")
        visit.hang()

    error = outcome(script, http, create_seconds=SHORT)
    assert type(error) is Ambiguous
    assert "in time" in error.sentence


def test_the_look_has_a_deadline_of_its_own(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.hang()

    with serving(script) as port, pytest.raises(Ambiguous):
        client_at(port, http, status_seconds=SHORT).look(["abc"])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_prv_04_a_bomb_does_not_go_off(encoding: str, http: httpx.Client) -> None:
    bomb = b'{"data": "' + b"x" * 100_000_000 + b'"}'
    packed = gzip.compress(bomb, 1) if encoding == "gzip" else zlib.compress(bomb, 1)

    def script(visit: Visit) -> None:
        visit.hear()
        visit.answer(packed, "Content-Type: application/json", f"Content-Encoding: {encoding}")

    assert type(outcome(script, http)) is BadAnswer


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"not gzip", "gzip"),
        (gzip.compress(ACCEPTED, mtime=0)[:-9], "gzip"),
        (ACCEPTED, "br"),
        (ACCEPTED, "gzip, gzip"),
    ],
)
def test_a_garbled_encoding_is_a_bad_answer(body: bytes, encoding: str, http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.answer(body, "Content-Type: application/json", f"Content-Encoding: {encoding}")

    assert type(outcome(script, http)) is BadAnswer


def test_honest_compression_is_read(http: httpx.Client) -> None:
    def script(visit: Visit) -> None:
        visit.hear()
        visit.answer(gzip.compress(ACCEPTED), "Content-Type: application/json", "Content-Encoding: gzip")

    with serving(script) as port:
        assert client_at(port, http).generate(ORDER).value.remote_id == "abc123xyz"


def _ignore(_: object) -> None:
    """The script ends, and with it the connection."""


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(secret + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
