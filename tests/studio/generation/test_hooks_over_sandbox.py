"""The sandbox's webhooks, with all its faults, at the studio's own door: one picture, one charge (B9)."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts import keys, provider
from studio.accounts.models import Event, Key, Member, Verb
from studio.doitong import Client as Doitong
from studio.doitong import Secret
from studio.generation import hooked, hooks, latecomers, steering, sweep
from studio.generation.models import Attempt, Image, Job
from studio.generation.states import State
from studio.sandbox.app import create_app
from tests.conftest import MakeMember
from tests.studio.generation.hooking import spent
from tests.studio.generation.world import (
    BASE,
    World,
    give_credits,
    give_key,
    held,
    only_job,
    start,
    states,
)

SECRET = "whsec_9f2c4a7be1d05836f7a92cbd"


class Hooked(World):
    """A world whose sandbox posts its webhooks to the studio's door."""

    def __init__(self) -> None:
        super().__init__()
        super().close()
        self.answers: list[int] = []
        self.sandbox = create_app(
            latency="instant", fast=True, clock=self.clock, base_url=BASE, post=self.post
        )
        self.http = httpx.Client(transport=httpx.WSGITransport(app=self.sandbox))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send one webhook as the sandbox does."""
        path = urlsplit(url).path
        kind = headers["Content-Type"]
        sent = {name: text for name, text in headers.items() if name != "Content-Type"}
        answer = Client().generic("POST", path, body, content_type=kind, headers=sent)
        self.answers.append(answer.status_code)
        return answer.status_code

    def deliver(self) -> int:
        """Send the webhooks that are due by the sandbox's clock, now and a little later."""
        sent = self.sandbox.deliver()
        self.clock.ahead += 40
        return sent + self.sandbox.deliver()


@pytest.fixture
def world(transactional_db: None, settings: Settings) -> Iterator[Hooked]:
    settings.DOITONG_WEBHOOKS = "on"
    hooks.forget()
    hooked.forget()
    world = Hooked()
    try:
        with provider.use(world.client):
            yield world
    finally:
        world.close()
        hooks.forget()


@pytest.fixture
def designer(world: Hooked, member: MakeMember) -> Member:
    owner = member("owner")
    keys.save_hook_secret(give_key(world, owner), Secret("whsec_sandbox_enterprise"), owner)
    person = member("designer")
    give_credits(person, 1_000)
    return person


def is_right(world: Hooked, person: Member) -> None:
    """See that there is one picture and one charge for each, and nothing held."""
    assert (held(person), spent(person)) == (0, world.charged())
    assert Image.objects.count() == Job.objects.filter(state=State.DONE).count()


def test_a_picture_comes_by_its_webhook_alone_and_its_price_by_a_question(
    world: Hooked, designer: Member
) -> None:
    run = start(designer)
    world.listen()
    assert states(run) == ["processing"]
    assert world.deliver() == 1
    world.listen()
    assert (states(run), world.answers, held(designer)) == (["done"], [202], 20)
    assert Image.objects.get().cost is None
    world.finish()
    assert Image.objects.get().cost == only_job(run).cost == world.charged()
    is_right(world, designer)


@pytest.mark.parametrize(
    "fault",
    ["webhook_none", "webhook_late", "webhook_twice", "webhook_replayed", "webhook_out_of_order",
     "webhook_forged", "webhook_unsigned", "webhook_malformed", "webhook_extras"],
)  # fmt: skip
@pytest.mark.parametrize("asks_first", [True, False])
def test_hook_09_each_fault_of_webhooks_ends_in_one_picture_and_one_charge(
    world: Hooked, designer: Member, fault: str, asks_first: bool
) -> None:
    world.fault(fault)
    run = start(designer, "a {red|blue} dune")
    world.listen()
    if asks_first:
        world.finish()
    world.deliver()
    world.finish()
    world.clock.ahead += 500
    world.deliver()
    world.finish()
    assert states(run) == ["done"] * 2
    is_right(world, designer)


