"""The key is in no error, no frame of its traceback, no exchange and no value (D8, D9, PRV-14)."""

import gc
import json
import logging
import traceback
from types import TracebackType
from typing import Any

import httpx
import pytest

from studio.doitong import Client, DoitongError, Order, Secret
from tests.studio.doitong.conftest import KEY, MakeClient, answer, sample
from tests.studio.doitong.loopback import closed_port

ODD_KEY = 'dk_live_"<CANARY>\\&4f81c2d0'
ORDER = Order(prompt="A lighthouse at dusk")
SPELLINGS = {KEY, KEY[::-1]}


def frames(tb: TracebackType | None) -> list[dict[str, Any]]:
    found = []
    while tb is not None:
        if "studio/doitong" in tb.tb_frame.f_code.co_filename.replace("\\", "/"):
            found.append(tb.tb_frame.f_locals)
        tb = tb.tb_next
    return found


def reachable(value: object, depth: int = 6) -> list[object]:
    """Everything that an error report could walk to, without the Secret and what is not data."""
    seen: dict[int, object] = {}
    level = [value]
    for _ in range(depth):
        following = []
        for item in level:
            if id(item) in seen or isinstance(item, Secret | type) or callable(item):
                continue
            seen[id(item)] = item
            following += gc.get_referents(item)
        level = following
    return list(seen.values())


def assert_clean(error: DoitongError) -> None:
    assert error.__context__ is None
    assert error.__cause__ is None
    report = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    for spelling in SPELLINGS:
        assert spelling not in report
    for scope in frames(error.__traceback__):
        for item in reachable({name: value for name, value in scope.items() if name != "self"}):
            text = (
                item if isinstance(item, str) else item.decode("latin-1") if isinstance(item, bytes) else ""
            )
            assert not any(spelling in text for spelling in SPELLINGS)


@pytest.mark.parametrize("dialect", ["graphql", "generateImage", "rest"])
@pytest.mark.parametrize("told", sample("broken"), ids=lambda told: told["about"])
def test_no_error_of_an_answer_holds_the_key(
    told: dict[str, Any], dialect: str, client_of: MakeClient
) -> None:
    client = client_of(lambda _: answer(told), dialect=dialect)
    with pytest.raises(DoitongError) as caught:
        client.generate(ORDER)
    assert_clean(caught.value)


@pytest.mark.parametrize("dialect", ["graphql", "rest"])
@pytest.mark.parametrize(
    "kind",
    [
        httpx.ConnectError,
        httpx.ReadTimeout,
        httpx.ReadError,
        httpx.RemoteProtocolError,
        httpx.LocalProtocolError,
    ],
)
def test_no_error_of_the_network_holds_the_key(
    kind: type[httpx.TransportError], dialect: str, client_of: MakeClient
) -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        raise kind(f"Illegal header value b'Bearer {KEY}\\n'", request=request)

    with pytest.raises(DoitongError) as caught:
        client_of(provider, dialect=dialect).generate(ORDER)
    assert_clean(caught.value)


def test_no_error_of_a_real_socket_holds_the_key() -> None:
    with httpx.Client() as http, pytest.raises(DoitongError) as caught:
        Client(base_url=f"http://127.0.0.1:{closed_port()}", key=Secret(KEY), http=http).generate(ORDER)
    assert_clean(caught.value)


@pytest.mark.parametrize("key", [KEY, ODD_KEY, "sbx_free"])
@pytest.mark.parametrize("status", [200, 400, 402, 500])
@pytest.mark.parametrize("escaped", [True, False])
def test_prv_14_an_echoed_key_is_scrubbed(
    key: str, status: int, escaped: bool, client_of: MakeClient
) -> None:
    echo = f"key {key} and {key[::-1]}"
    body = {"data": None, "errors": [{"message": echo, "extensions": {"code": "BAD_REQUEST", key: echo}}]}
    text = json.dumps(body)
    if escaped:
        text = text.replace(json.dumps(key)[1:-1], "".join(f"\\u{ord(c):04x}" for c in key))
    client = client_of(lambda _: answer({"status": status, "text": text}), key=Secret(key))
    with pytest.raises(DoitongError) as caught:
        client.generate(Order(prompt=f"a poster of {key}"))
    error = caught.value
    assert error.exchange is not None
    told = [error.sentence, str(error.message), str(error.code), repr(error.exchange)]
    told.append(json.dumps(json.loads(error.exchange.response_text), ensure_ascii=False))
    for text in told:
        assert key not in text
        assert key[::-1] not in text
    assert error.message == "key •••• and ••••"


