"""Webhooks: what is signed for the purchase is news once, and nothing else changes anything (B9)."""

import itertools
import json
import logging
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studio.accounts import keys
from studio.accounts.models import Event, Key, Verb
from studio.credits import ledger
from studio.credits.models import Entry, Kind
from studio.doitong import Secret, read_webhook
from studio.generation import hooked, hooks, lifecycle, pricing, steering
from studio.generation.models import Attempt, Governor, Job, Purchase
from studio.generation.states import Reason, State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.hooking import (
    API_KEY,
    HOLD,
    a_sealed_key,
    a_sent_job,
    everything,
    fresh,
    post,
    post_in_pieces,
    raw,
    sign,
    spent,
    tell,
    token_of,
    word,
)
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_member
from tests.studio.generation.world import held

SECRET = "whsec_9f2c4a7be1d05836f7a92cbd"
OTHER_SECRET = "whsec_d3b8f60c17e94a25b8c1f0a7"


@pytest.fixture(autouse=True)
def _new_process() -> None:
    """Have this process know nothing of earlier refusals."""
    hooks.forget()
    hooked.forget()


def settled(job: Job) -> list[tuple[str, int]]:
    """Return what the ledger says of the job's present purchase."""
    entries = Entry.objects.filter(reference=job.purchase).order_by("pk")
    return list(entries.values_list("kind", "posted"))


# --- what is news -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_signed_webhook_moves_the_job_on_and_leaves_its_hold_until_the_price_is_named() -> None:
    job = a_sent_job()
    assert tell(job, word()) == 202
    told = fresh(job)
    assert (told.state, told.cost, held(job.member)) == (State.SAVING, None, HOLD)
    assert told.remote_url == "https://cdn.doitong.com/outputs/job_1.jpg"
    assert job.attempts.get(verb="webhook").outcome == "completed"


@pytest.mark.django_db
def test_a_webhook_that_names_the_price_settles_it_at_once() -> None:
    job = a_sent_job()
    assert tell(job, word(creditCost=14)) == 202
    assert (fresh(job).cost, held(job.member), spent(job.member)) == (14, 0, 14)


@pytest.mark.django_db
def test_a_failed_one_releases_the_hold() -> None:
    job = a_sent_job()
    assert tell(job, word(status="failed", error={"code": "X", "message": "no"})) == 202
    assert (fresh(job).state, held(job.member), spent(job.member)) == (State.FAILED, 0, 0)


@pytest.mark.django_db
def test_that_webhooks_come_is_noted_for_the_questions_pace() -> None:
    job = a_sent_job()
    Governor.objects.create(account=job.key.account)
    tell(job, word())
    assert Governor.objects.get(pk=job.key.account).hooked_at is not None


# --- HOOK-01 ------------------------------------------------------------------------------------

GOOD = raw(word())
FORGED: list[tuple[bytes, str | None]] = [
    (GOOD, None), (GOOD, ""), (GOOD, "sha256="), (GOOD, "sha256=" + "0" * 64), (GOOD, sign(GOOD, "other")),
    (GOOD, sign(GOOD)[7:]), (GOOD, sign(GOOD).replace("sha256", "sha1")), (GOOD, sign(GOOD)[:-1]),
    (GOOD, sign(GOOD) + "0"), (GOOD, sign(GOOD, "")), (GOOD, f"{sign(GOOD)},{sign(GOOD)}"),
    (GOOD, "sha256=" + "g" * 64), (GOOD, "sha256=" + "é" * 64), (GOOD, "sha256=" + "٣" * 64),
    (GOOD, sign(GOOD).upper()), (GOOD, "x" * 4000), (GOOD + b" ", sign(GOOD)), (GOOD[:-1], sign(GOOD)),
    (b"", None), (b"", sign(b" ")), (raw(word(url="https://evil.example/x.jpg")), sign(GOOD)),
    (raw([]), sign(GOOD)), (b"null", sign(GOOD)), (b"\xff\xfe", sign(GOOD)),
    (GOOD.replace(b"1", b"2"), sign(GOOD)),
]  # fmt: skip
NONSENSE = [
    b"", b"null", b"[]", b"1", b'"text"', b"{}", b"{", b"\xff\xfe\x00", b"[" * 40_000, b'{"id":1}',
    b'{"id":null}', b'{"id":""}', b'{"id":"../x"}', b'{"id":"<b>"}', b'{"id":"' + b"a" * 65 + b'"}',
    b'{"id":["job_1"]}', "{\"id\":\"job_1\"}".encode("utf-16"), b"id=job_1",
    b'{"data":null}', b'{"data":[]}', b"9" * 5_000, b'{"a":' * 5_000, b"<html></html>", b"NaN",
]  # fmt: skip