def test_hook_10_a_secret_that_both_know_signs(world: Hooked, designer: Member) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"webhook_secret": SECRET})
    run = start(designer)
    world.listen()
    world.sandbox.deliver()
    assert (states(run), world.answers) == (["processing"], [401])
    assert Event.objects.filter(verb=Verb.KEY_HOOK_REFUSED).count() == 1
    keys.save_hook_secret(Key.objects.get(), Secret(SECRET), designer)
    world.clock.ahead += 2
    world.sandbox.deliver()  # the sandbox tries again after a second
    world.finish()
    assert (states(run), world.answers[-1]) == (["done"], 202)
    is_right(world, designer)


@pytest.mark.parametrize("fault", ["accept_then_502", "accept_then_504"])
def test_prv_12_a_lost_answer_is_made_good_by_the_webhook_and_bought_once(
    world: Hooked, designer: Member, fault: str
) -> None:
    world.fault(fault, count=1)
    run = start(designer)
    world.listen()
    assert states(run) == ["unknown"]
    world.deliver()
    world.finish()
    assert (states(run), world.submissions()) == (["done"], 1)
    is_right(world, designer)


@pytest.mark.parametrize("hook_first", [True, False])
def test_prv_11_what_was_bought_and_answered_500_is_charged_whichever_comes_first(
    world: Hooked, designer: Member, hook_first: bool
) -> None:
    world.fault("accept_then_500", count=1)
    run = start(designer)
    world.listen()
    assert states(run) == ["queued"]
    if hook_first:
        world.deliver()
    Job.objects.update(not_before=None)
    sweep.sweep(timezone.now())
    world.finish()
    world.deliver()
    for key in latecomers.keys_to_ask():
        latecomers.ask(key, timezone.now())
    world.finish()
    assert (states(run), world.submissions()) == (["done"], 1 if hook_first else 2)
    is_right(world, designer)


def test_a_job_that_was_sent_again_by_hand_pays_for_both(world: Hooked, designer: Member) -> None:
    world.fault("accept_then_502", count=1)
    run = start(designer)
    world.listen()
    assert steering.retry(only_job(run))
    world.finish()
    world.deliver()
    for key in latecomers.keys_to_ask():
        latecomers.ask(key, timezone.now())
    job = only_job(run)
    assert (job.state, world.submissions(), job.charged_late) == (
        "done",
        2,
        world.charged() - (job.cost or 0),
    )
    is_right(world, designer)


@pytest.mark.parametrize("dialect", ["graphql", "generateImage", "rest"])
def test_an_address_that_is_refused_is_left_out_and_the_job_sent_again(
    world: Hooked, designer: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch, dialect: str
) -> None:
    settings.DOITONG_TRANSPORT = dialect
    monkeypatch.setattr(world, "client", lambda secret: _client(world, secret, dialect))
    world.fault("webhook_url_refused", value="all")
    with provider.use(world.client):
        run = start(designer, "a {red|blue|green} dune")
        world.finish()
    assert states(run) == ["done"] * 3
    refused = Attempt.objects.filter(verb="generate", outcome="BAD_REQUEST").count()
    assert refused == 1
    assert world.deliver() == 0
    is_right(world, designer)


def _client(world: Hooked, secret: Secret, dialect: str) -> Doitong:
    return Doitong(
        base_url=BASE,
        key=secret,
        http=world.http,
        dialect=dialect,
        image_hosts=["127.0.0.1"],
        allow_private=True,
    )


def test_the_secret_of_an_address_stands_in_no_attempt(world: Hooked, designer: Member) -> None:
    run = start(designer)
    world.listen()
    world.deliver()
    job = only_job(run)
    tokens = list(job.purchases.values_list("token", flat=True))
    kept = repr(list(Attempt.objects.values()))
    assert "/hooks/doitong/" in kept
    assert [token for token in tokens if token in kept] == []
