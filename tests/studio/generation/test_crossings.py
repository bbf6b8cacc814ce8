"""News of the provider that crosses with what a person, or another worker, does meanwhile (B11, HOOK-08)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from studio.credits.check import check
from studio.doitong import Answer, Exchange, read_webhook
from studio.generation import agenda, hooked, latecomers, looking, steering, submission, sweep
from studio.generation.models import Attempt, Job, Purchase
from studio.generation.states import State
from tests.studio.generation.hooking import (
    HOLD,
    a_sent_job,
    fresh,
    post,
    raw,
    sign,
    spent,
    tell,
    token_of,
    word,
)
from tests.studio.generation.world import held

FAILED: dict[str, Any] = {"status": "failed", "error": {"code": "X", "message": "no"}}
AFTER = timedelta(minutes=3)


def said(job: Job) -> int:
    """Return what the job's card says that it cost altogether."""
    now = fresh(job)
    return (now.cost or 0) + now.charged_late


def is_exact(job: Job) -> bool:
    """Tell whether the ledger is right in itself, and the card says what it says."""
    return check().differences == () and said(job) == spent(job.member)


@pytest.mark.django_db
@pytest.mark.parametrize("price", [{}, {"creditCost": 14}])
def test_a_retry_while_a_webhook_is_read_loses_neither_its_charge_nor_its_picture(
    monkeypatch: pytest.MonkeyPatch, price: dict[str, Any]
) -> None:
    job = a_sent_job(state=State.UNKNOWN, remote_id="")
    usual = hooked._told_of

    def retried_meanwhile(*args: object) -> Purchase:
        assert steering.retry(fresh(job))
        return usual(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(hooked, "_told_of", retried_meanwhile)
    assert tell(job, word(**price)) == 202
    assert (fresh(job).state, held(job.member)) == (State.SAVING, 0)  # nothing is bought again
    sweep.sweep(timezone.now() + AFTER)
    assert spent(job.member) == (14 if price else HOLD)
    assert is_exact(job)


@pytest.mark.django_db
@pytest.mark.parametrize(("price", "charged"), [({}, HOLD), ({"creditCost": 14}, 14), ({"creditCost": 0}, 0)])
def test_a_job_that_failed_takes_the_picture_of_its_doubtful_try_which_had_no_hold(
    price: dict[str, Any], charged: int
) -> None:
    job = a_sent_job(remote_id="job_2", tries=2)
    job.attempts.create(number=1, verb="generate", started_at=timezone.now(), possibly_charged=True)
    assert tell(job, word("job_2", **FAILED)) == 202
    assert tell(job, word("job_1", **price)) == 202
    assert (fresh(job).state, held(job.member)) == (State.SAVING, 0)
    sweep.sweep(timezone.now() + AFTER)
    assert spent(job.member) == charged
    assert is_exact(job)


@pytest.mark.django_db
@pytest.mark.parametrize(("price", "charged"), [({}, HOLD), ({"creditCost": 14}, 14)])
def test_a_doubtful_try_that_was_withdrawn_from_the_line_is_charged_where_it_was_made_after_all(
    price: dict[str, Any], charged: int
) -> None:
    job = a_sent_job(state=State.QUEUED, remote_id="", possibly_charged=True)
    assert steering.cancel(fresh(job))
    assert [tell(job, word(**price)) for _ in range(3)] == [202] * 3
    assert (fresh(job).state, fresh(job).remote_id) == (State.CANCELLED, "job_1")
    for _ in range(2):
        sweep.sweep(timezone.now() + AFTER)
    assert spent(job.member) == charged
    assert is_exact(job)


@pytest.mark.django_db
def test_one_that_was_no_longer_asked_about_is_charged_where_a_webhook_tells_of_it() -> None:
    long_ago = timezone.now() - timedelta(hours=25)
    job = a_sent_job(state=State.CANCELLED, finished_at=None, sent_at=long_ago)
    sweep.sweep(timezone.now())
    assert held(job.member) == 0
    stamp = {"Webhook-Timestamp": str(int(timezone.now().timestamp()))}
    assert [tell(job, word(creditCost=14), **stamp) for _ in range(2)] == [202, 202]
    assert spent(job.member) == 14
    assert is_exact(job)


@pytest.mark.django_db
def test_an_answer_about_a_purchase_that_was_left_meanwhile_is_not_taken_for_the_new_one() -> None:
    job = a_sent_job(state=State.OVERDUE)
    asked = agenda.chosen(job.key, timezone.now(), 50)
    assert steering.give_up(fresh(job))
    assert steering.retry(fresh(job))
    Job.objects.filter(pk=job.pk).update(state=State.SENDING, sent_at=timezone.now(), claim=uuid4())
    told = read_webhook(raw(word(creditCost=14)))
    for _ in range(2):
        looking._absorb(looking.Heard(asked=asked, answers={"job_1": told}))
    assert (fresh(job).state, fresh(job).remote_id, held(job.member)) == (State.SENDING, "", HOLD)
    assert (spent(job.member), fresh(job).charged_late) == (14, 14)
    assert is_exact(job)


def sending(tries: int = 1) -> submission.Claimed:
    """Return a job that a worker is sending right now."""
    claim = uuid4()
    job = a_sent_job(state=State.SENDING, remote_id="", tries=tries, claim=claim)
    attempt = Attempt.objects.create(job=job, number=tries, verb="generate", started_at=timezone.now())
    return submission.Claimed(attempt=attempt, claim=claim, purchase=Purchase.objects.get(pk=job.purchase))


def answer(claimed: submission.Claimed, said: object) -> None:
    exchange = Exchange(
        method="POST", url="https://api.doitong.com/graphql", status=200, started_at=timezone.now(),
        duration_ms=1, request_body={}, response_text="", rate=None, sent=True,
    )  # fmt: skip
    submission._accepted(claimed, Answer(value=read_webhook(raw(said)), exchange=exchange))


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "charged"), [({"creditCost": 14}, 14), ({"status": "processing"}, HOLD)])
def test_the_second_orders_answer_is_charged_where_the_firsts_picture_came_while_it_was_sent(
    more: dict[str, Any], charged: int
) -> None:
    claimed = sending(tries=2)
    job = claimed.job
    job.attempts.create(number=1, verb="generate", started_at=timezone.now(), possibly_charged=True)
    assert tell(job, word("job_1", creditCost=10)) == 202
    answer(claimed, word("job_2", **more))
    if charged == 14:
        assert tell(job, word("job_2", creditCost=14)) == 202  # the webhook of what was answered for
    for _ in range(2):
        latecomers.settle_overdue(timezone.now() + AFTER)
    assert (fresh(job).state, fresh(job).remote_id, fresh(job).cost) == (State.SAVING, "job_1", 10)
    assert (spent(job.member), fresh(job).charged_late, held(job.member)) == (10 + charged, charged, 0)
    assert is_exact(job)


