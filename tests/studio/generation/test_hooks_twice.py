"""Webhooks that come twice, early, late or in another order than things happened (HOOK-02 to HOOK-05)."""

import itertools
import time
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.credits.models import Kind
from studio.doitong import read_webhook
from studio.generation import lifecycle
from studio.generation.models import Job, Purchase
from studio.generation.states import Reason, State
from tests.studio.generation.hooking import (
    a_sealed_key,
    a_sent_job,
    forget,
    fresh,
    raw,
    settled,
    spent,
    tell,
    word,
)
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_member
from tests.studio.generation.world import held


@pytest.fixture(autouse=True)
def _new_process() -> None:
    forget()


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


@pytest.mark.django_db
def test_hook_02_what_is_known_already_is_taken_without_a_write() -> None:
    job = a_sent_job()
    said = word(creditCost=14)
    tell(job, said)
    with CaptureQueriesContext(connection) as asked:
        assert tell(job, said) == 202
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []


@pytest.mark.django_db
def test_hook_04_one_gives_way_to_the_answer_that_comes_at_the_same_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = a_sent_job(state=State.SENDING, remote_id="")
    answer = read_webhook(raw(word(creditCost=14)), [])
    monkeypatch.setattr(time, "sleep", lambda _: lifecycle.absorb(fresh(job), answer, now=timezone.now()))
    assert tell(job, word(creditCost=14)) == 202
    assert settled(job) == [(Kind.HOLD, 0), (Kind.SETTLE, -14)]
    assert job.attempts.filter(verb="webhook").count() == 0  # nothing was left for it to say


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
