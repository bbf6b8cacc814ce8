"""How long what signs a webhook holds, what its price comes to, where its address leads (HOOK-10, -11)."""

import json
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts import keys
from studio.accounts.models import Key
from studio.credits.models import Entry, Kind
from studio.doitong import Secret, read_webhook
from studio.generation import hooks, latecomers, lifecycle, looking, pricing, reconciling, steering, watcher
from studio.generation.models import Attempt, Job, Purchase
from studio.generation.states import State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.hooking import (
    API_KEY,
    HOLD,
    OTHER_SECRET,
    SECRET,
    a_sealed_key,
    a_sent_job,
    forget,
    fresh,
    raw,
    spent,
    tell,
    token_of,
    word,
)
from tests.studio.generation.rows import a_member
from tests.studio.generation.world import held


@pytest.fixture(autouse=True)
def _new_process() -> None:
    forget()


# --- HOOK-09, HOOK-10, HOOK-11 ------------------------------------------------------------------


@pytest.mark.django_db
def test_hook_10_two_secrets_hold_for_a_day_after_a_change() -> None:
    owner = a_member("owner@studio.example", "owner")
    key = a_sealed_key(owner)
    taken = partial(_taken, key)
    assert taken(API_KEY, SECRET) == [True, False]
    keys.save_hook_secret(key, Secret(SECRET), owner)
    assert taken(API_KEY, SECRET, OTHER_SECRET) == [True, True, False]
    keys.save_hook_secret(key, Secret(OTHER_SECRET), owner)
    assert taken(API_KEY, SECRET, OTHER_SECRET) == [False, True, True]
    Key.objects.update(hook_secret_at=timezone.now() - timedelta(hours=25))
    assert taken(API_KEY, SECRET, OTHER_SECRET) == [False, False, True]
    keys.remove_hook_secret(key, owner)
    assert taken(API_KEY, SECRET, OTHER_SECRET) == [True, False, True]


def _taken(key: Key, *secrets: str) -> list[bool]:
    """Say of each secret whether what it signs is taken."""
    key.refresh_from_db()
    job = Job.objects.filter(key=key).first() or a_sent_job(key=key)
    return [tell(job, word(status="processing"), secret=secret) == 202 for secret in secrets]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "answer"), [(0, 202), (299, 202), (-299, 202), (302, 401), (-302, 401), (86_400, 401)]
)
def test_hook_11_a_time_that_is_named_is_five_minutes_away_at_most(
    hand: Hand, seconds: int, answer: int
) -> None:
    job = a_sent_job()
    at = str(int(hand.at.timestamp()) + seconds)
    assert tell(job, word(), **{"Webhook-Timestamp": at}) == answer
    assert (fresh(job).state == State.SAVING) is (answer == 202)


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["", "now", "-1", "1e9", "٣", "9" * 40, "2026-01-15T10:00:00Z"])
def test_hook_11_a_time_that_is_none_is_refused(at: str) -> None:
    job = a_sent_job()
    assert tell(job, word(), **{"Webhook-Timestamp": at}) == 401
    assert fresh(job).state == State.PROCESSING


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "answer"), [(23, 202), (25, 401)])
def test_hook_11_one_without_a_time_is_of_a_young_job(hours: int, answer: int) -> None:
    then = timezone.now() - timedelta(hours=hours)
    job = a_sent_job(state=State.OVERDUE, sent_at=then)
    Purchase.objects.update(created_at=then)
    assert tell(job, word()) == answer
    assert (fresh(job).state == State.SAVING) is (answer == 202)


# --- the price that comes later -----------------------------------------------------------------


@pytest.mark.django_db
def test_a_price_that_is_named_later_settles_the_hold_and_stands_on_the_picture() -> None:
    job = a_sent_job()
    tell(job, word())
    answer = read_webhook(raw(word(creditCost=14)))
    assert lifecycle.absorb(fresh(job), answer, now=timezone.now())
    assert not lifecycle.absorb(fresh(job), answer, now=timezone.now())
    assert (fresh(job).cost, held(job.member), spent(job.member)) == (14, 0, 14)


@pytest.mark.django_db
def test_a_price_that_is_asked_for_and_not_named_is_what_was_held() -> None:
    job = a_sent_job()
    tell(job, word())
    assert lifecycle.absorb(fresh(job), read_webhook(raw(word())), now=timezone.now())
    assert (fresh(job).cost, held(job.member), spent(job.member)) == (HOLD, 0, HOLD)


