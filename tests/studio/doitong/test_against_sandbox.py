"""Client and sandbox were written from one page and share no code: here they meet, in one process."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from studio.doitong import (
    Ambiguous,
    BadAnswer,
    Client,
    DoitongError,
    DownloadError,
    HostRefused,
    InsufficientCredits,
    Interrupted,
    NotFound,
    Order,
    RateLimited,
    Refused,
    Secret,
    ServerError,
    Status,
    TooLarge,
    Unauthorized,
    read_webhook,
    verify_signature,
)
from studio.sandbox.app import Sandbox, create_app

BASE = "http://127.0.0.1:8001"
ORDER = Order(prompt="A lighthouse at dusk", width=512, height=512, quality="high", version="flux-krea")
DIALECTS = ("graphql", "generateImage", "rest")

type Connect = Callable[..., Client]


class Provider:
    """The sandbox on a clock of its own, with the webhooks that it sent."""

    def __init__(self) -> None:
        self.now = time.time()
        self.posted: list[tuple[str, bytes, dict[str, str]]] = []
        self.app: Sandbox = create_app(
            latency=5, fast=True, clock=lambda: self.now, base_url=BASE, post=self._post
        )

    def _post(self, url: str, body: bytes, headers: Any) -> int:
        self.posted.append((url, body, {name.lower(): value for name, value in dict(headers).items()}))
        return 200

    def wait(self) -> None:
        """Until the jobs are done; a webhook is sent for each that asked for one."""
        self.now += 6
        self.app.deliver()

    def fault(self, key: str, **setting: Any) -> None:
        self.app.provider.board.put(key, [setting])


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.app.close()


@pytest.fixture
def connect(provider: Provider) -> Iterator[Connect]:
    http = httpx.Client(transport=httpx.WSGITransport(app=provider.app))

    def made(key: str = "sbx_pro", dialect: str = "graphql") -> Client:
        return Client(base_url=BASE, key=Secret(key), http=http, dialect=dialect, allow_private=True)

    yield made
    http.close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_from_order_to_picture(dialect: str, provider: Provider, connect: Connect) -> None:
    client = connect(dialect=dialect)
    started = client.generate(ORDER)
    remote_id = started.value.remote_id
    assert started.value.status is Status.PROCESSING
    assert started.value.url is None
    assert started.value.anomalies == ()
    assert started.exchange.rate is not None
    assert started.exchange.rate.limit == 60

    waiting = client.look([remote_id]).value[remote_id]
    assert waiting.status is Status.PROCESSING

    provider.wait()
    done = client.look([remote_id]).value[remote_id]
    assert done.status is Status.COMPLETED
    assert done.credit_cost is not None
    assert 10 <= done.credit_cost <= 20
    assert done.created_at is not None
    assert done.completed_at is not None
    assert done.created_at <= done.completed_at
    assert done.anomalies == ()

    into = io.BytesIO()
    picture = client.download(str(done.url), into, max_bytes=25_000_000, max_seconds=60)
    assert into.getvalue().startswith(b"\xff\xd8\xff")
    assert picture.bytes == len(into.getvalue())


@pytest.mark.parametrize("dialect", ["graphql", "generateImage"])
def test_many_jobs_are_looked_at_in_one_request(dialect: str, provider: Provider, connect: Connect) -> None:
    client = connect("sbx_enterprise", dialect)
    ids = [client.generate(ORDER).value.remote_id for _ in range(20)]
    before = client.test_key().value.remaining
    found = client.look([*ids, "nosuchjob"]).value
    after = client.test_key().value.remaining
    assert set(found) == set(ids)
    assert before is not None
    assert after is not None
    assert before - after == 2
    provider.wait()
    assert {job.status for job in client.look(ids).value.values()} == {Status.COMPLETED}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_job_that_nobody_knows_is_absent(dialect: str, connect: Connect) -> None:
    assert connect(dialect=dialect).look(["nosuchjob"]).value == {}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_plan_and_balance(dialect: str, provider: Provider, connect: Connect) -> None:
    told = connect(dialect=dialect).account().value
    assert told is not None
    assert (told.plan, told.credits) == ("pro", 50_000)
    provider.fault("sbx_pro", name="balance_off")
    assert connect(dialect=dialect).account().value is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_key_is_tested_for_nothing(dialect: str, connect: Connect) -> None:
    client = connect("sbx_free", dialect)
    rate = client.test_key().value
    assert (rate.limit, rate.remaining) == (10, 9)
    assert rate.reset_at is not None
    with pytest.raises(Unauthorized):
        connect("sbx_nobody", dialect).test_key()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_refusals(dialect: str, connect: Connect) -> None:
    with pytest.raises(Unauthorized):
        connect("sbx_nobody", dialect).generate(ORDER)
    with pytest.raises(Refused) as refused:
        connect(dialect=dialect).generate(Order(prompt="x", width=7))
    assert "width" in refused.value.sentence
    with pytest.raises(InsufficientCredits) as short:
        connect("sbx_broke", dialect).generate(ORDER)
    assert short.value.available == 5
    assert short.value.required is not None
    connect("sbx_free", dialect).generate(ORDER)
    with pytest.raises(RateLimited) as limited:
        connect("sbx_free", dialect).generate(ORDER)
    assert limited.value.rate is not None


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("http_400", Refused),
        ("http_401", Unauthorized),
        ("http_402", InsufficientCredits),
        ("http_403", Refused),
        ("http_404", Refused),
        ("http_408", Refused),
        ("http_413", Refused),
        ("http_429", RateLimited),
        ("http_500", ServerError),
        ("http_502", Ambiguous),
        ("http_503", ServerError),
        ("http_504", Ambiguous),
        ("accept_then_500", ServerError),
        ("accept_then_502", Ambiguous),
        ("accept_then_503", ServerError),
        ("accept_then_504", Ambiguous),
        ("html", BadAnswer),
        ("invalid_json", BadAnswer),
        ("empty_body", BadAnswer),
        ("json_list", BadAnswer),
        ("missing_fields", BadAnswer),
        ("wrong_types", BadAnswer),
    ],
)
def test_each_fault_is_told_by_its_own_error(
    fault: str, kind: type[DoitongError], dialect: str, provider: Provider, connect: Connect
) -> None:
    provider.fault("sbx_pro", name=fault)
    with pytest.raises(DoitongError) as caught:
        connect(dialect=dialect).generate(ORDER)
    assert type(caught.value) is kind


@pytest.mark.parametrize("dialect", DIALECTS)
def test_refusals_in_200_are_the_same_refusals(dialect: str, provider: Provider, connect: Connect) -> None:
    provider.fault("sbx_broke", name="errors_in_200")
    with pytest.raises(InsufficientCredits) as short:
        connect("sbx_broke", dialect).generate(ORDER)
    assert (short.value.status, short.value.available) == (200, 5)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "fault", ["partial_data", "lowercase_key", "sync", "queued", "strange_status", "strict"]
)
def test_habits_that_lose_no_job(fault: str, dialect: str, provider: Provider, connect: Connect) -> None:
    provider.fault("sbx_pro", name=fault)
    client = connect(dialect=dialect)
    remote_id = client.generate(ORDER).value.remote_id
    provider.wait()
    assert client.look([remote_id]).value[remote_id].status is Status.COMPLETED


@pytest.mark.parametrize("written", ["epoch_ms", "delta", "iso"])
def test_the_reset_is_read_in_every_format(written: str, provider: Provider, connect: Connect) -> None:
    usual = connect().test_key().value.reset_at
    provider.fault("sbx_pro", name="reset_format", value=written)
    told = connect().test_key().value.reset_at
    assert usual is not None
    assert told is not None
    assert abs((told - usual).total_seconds()) <= 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"name": "url_elsewhere"}, HostRefused),
        ({"name": "image_redirect"}, HostRefused),
        ({"name": "image_404"}, NotFound),
        ({"name": "image_503"}, Interrupted),
        ({"name": "image_heavy", "value": 200_000}, TooLarge),
        ({"name": "image_endless"}, TooLarge),
        ({"name": "image_expired", "value": 0}, DownloadError),
    ],
)
def test_pictures_that_cannot_be_had(
    fault: dict[str, Any], kind: type[DownloadError], provider: Provider, connect: Connect
) -> None:
    provider.fault("sbx_pro", **fault)
    client = connect()
    remote_id = client.generate(ORDER).value.remote_id
    provider.wait()
    url = client.look([remote_id]).value[remote_id].url
    with pytest.raises(DownloadError) as caught:
        client.download(str(url), io.BytesIO(), max_bytes=100_000, max_seconds=5)
    assert type(caught.value) is kind


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("key", "secret"), [("sbx_pro", "sbx_pro"), ("sbx_enterprise", "whsec_sandbox_enterprise")]
)
def test_its_webhooks_are_signed_as_we_verify(
    dialect: str, key: str, secret: str, provider: Provider, connect: Connect
) -> None:
    order = Order(prompt="A lighthouse", webhook_url="http://127.0.0.1:8000/hooks/doitong/T0k3n")
    remote_id = connect(key, dialect).generate(order).value.remote_id
    provider.wait()
    [(url, body, headers)] = provider.posted
    assert url == order.webhook_url
    assert verify_signature(body, headers["x-doitong-signature"], [Secret(secret)])
    assert not verify_signature(body, headers["x-doitong-signature"], [Secret("another")])
    told = read_webhook(body)
    assert (told.remote_id, told.status) == (remote_id, Status.COMPLETED)
    assert told.anomalies == ()


def test_a_picture_that_was_never_made_is_not_found(connect: Connect) -> None:
    with pytest.raises(NotFound):
        connect().download(BASE + "/outputs/nosuchjob.jpg", io.BytesIO(), max_bytes=1_000, max_seconds=5)