@pytest.mark.django_db
def test_hook_01_what_is_forged_or_damaged_is_refused_and_changes_nothing() -> None:
    job = a_sent_job()
    before = everything()
    answers = [post(token_of(job), body, signature) for body, signature in FORGED]
    assert answers == [401] * len(FORGED)
    assert everything() == before


@pytest.mark.django_db
def test_hook_01_what_is_signed_and_says_nothing_is_refused_and_changes_nothing() -> None:
    job = a_sent_job()
    Governor.objects.create(account=job.key.account, hooked_at=timezone.now())
    before = everything()
    assert {post(token_of(job), body, sign(body)) for body in NONSENSE} == {400}
    assert everything() == before


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return a webhook that was right before bytes of it or its signature were changed."""
    body = raw(word(creditCost=draw(st.integers(-5, 50))))
    signature = sign(body)
    at = draw(st.integers(0, len(body) - 1))
    match draw(st.sampled_from(["flip", "cut", "insert", "swap", "signature", "secret"])):
        case "flip":
            body = body[:at] + bytes([body[at] ^ draw(st.integers(1, 255))]) + body[at + 1 :]
        case "cut":
            body = body[:at]
        case "insert":
            body = body[:at] + draw(st.binary(min_size=1, max_size=40)) + body[at:]
        case "swap":
            body = raw(word(url=draw(st.text(max_size=40)), status=draw(st.text(max_size=12)), x=1))
        case "signature":
            signature = draw(st.text(st.characters(codec="latin-1"), max_size=80).map(_header))
        case _:
            signature = sign(body, draw(st.text(max_size=40).filter(lambda text: text != API_KEY)))
    return body, signature


def _header(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()


@pytest.mark.django_db
def test_hook_01_five_hundred_mutated_webhooks_change_nothing() -> None:
    job = a_sent_job()
    token, before, seen = token_of(job), everything(), []

    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(told=mutated())
    def try_it(told: tuple[bytes, str]) -> None:
        seen.append(post(token, *told))

    try_it()
    assert (set(seen), len(seen) >= 450) == ({401}, True)
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_hook_01_another_method_is_none(method: str) -> None:
    path = reverse("hook", args=["x" * 43])
    assert Client().generic(method, path).status_code == 405


# --- HOOK-02, HOOK-03 ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_hook_02_one_that_comes_five_times_counts_once() -> None:
    job = a_sent_job()
    said = word(creditCost=14)
    assert [tell(job, said) for _ in range(5)] == [202] * 5
    assert settled(job) == [(Kind.HOLD, 0), (Kind.SETTLE, -14)]
    assert job.attempts.filter(verb="webhook").count() == 1


@pytest.mark.usefixtures("file_db")
def test_hook_02_one_that_comes_twenty_times_at_once_counts_once() -> None:
    job = a_sent_job()
    said = word(creditCost=14)
    assert at_once([partial(tell, job, said) for _ in range(20)]) == [202] * 20
    assert settled(job) == [(Kind.HOLD, 0), (Kind.SETTLE, -14)]
    assert (fresh(job).state, job.attempts.filter(verb="webhook").count()) == (State.SAVING, 1)


WORDS = {
    "processing": word(status="processing", url=None, completedAt=None),
    "completed": word(creditCost=14),
    "failed": word(status="failed"),
    "completed again": word(creditCost=14, metadata={}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(itertools.permutations(WORDS)), ids=" ".join)
def test_hook_03_every_order_ends_in_the_same_state_and_the_same_books(order: tuple[str, ...]) -> None:
    job = a_sent_job(state=State.SENDING, remote_id="")
    assert [tell(job, WORDS[name]) for name in order] == [202] * 4
    assert (fresh(job).state, fresh(job).cost) == (State.SAVING, 14)
    assert (held(job.member), spent(job.member)) == (0, 14)


# --- HOOK-04, HOOK-05 ---------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["processing", "completed", "failed"])
def test_hook_04_one_that_comes_before_the_submissions_answer_is_matched_by_its_address(status: str) -> None:
    job = a_sent_job(state=State.SENDING, remote_id="")
    assert tell(job, word(status=status)) == 202
    early = fresh(job)
    later = {"processing": State.PROCESSING, "completed": State.SAVING, "failed": State.FAILED}[status]
    assert (early.state, early.remote_id) == (later, "job_1")
    answer = read_webhook(raw(word(status="processing", url=None)))
    assert not lifecycle.absorb(job, answer, now=timezone.now(), held_by=job.claim)
    assert (fresh(job).state, Job.objects.count(), Purchase.objects.count()) == (later, 1, 1)
    assert Purchase.objects.get().remote_id == "job_1"


@pytest.mark.django_db
def test_hook_04_the_answer_that_was_lost_is_made_good_by_the_webhook() -> None:
    job = a_sent_job(state=State.UNKNOWN, remote_id="", possibly_charged=True, reason=Reason.NO_ANSWER)
    assert tell(job, word(creditCost=14)) == 202
    found = fresh(job)
    assert (found.state, found.possibly_charged, found.reason) == (State.SAVING, False, "")


@pytest.mark.django_db
def test_hook_04_a_try_that_ended_in_an_error_but_was_bought_is_not_bought_again() -> None:
    job = a_sent_job(state=State.QUEUED, remote_id="", possibly_charged=True)
    assert tell(job, word(creditCost=14)) == 202
    assert (fresh(job).state, settled(job)) == (State.SAVING, [(Kind.HOLD, 0), (Kind.SETTLE, -14)])


@pytest.mark.usefixtures("file_db")
def test_hook_05_two_hundred_webhooks_and_questions_that_race_are_one_completion_each() -> None:
    member = a_member("owner@studio.example", "owner")
    key = a_sealed_key(member)
    names = [f"job_{number}" for number in range(200)]
    jobs = [a_sent_job(member, key, remote_id=name) for name in names]
    answers = [read_webhook(raw(word(name, creditCost=14))) for name in names]

    def told() -> list[int]:
        return [tell(job, word(name)) for job, name in zip(jobs, names, strict=True)]

    def asked() -> list[int]:
        pairs = zip(jobs, answers, strict=True)
        return [lifecycle.absorb(fresh(job), answer, now=timezone.now()) for job, answer in pairs]

    assert set(at_once([told, asked])[0]) == {202}
    for job in jobs:
        assert settled(job) == [(Kind.HOLD, 0), (Kind.SETTLE, -14)], job.remote_id
        assert (fresh(job).state, fresh(job).cost) == (State.SAVING, 14)


# --- HOOK-06 ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_hook_06_address_id_and_secret_must_belong_together() -> None:
    owner = a_member("owner@studio.example", "owner")
    key, own = a_sealed_key(owner), a_sealed_key(owner, "dk_live_9aBc2DeF5gHi8JkLm1No", own=True)
    mine, other = a_sent_job(key=key), a_sent_job(key=key, remote_id="job_2")
    before = everything()
    assert tell(mine, word("job_2")) == 401  # another job's id at this job's address
    assert tell(mine, word("job_9")) == 401  # an id that it never had
    assert tell(mine, word(), secret="dk_live_9aBc2DeF5gHi8JkLm1No") == 401  # another key's secret
    assert everything()[:4] == before[:4]
    early = a_sent_job(key=key, state=State.SENDING, remote_id="")
    assert tell(early, word("job_1")) == 401  # its own is not known yet, but this one is another's
    assert (fresh(early).state, fresh(other).state) == (State.SENDING, State.PROCESSING)
    assert own.account != key.account


# --- HOOK-07 ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_hook_07_a_thousand_unknown_ones_leave_no_row_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    job = a_sent_job()
    before = everything()
    with caplog.at_level(logging.INFO):
        answers = {post(f"{number:043d}", GOOD, sign(GOOD)) for number in range(1_000)}
    assert answers == {401}
    assert everything() == before
    assert Event.objects.filter(verb=Verb.KEY_HOOK_REFUSED).count() == 0
    assert [record.message for record in caplog.records if record.levelno >= logging.INFO] == [
        "a webhook was refused: there is no such address (0 more since the last time)"
    ]
    assert tell(job, word()) == 202


@pytest.mark.django_db
def test_hook_07_what_is_signed_wrongly_for_a_known_address_is_one_event_an_hour() -> None:
    job = a_sent_job()
    for _ in range(30):
        post(token_of(job), GOOD, sign(GOOD, "wrong"))
    hooked.forget()  # as another process would have it
    post(token_of(job), GOOD, sign(GOOD, "wrong"))
    event = Event.objects.get(verb=Verb.KEY_HOOK_REFUSED)
    assert (event.subject, event.detail) == (str(job.key_id), {})


@pytest.mark.django_db
def test_hook_07_an_unknown_address_and_a_wrong_signature_look_the_same() -> None:
    job = a_sent_job()
    answers = [
        Client().post(reverse("hook", args=[token]), GOOD, content_type="application/json")
        for token in (token_of(job), "x" * 43, "short", "ü" * 43)
    ]
    assert len({(one.status_code, one.content, str(one.headers)) for one in answers}) == 1


@pytest.mark.django_db
def test_hook_07_an_address_that_is_none_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        post("short", GOOD, sign(GOOD))
    assert len(asked) == 0


# --- HOOK-08 ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["processing", "failed", "completed"])
@pytest.mark.parametrize("state", [State.SAVING, State.DONE, State.FAILED])
def test_hook_08_what_ended_is_not_begun_again(
    state: State, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = a_sent_job(state=state, cost=14, completed_at=timezone.now(), reason="")
    if state == State.FAILED:
        Job.objects.filter(pk=job.pk).update(reason=Reason.SAVE)
    ledger.settle(job.purchase, 14)
    assert tell(job, word(status=said)) == 202
    assert (fresh(job).state, fresh(job).cost, spent(job.member)) == (state, 14, 14)
    assert settled(job) == [(Kind.HOLD, 0), (Kind.SETTLE, -14)]
    contradicts = said == "failed" and state != State.FAILED
    assert ("has failed" in caplog.text) is contradicts


@pytest.mark.django_db
def test_hook_08_late_news_of_one_that_was_given_up_brings_the_picture_and_the_charge() -> None:
    job = a_sent_job(state=State.UNKNOWN, remote_id="")
    assert steering.give_up(job)
    assert (held(job.member), spent(job.member)) == (0, 0)
    assert tell(job, word(creditCost=14)) == 202
    assert (fresh(job).state, fresh(job).cost, spent(job.member)) == (State.SAVING, 14, 14)
    assert settled(job) == [(Kind.HOLD, 0), (Kind.RELEASE, 0), (Kind.LATE, -14)]


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


# --- HOOK-12, HOOK-13 ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_hook_12_more_than_64_kb_are_not_read() -> None:
    job = a_sent_job()
    body = raw(word(x="y" * 65_536))
    assert post(token_of(job), body, sign(body)) == 413
    fits = raw(word(x="y" * 60_000))
    assert post(token_of(job), fits, sign(fits)) == 202


@pytest.mark.django_db
def test_hook_12_what_comes_in_pieces_is_heard_and_read_no_further() -> None:
    job = a_sent_job()
    body = raw(word(x="y" * 65_536))
    assert post_in_pieces(token_of(job), body, sign(body)) == 413
    assert fresh(job).state == State.PROCESSING
    body = raw(word(creditCost=14))
    assert post_in_pieces(token_of(job), body, sign(body)) == 202
    assert fresh(job).state == State.SAVING


@pytest.mark.django_db
def test_hook_12_an_answer_takes_a_dozen_queries_and_no_network() -> None:
    job = a_sent_job()
    Governor.objects.create(account=job.key.account)
    with CaptureQueriesContext(connection) as asked:
        assert tell(job, word(creditCost=14)) == 202
    assert len(asked) < 45, [query["sql"][:90] for query in asked]


@pytest.mark.django_db
def test_hook_12_the_95th_of_a_hundred_answers_comes_within_100_ms() -> None:
    times = []
    key = a_sealed_key(a_member("owner@studio.example", "owner"))
    jobs = [a_sent_job(key=key, remote_id=f"job_{number}") for number in range(100)]
    for number, job in enumerate(jobs):
        body = raw(word(f"job_{number}"))
        token, signature = token_of(job), sign(body)
        start = time.thread_time()  # not the clock's: the machine may be busy with others
        assert post(token, body, signature) == 202
        times.append(time.thread_time() - start)
    assert sorted(times)[94] < 0.1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/", "http://127.0.0.1:6379/", "https://evil.example/x.jpg", "file:///etc/passwd"],
)
def test_hook_13_the_address_that_it_names_is_trusted_no_more_than_any(url: str) -> None:
    """It is only written down here; the one way to fetch it is the checked one, as with a question."""
    job = a_sent_job()
    assert tell(job, word(url=url)) == 202
    assert (fresh(job).state, fresh(job).remote_url) == (State.SAVING, url)


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