@pytest.mark.django_db
def test_an_answer_with_the_same_id_or_anothers_is_no_second_purchase() -> None:
    claimed = sending(tries=2)
    other = a_sent_job(claimed.job.member, claimed.job.key, remote_id="job_9")
    assert tell(claimed.job, word("job_1", creditCost=10)) == 202
    answer(claimed, word("job_1", creditCost=10))
    answer(claimed, word("job_9", creditCost=10))
    assert (claimed.job.purchases.count(), fresh(other).state) == (1, State.PROCESSING)
    assert spent(claimed.job.member) == 10


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "charged"), [({"creditCost": 14}, 14), ({"status": "processing"}, HOLD)])
def test_an_answer_that_comes_after_the_job_was_bought_anew_is_charged(
    more: dict[str, Any], charged: int
) -> None:
    claimed = sending()
    job = claimed.job
    Job.objects.filter(pk=job.pk).update(state=State.UNKNOWN, claim=None)
    assert steering.retry(fresh(job))
    Job.objects.filter(pk=job.pk).update(state=State.SENDING, claim=uuid4())
    answer(claimed, word("job_1", **more))
    latecomers.settle_overdue(timezone.now() + AFTER)
    assert (fresh(job).state, held(job.member)) == (State.SENDING, HOLD)
    assert (spent(job.member), fresh(job).charged_late) == (charged, charged)
    assert is_exact(job)


@pytest.mark.django_db
def test_what_a_cancelled_image_cost_stays_said_after_a_retry_and_is_said_once() -> None:
    job = a_sent_job()
    first = token_of(job)
    assert steering.cancel(fresh(job))
    assert tell(job, word(creditCost=14)) == 202
    assert steering.retry(fresh(job))
    assert said(job) == 14
    again = raw(word(creditCost=14))
    assert post(first, again, sign(again)) == 202  # told again, it brings the picture that was paid for
    assert (fresh(job).state, held(job.member)) == (State.SAVING, 0)
    assert is_exact(job)
