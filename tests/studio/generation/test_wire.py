"""The wire view: each attempt as it was, and nowhere the key, in any spelling (B21, PRV-14)."""

import base64
import html
import json
from urllib.parse import quote

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation import wireview
from studio.generation.models import Attempt, Governor, Job, Purchase
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
from tests.studio.generation.pages import SignedIn, text
from tests.studio.generation.rows import a_job, a_key, a_run
from tests.studio.generation.world import World, only_job, start

KEY = "sbx_enterprise"


@pytest.fixture
def tab(designer: Member, signed_in: SignedIn) -> Client:
    return signed_in(designer)


def spellings(key: str) -> set[str]:
    """Return the key as it may hide in a text."""
    raw = key.encode()
    plain = {key, key[::-1], json.dumps(key)[1:-1], html.escape(key), quote(key)}
    coded = {
        base64.b64encode(raw).decode().rstrip("="),
        raw.hex(),
        base64.b32encode(raw).decode().rstrip("="),
    }
    return plain | coded


def test_each_attempt_is_shown_with_what_was_asked_and_answered(
    world: World, designer: Member, tab: Client
) -> None:
    world.fault("http_500", count=1)
    run = start(designer)
    world.listen()
    Job.objects.update(not_before=None)
    world.tick()
    world.finish()
    job = only_job(run)
    attempts = list(Attempt.objects.filter(job=job))
    assert len(attempts) >= 2
    page = text(tab.get(f"/jobs/{job.pk}/wire"))
    assert "POST http://127.0.0.1/graphql" in page
    assert "x-ratelimit" in page or "content-type" in page
    assert "a red dune at dusk" in page
    assert ">500<" in page
    assert ">200<" in page
    assert attempts[0].headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("fault", ["http_401", "http_500", "http_429", ""])
def test_no_row_and_no_page_holds_the_key_in_any_spelling(
    fault: str, world: World, designer: Member, tab: Client
) -> None:
    if fault:
        world.fault(fault)
    run = start(designer)
    world.listen()
    world.finish()
    assert_clean(only_job(run), tab)


def assert_clean(job: Job, tab: Client) -> None:
    page = text(tab.get(f"/jobs/{job.pk}/wire")) + text(tab.get("/queue"))
    rows = "".join(str(list(model.objects.values())) for model in (Attempt, Job, Purchase, Governor))
    for spelling in spellings(KEY):
        assert spelling not in page
        assert spelling not in rows
    assert Attempt.objects.filter(job=job).exclude(outcome="").exists()


def test_a_provider_that_says_the_key_back_in_body_and_headers_is_cleaned(
    world: World, designer: Member, tab: Client
) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        key = request.headers["authorization"].split()[1]
        said = {"errors": [{"message": f"{key} and {key[::-1]}", key: key}]}
        return httpx.Response(500, json=said, headers={"x-request-id": key, "server": key[::-1]})

    world.http = httpx.Client(transport=httpx.MockTransport(echo))
    run = start(designer)
    world.listen()
    job = only_job(run)
    assert Attempt.objects.get(job=job).headers["x-request-id"]
    assert_clean(job, tab)


def test_a_webhook_stands_among_the_attempts(world: World, designer: Member, tab: Client) -> None:
    job = only_job(start(designer))
    Attempt.objects.create(
        job=job,
        number=0,
        verb="webhook",
        started_at=timezone.now(),
        outcome="taken",
        request={"status": "done"},
    )
    assert "Webhook received" in text(tab.get(f"/jobs/{job.pk}/wire"))


def test_before_anything_was_sent_the_page_says_so(world: World, designer: Member, tab: Client) -> None:
    assert "Nothing was sent yet" in text(tab.get(f"/jobs/{only_job(start(designer)).pk}/wire"))


@pytest.mark.parametrize("body", ["", "<script>x</script>", "[" * 5_000, '{"a": "\\ud800"}', "x" * 100_000])
def test_any_body_is_drawn_as_text(body: str, world: World, designer: Member, tab: Client) -> None:
    job = only_job(start(designer))
    Attempt.objects.create(job=job, number=1, verb="generate", started_at=timezone.now(), response=body)
    assert "<script>x" not in text(tab.get(f"/jobs/{job.pk}/wire"))
    assert len(wireview.pretty(body)) <= wireview.LONGEST_SHOWN


REASONS = {
    State.HELD: [Reason.CREDITS, Reason.KEY],
    State.FAILED: [Reason.REFUSED, Reason.PROVIDER, Reason.SAVE, Reason.GIVEN_UP],
    State.UNKNOWN: [Reason.NO_ANSWER],
}
WAITS = {State.SENDING, State.SAVING, State.DONE}  # these end by themselves within seconds, or have ended
TOLD = [(state, reason) for state in State for reason in REASONS.get(state, [Reason.NONE])]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "reason"), TOLD)
def test_each_state_has_plain_words_and_a_next_step(
    state: State, reason: Reason, designer_row: Member
) -> None:
    """B2: and none of them is a word of the code's."""
    job = a_job(
        a_run(designer_row, a_key()), state, reason=reason, detail="It said no.", finished_at=timezone.now()
    )
    words = meaning(job)
    assert words.title
    assert "_" not in words.title + words.why
    assert words.actions or state in WAITS
    if words.why:
        assert words.why.rstrip().endswith((".", "picture"))
    if state in {State.FAILED, State.UNKNOWN, State.CANCELLED}:
        assert words.cost  # D12: never a silent charge


@pytest.fixture
def designer_row(db: None) -> Member:
    return Member.objects.create_user(email="d@studio.example", name="D")