def test_a_key_hidden_between_control_characters_is_scrubbed(client_of: MakeClient) -> None:
    hidden = "\u200b".join(KEY)
    client = client_of(lambda _: answer({"status": 400, "body": {"errors": [{"message": f"bad {hidden}"}]}}))
    with pytest.raises(DoitongError) as caught:
        client.generate(ORDER)
    assert caught.value.message == "bad ••••"


def test_an_echo_in_a_page_of_html_is_scrubbed(client_of: MakeClient) -> None:
    page = f"<html><p>{KEY}</p><!-- {KEY[::-1]} --></html>"
    told = {"status": 502, "text": page, "headers": {"content-type": "text/html"}}
    with pytest.raises(DoitongError) as caught:
        client_of(lambda _: answer(told)).generate(ORDER)
    assert caught.value.exchange is not None
    assert caught.value.exchange.response_text == "<html><p>••••</p><!-- •••• --></html>"


def test_an_echo_in_a_good_answer_is_scrubbed(client_of: MakeClient) -> None:
    job = {
        "id": "abc",
        "status": "processing",
        "metadata": {KEY: [KEY]},
        "url": f"https://cdn.doitong.com/{KEY}",
    }
    told = client_of(lambda _: answer({"status": 200, "body": {"data": {"generate": job}}})).generate(ORDER)
    assert KEY not in f"{told} {dict(told.value.raw)}"


def test_no_log_line_holds_the_key(client_of: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("httpx", "httpcore"):  # the studio's settings keep them quieter
        caplog.set_level(logging.DEBUG, logger=name)
    with caplog.at_level(logging.DEBUG):
        for dialect in ("graphql", "generateImage", "rest"):
            client_of(lambda _: answer(sample("accepted")), dialect=dialect).generate(ORDER)
    assert caplog.records
    assert KEY not in caplog.text


def test_a_client_shows_no_key(client_of: MakeClient) -> None:
    client = client_of(lambda _: answer(sample("accepted")))
    assert KEY not in f"{client!r} {vars(client)}"


TOKEN = "Zk3vQw8LrT1yBx5NcMd7PfGh2JsKa9Eu0RiOoUqXwVz"
ADDRESS = f"https://studio.example/hooks/doitong/{TOKEN}"


@pytest.mark.parametrize("dialect", ["graphql", "generateImage", "rest"])
def test_the_secret_of_a_webhooks_address_is_sent_and_kept_nowhere(
    dialect: str, client_of: MakeClient
) -> None:
    sent: list[bytes] = []

    def echo(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        job = {"id": "abc123xyz", "status": "processing", "webhookUrl": ADDRESS}
        return httpx.Response(200, json={"data": {"generate": job}}, headers={"x-request-id": TOKEN})

    answered = client_of(echo, dialect=dialect).generate(Order(prompt="A lighthouse", webhook_url=ADDRESS))
    assert ADDRESS.encode() in sent[0]
    assert TOKEN not in repr([answered, answered.exchange, answered.value.raw])
    assert "hooks/doitong/" in json.dumps(answered.exchange.request_body)


def test_no_error_repeats_the_secret_of_a_webhooks_address(client_of: MakeClient) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        message = f"webhookUrl {ADDRESS} is not one we can reach"
        return httpx.Response(400, json={"errors": [{"message": message}]})

    with pytest.raises(DoitongError) as caught:
        client_of(refuse).generate(Order(prompt="A lighthouse", webhook_url=ADDRESS))
    assert "webhookUrl" in caught.value.sentence
    assert TOKEN not in caught.value.sentence + repr(caught.value.exchange)
