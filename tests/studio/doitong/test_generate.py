import json
from typing import Any

import httpx
import pytest

import studio.doitong as doitong
from studio.doitong import (
    Client,
    DoitongError,
    InsufficientCredits,
    Order,
    RateLimited,
    Refused,
    Secret,
    Status,
)
from tests.studio.doitong.conftest import KEY, NOW, MakeClient, answer, sample

ORDER = Order(prompt="A lighthouse at dusk")


@pytest.mark.parametrize("name", ["request_graphql", "request_generate_image", "request_rest"])
def test_the_request_is_the_documented_one(name: str, client_of: MakeClient) -> None:
    told = sample(name)
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(sample("accepted"))

    heard = client_of(provider, dialect=told["dialect"]).generate(Order(**told["order"]))
    [request] = seen
    body = json.loads(request.content)
    assert (request.method, request.url.path) == (told["method"], told["path"])
    assert request.headers["content-type"] == "application/json"
    assert (body["variables"] if "variables" in told else body) == told.get("variables", told.get("body"))
    assert told["order"]["prompt"] not in body.get("query", "")
    assert heard.exchange.request_body == body


@pytest.mark.parametrize(
    ("dialect", "name", "value"),
    [
        ("graphql", "authorization", f"Bearer {KEY}"),
        ("generateImage", "authorization", f"Bearer {KEY}"),
        ("rest", "x-api-key", KEY),
    ],
)
def test_each_endpoint_gets_its_own_header(
    dialect: str, name: str, value: str, client_of: MakeClient
) -> None:
    seen: list[httpx.Headers] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return answer(sample("accepted"))

    client_of(provider, dialect=dialect).generate(ORDER)
    assert seen[0][name] == value
    assert sum(KEY in text for text in seen[0].values()) == 1


def test_the_documented_acceptance(client_of: MakeClient) -> None:
    told = client_of(lambda _: answer(sample("accepted"))).generate(ORDER)
    job, exchange = told.value, told.exchange
    assert (job.remote_id, job.status, job.url) == ("abc123xyz", Status.PROCESSING, None)
    assert job.created_at == NOW
    assert job.raw["webhookUrl"] == "https://studio.example/hooks/doitong/T0k3n"
    assert (exchange.method, exchange.url, exchange.status) == (
        "POST",
        "https://api.doitong.com/graphql",
        200,
    )
    assert exchange.sent
    assert exchange.started_at == NOW
    assert exchange.rate is not None
    assert (exchange.rate.limit, exchange.rate.remaining) == (60, 59)
    assert (exchange.rate.reset_at or NOW).timestamp() == NOW.timestamp() + 60
    assert "abc123xyz" in exchange.response_text


@pytest.mark.parametrize("name", ["completed", "generate_image"])
def test_an_answer_may_bring_the_picture_at_once(name: str, client_of: MakeClient) -> None:
    job = client_of(lambda _: answer(sample(name))).generate(ORDER).value
    assert job.status is Status.COMPLETED
    assert job.url == "https://cdn.doitong.com/outputs/abc123xyz.jpg"


@pytest.mark.parametrize("told", sample("jobs"), ids=lambda told: told["about"])
def test_only_what_can_be_believed_is_believed(told: dict[str, Any], client_of: MakeClient) -> None:
    body = {"data": {"generate": told["job"]}}
    job = client_of(lambda _: answer({"status": 200, "body": body})).generate(ORDER).value
    for name, wanted in told["expect"].items():
        value = getattr(job, name)
        value = list(value) if name == "anomalies" else value
        assert (value.isoformat() if hasattr(value, "isoformat") else value) == wanted, name


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "1" + "0" * 400 + ".5"]
)
def test_prv_06_a_dishonest_number_spoils_its_own_field_only(number: str, client_of: MakeClient) -> None:
    text = '{"data": {"generate": {"id": "abc", "status": "completed", "creditCost": %s}}}' % number  # noqa: UP031
    job = client_of(lambda _: answer({"status": 200, "text": text})).generate(ORDER).value
    assert job.credit_cost is None
    assert "credit_cost_refused" in job.anomalies
    json.dumps(dict(job.raw), allow_nan=False)


@pytest.mark.parametrize("told", sample("broken"), ids=lambda told: told["about"])
def test_prv_05_every_broken_answer_ends_in_its_own_error(
    told: dict[str, Any], client_of: MakeClient
) -> None:
    client = client_of(lambda _: answer(told))
    with pytest.raises(DoitongError) as caught:
        client.generate(ORDER)
    error = caught.value
    assert type(error) is getattr(doitong, told["error"])
    assert error.status == told["status"]
    assert error.exchange is not None
    assert error.exchange.sent
    assert str(error) == error.sentence
    assert error.sentence.endswith((".", "”"))


