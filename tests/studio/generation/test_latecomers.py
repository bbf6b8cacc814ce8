"""News of a purchase that its job has gone on without: charged once, shown, its picture kept (B11)."""

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from studio.credits.check import check
from studio.credits.models import Entry, Kind
from studio.doitong import read_webhook
from studio.generation import agenda, latecomers, lifecycle, queries, steering
from studio.generation.models import Job, Purchase, Run
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
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
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_job
from tests.studio.generation.world import held


def bought_again(state: State, **fields: object) -> tuple[Job, str]:
    """Return a job whose first try was lost and that a person sent again, and the first one's address."""
    job = a_sent_job(state=State.UNKNOWN, remote_id="")
    first = token_of(job)
    assert steering.retry(fresh(job))
    Job.objects.filter(pk=job.pk).update(state=state, **fields)
    again = fresh(job)
    Purchase.objects.filter(pk=again.purchase).update(key=again.key, remote_id=again.remote_id)
    return again, first


def tell_first(token: str, said: object) -> int:
    body = raw(said)
    return post(token, body, sign(body))


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.SENDING, State.PROCESSING, State.SAVING, State.DONE])
def test_an_earlier_try_that_was_made_after_all_is_charged_once_and_said(state: State) -> None:
    job, first = bought_again(state, remote_id="job_2", sent_at=timezone.now())
    before = job.purchase
    assert [tell_first(first, word(creditCost=14)) for _ in range(3)] == [202] * 3
    told = fresh(job)
    assert (told.state, told.purchase, told.charged_late) == (state, before, 14)
    assert (spent(job.member), held(job.member)) == (14, HOLD)
    assert state == State.DONE or "the earlier try was charged after all: 14 credits" in meaning(
        told
    ).cost.replace("The", "the")
    assert check().differences == ()


@pytest.mark.django_db
def test_a_run_that_is_done_says_which_prices_are_to_come() -> None:
    job, _ = bought_again(State.DONE, remote_id="job_2", sent_at=timezone.now(), cost=None)
    run = Run.objects.select_related("experiment").get(pk=job.run_id)
    assert queries.run_heads([run], timezone.now())[0].spent == "Price to come"
    Job.objects.filter(pk=job.pk).update(cost=12)
    assert queries.run_heads([run], timezone.now())[0].spent == "12 credits"
    a_job(run, State.DONE, cost=None)
    assert queries.run_heads([run], timezone.now())[0].spent == "12 credits, price of 1 to come"
    a_job(run, State.PROCESSING)
    assert queries.run_heads([run], timezone.now())[0].spent == "12 credits so far"


@pytest.mark.django_db
def test_what_an_earlier_try_cost_is_part_of_what_its_run_and_its_experiment_spent() -> None:
    job, first = bought_again(State.PROCESSING, remote_id="job_2", sent_at=timezone.now())
    a_job(job.run, State.FAILED, cost=10)
    assert tell_first(first, word(creditCost=14)) == 202
    run = Run.objects.select_related("experiment").get(pk=job.run_id)
    assert queries.run_heads([run], timezone.now())[0].spent == "24 credits so far"
    assert queries.run_cards([run])[0].spent == "24 credits so far"
    Job.objects.filter(run=run).update(state=State.CANCELLED)
    assert queries.experiments(job.member)[0].meta == "0 images, 24"


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.FAILED])
def test_where_nothing_is_under_way_its_picture_is_taken_and_nothing_is_bought_again(state: State) -> None:
    job, first = bought_again(state, reason=Reason.PROVIDER if state == State.FAILED else "")
    second = job.purchase
    assert tell_first(first, word(creditCost=14)) == 202
    told = fresh(job)
    assert (told.state, told.cost, told.charged_late, told.remote_id) == (State.SAVING, 14, 0, "job_1")
    assert told.purchase != second
    assert (spent(job.member), held(job.member)) == (14, 0)
    assert check().differences == ()


@pytest.mark.django_db
def test_one_without_a_price_is_asked_for_and_else_costs_what_was_held() -> None:
    job, first = bought_again(State.PROCESSING, remote_id="job_2", sent_at=timezone.now())
    assert tell_first(first, word()) == 202
    now = timezone.now()
    assert latecomers.keys_to_ask() == [job.key]
    assert latecomers.settle_overdue(now) == 0
    assert latecomers.settle_overdue(now + timedelta(minutes=3)) == 1
    assert latecomers.settle_overdue(now + timedelta(minutes=3)) == 0
    assert latecomers.keys_to_ask() == []
    assert (fresh(job).charged_late, spent(job.member)) == (HOLD, HOLD)
    late = Entry.objects.get(kind=Kind.LATE)
    assert late.reason == "an earlier try was charged after all; price not confirmed"