@pytest.mark.django_db
def test_a_price_that_nobody_names_in_time_is_what_was_held() -> None:
    job = a_sent_job()
    tell(job, word())
    now = timezone.now()
    assert pricing.confirm_overdue(now + timedelta(seconds=100)) == 0
    assert pricing.confirm_overdue(now + timedelta(seconds=130)) == 1
    assert pricing.confirm_overdue(now + timedelta(seconds=130)) == 0
    assert (fresh(job).cost, held(job.member)) == (HOLD, 0)
    assert Entry.objects.get(reference=job.purchase, kind=Kind.SETTLE).reason == "price not confirmed"


@pytest.mark.django_db
@pytest.mark.parametrize("earlier", [False, True], ids=["its job's", "an earlier try's"])
def test_no_price_is_settled_as_held_before_it_could_be_asked_for(
    monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    """The studio was down, and later asleep, for longer than a price is asked for."""
    job = a_sent_job()
    tell(job, word())
    if earlier:
        Job.objects.update(purchase=uuid4())
    asked: list[object] = []
    monkeypatch.setattr(looking, "look", asked.append)
    monkeypatch.setattr(latecomers, "ask", lambda key, now: asked.append(key))
    monkeypatch.setattr(reconciling, "keys_to_ask", lambda now: ())
    monkeypatch.setattr(watcher, "DUTIES", ())
    began = timezone.now() + timedelta(hours=1)
    open_at = {  # minutes after its start
        **dict.fromkeys((0, 0.4, 0.8, 1.2, 1.6), True),
        **dict.fromkeys((9, 9.4, 9.8, 10.2, 10.6, 11), True),
        11.4: False,
    }
    at = iter([began, *(began + timedelta(minutes=minutes) for minutes in open_at)])
    watching = watcher.Watcher(clock=lambda: next(at))
    for is_open in open_at.values():
        watching.turn()
        assert Purchase.objects.filter(cost=None, told_at__isnull=False).exists() is is_open
    watching.threads.shutdown(wait=True)
    assert asked
    assert Purchase.objects.exclude(told_at=None).get().cost == HOLD


@pytest.mark.django_db
def test_one_that_was_stopped_waiting_for_is_priced_too() -> None:
    job = a_sent_job()
    assert steering.cancel(job)
    assert tell(job, word()) == 202
    waiting = fresh(job)
    assert (waiting.state, waiting.cost, held(job.member)) == (State.CANCELLED, None, HOLD)
    assert lifecycle.absorb(waiting, read_webhook(raw(word(creditCost=14))), now=timezone.now())
    assert (fresh(job).state, held(job.member), spent(job.member)) == (State.CANCELLED, 0, 14)


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_no_clock_of_the_provider_makes_a_job_end_before_it_began_or_in_the_future(said: str) -> None:
    job = a_sent_job()
    tell(job, word(completedAt=said))
    ended = fresh(job).completed_at
    assert ended is not None
    assert job.sent_at is not None
    assert job.sent_at <= ended <= timezone.now()


# --- addresses ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "url", "sandbox", "given"),
    [
        ("auto", "https://studio.example", False, True),
        ("auto", "http://studio.example", False, False),
        ("auto", "http://127.0.0.1:8000", True, True),
        ("on", "http://studio.example", False, True),
        ("off", "https://studio.example", True, False),
    ],
)
def test_ops_13_an_address_is_given_where_the_provider_can_reach_it(
    settings: Settings,
    setting: str,
    url: str,
    sandbox: bool,
    given: bool,
) -> None:
    settings.DOITONG_WEBHOOKS, settings.PUBLIC_URL, settings.DOITONG_SANDBOX = setting, url, sandbox
    purchase = Purchase.objects.get(pk=a_sent_job().purchase)
    address = f"{url}/hooks/doitong/{purchase.token}" if given else None
    assert hooks.address_of(purchase) == address


@pytest.mark.django_db
def test_what_is_written_down_of_a_webhook_holds_no_secret() -> None:
    job = a_sent_job()
    said = word(note=API_KEY, token=token_of(job))
    assert tell(job, said) == 202
    kept = json.dumps(list(Attempt.objects.values("line", "request", "headers", "response", "sentence")))
    assert API_KEY not in kept
    assert token_of(job) not in kept