@pytest.mark.parametrize(
    "body",
    [
        '{"id": "a"}'.encode("utf-16"),
        '{"id": "a"}'.encode("utf-32"),
        b'{"id": "\xff"}',
        b"\x00",
        b"\x1f\x8b\x08",
    ],
)
def test_other_encodings_are_no_answer(body: bytes, client_of: MakeClient) -> None:
    headers = {"content-type": "application/json"}
    client = client_of(lambda _: httpx.Response(200, headers=headers, content=body))
    with pytest.raises(doitong.BadAnswer):
        client.generate(ORDER)


def test_the_numbers_of_a_402_are_read(client_of: MakeClient) -> None:
    with pytest.raises(InsufficientCredits) as caught:
        client_of(lambda _: answer(sample("insufficient_credits"))).generate(ORDER)
    error = caught.value
    assert (error.required, error.available, error.code) == (100, 50, "INSUFFICIENT_CREDITS")
    assert error.sentence == "There are not enough credits at Doitong: it needs 100, and has 50."


def test_a_429_carries_the_window(client_of: MakeClient) -> None:
    told = {"status": 429, "text": "", "headers": {"Retry-After": "7", "X-RateLimit-Remaining": "0"}}
    with pytest.raises(RateLimited) as caught:
        client_of(lambda _: answer(told)).generate(ORDER)
    assert caught.value.rate is not None
    assert (caught.value.rate.retry_after, caught.value.rate.remaining) == (7.0, 0)


def test_a_job_beside_errors_is_not_lost(client_of: MakeClient) -> None:
    body = sample("generate")["body"] | {
        "errors": [{"message": "metadata failed", "path": ["generate", "metadata"]}]
    }
    job = client_of(lambda _: answer({"status": 200, "body": body})).generate(ORDER).value
    assert job.remote_id == "abc123xyz"
    assert job.anomalies == ("errors_beside_data",)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"generate": {"id": "abc"}}},
        {"data": {"GenerateImage": {"id": "abc"}, "extra": {"id": "other"}}},
        {"data": {"anyAlias": {"id": "abc"}}},
        {"data": {"id": "abc", "metadata": {"id": "other"}}},
        {"id": "abc", "metadata": {"width": 1}},
    ],
)
def test_the_job_is_found_wherever_it_stands(body: dict[str, Any], client_of: MakeClient) -> None:
    told = {"status": 201, "body": body, "headers": {"content-type": "application/graphql-response+json"}}
    assert client_of(lambda _: answer(told)).generate(ORDER).value.remote_id == "abc"


@pytest.mark.parametrize("size", [1_048_577, 10_000_000])
def test_prv_04_an_answer_over_a_megabyte_is_no_answer(size: int, client_of: MakeClient) -> None:
    told = {"status": 200, "text": '{"data": "' + "x" * size + '"}'}
    with pytest.raises(doitong.BadAnswer, match="too large"):
        client_of(lambda _: answer(told)).generate(ORDER)


def test_the_kept_text_is_four_kilobytes_at_the_most(client_of: MakeClient) -> None:
    body = {"data": {"generate": {"id": "abc", "metadata": "ü" * 9000}}}
    text = client_of(lambda _: answer({"status": 200, "body": body})).generate(ORDER).exchange.response_text
    assert 4000 < len(text.encode()) <= 4096


def test_the_prompt_is_trimmed_and_composed(client_of: MakeClient) -> None:
    heard = client_of(lambda _: answer(sample("accepted"))).generate(Order(prompt="  Cafe\u0301\n at night "))
    body: Any = heard.exchange.request_body
    assert body["variables"]["input"]["input"]["text"] == "Café\n at night"


@pytest.mark.parametrize("prompt", ["a\0b", "a\x1bb", "a\ud800b"])
def test_a_prompt_that_cannot_be_sent_is_refused_here(prompt: str, client_of: MakeClient) -> None:
    def provider(_: httpx.Request) -> httpx.Response:
        pytest.fail("nothing may be sent")

    with pytest.raises(Refused) as caught:
        client_of(provider).generate(Order(prompt=prompt))
    assert caught.value.exchange is None


def test_the_clients_settings_are_checked() -> None:
    with httpx.Client() as http:
        for url in (
            "http://api.doitong.com",
            "ftp://x",
            "https://u:p@api.doitong.com",
            "",
            "https://",
            "https://a?b",
        ):
            with pytest.raises(ValueError):
                Client(base_url=url, key=Secret(KEY), http=http)
        with pytest.raises(ValueError):
            Client(base_url="https://api.doitong.com", key=Secret(KEY), http=http, dialect="soap")
        Client(base_url="http://127.0.0.1:8001/", key=Secret(KEY), http=http)


def test_an_unusable_key_is_refused_without_being_repeated() -> None:
    with httpx.Client() as http, pytest.raises(doitong.UnusableKey) as caught:
        Client(base_url="https://api.doitong.com", key=Secret("dk_live_secret\n"), http=http)
    assert "dk_live" not in str(caught.value)
    assert isinstance(caught.value, doitong.Unauthorized)