@pytest.mark.django_db
@pytest.mark.parametrize(("cost", "charged"), [(None, 0), (0, 0), (14, 14)])
def test_one_that_failed_costs_what_the_provider_says(cost: int | None, charged: int) -> None:
    job, first = bought_again(State.PROCESSING, remote_id="job_2", sent_at=timezone.now())
    assert tell_first(first, word(status="failed", creditCost=cost)) == 202
    assert (fresh(job).state, fresh(job).charged_late, spent(job.member)) == ("processing", charged, charged)


@pytest.mark.django_db
def test_a_try_that_ended_in_an_error_and_was_made_all_the_same_is_a_purchase_of_its_own() -> None:
    """S82: accepted, then 500, then sent again: two pictures, two charges, one hold."""
    job = a_sent_job(remote_id="job_2", tries=2)
    job.attempts.create(number=1, verb="generate", started_at=timezone.now(), possibly_charged=True)
    assert [tell(job, word("job_1", creditCost=14)) for _ in range(2)] == [202, 202]
    assert (fresh(job).state, fresh(job).charged_late, held(job.member)) == (State.PROCESSING, 14, HOLD)
    assert job.purchases.count() == 2
    assert tell(job, word("job_2", creditCost=10)) == 202
    assert (fresh(job).state, fresh(job).cost, spent(job.member)) == (State.SAVING, 10, 24)
    assert check().differences == ()


@pytest.mark.django_db
def test_an_answer_to_the_second_order_does_not_price_the_picture_of_the_first() -> None:
    job = a_sent_job(state=State.SENDING, remote_id="", tries=2)
    assert tell(job, word("job_1")) == 202
    answer = read_webhook(raw(word("job_2", creditCost=50)))
    assert not lifecycle.absorb(fresh(job), answer, now=timezone.now())
    assert (fresh(job).remote_id, fresh(job).cost, held(job.member)) == ("job_1", None, HOLD)


@pytest.mark.usefixtures("file_db")
def test_late_news_that_comes_many_times_at_once_is_charged_once() -> None:
    job, first = bought_again(State.PROCESSING, remote_id="job_2", sent_at=timezone.now())
    assert at_once([partial(tell_first, first, word(creditCost=14)) for _ in range(8)]) == [202] * 8
    assert (fresh(job).charged_late, spent(job.member)) == (14, 14)
    assert check().differences == ()


@pytest.mark.django_db
def test_a_job_given_up_before_its_own_answer_came_is_asked_for_and_charged_once() -> None:
    """Without webhooks nobody else would ever name its price: the answer alone knows what to ask for."""
    claim = uuid4()
    job = a_sent_job(state=State.UNKNOWN, remote_id="", sent_at=timezone.now())
    assert steering.give_up(fresh(job))
    assert held(job.member) == 0
    answer = read_webhook(raw(word(status="processing")))
    assert lifecycle.absorb(fresh(job), answer, now=timezone.now(), held_by=claim)
    told = fresh(job)
    assert (told.state, told.remote_id, told.finished_at) == (State.PROCESSING, "job_1", None)
    assert [at for at, key in agenda.agenda(timezone.now()) if key == job.key]
    done = read_webhook(raw(word(creditCost=14)))
    assert [lifecycle.absorb(fresh(job), done, now=timezone.now()) for _ in range(2)] == [True, False]
    assert (fresh(job).state, spent(job.member), held(job.member)) == (State.SAVING, 14, 0)
    assert check().differences == ()


@pytest.mark.django_db
@pytest.mark.parametrize("held_by", [None, uuid4()])
@pytest.mark.parametrize("reason", [Reason.PROVIDER, Reason.REFUSED, Reason.SAVE])
def test_no_late_word_of_being_made_brings_back_what_has_failed(held_by: UUID | None, reason: Reason) -> None:
    job = a_sent_job(state=State.FAILED, reason=reason, remote_id="")
    answer = read_webhook(raw(word(status="processing")))
    assert not lifecycle.absorb(fresh(job), answer, now=timezone.now(), held_by=held_by)
    assert fresh(job).state == State.FAILED
