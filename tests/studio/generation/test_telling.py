"""What the provider tells late, twice, or of another job: it moves the purchase it is about, or nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Key, KeyState, Member
from studio.doitong import Generation, Status
from studio.generation import leases, lifecycle, limits, steering, submission, sweep
from studio.generation.models import Attempt, Job, Request
from studio.generation.states import Reason, State
from tests.studio.generation.rows import a_job, a_key, a_member, a_run, state_of
from tests.studio.generation.world import World, held, only_job, start, states

URL = "https://cdn.doitong.com/one.jpeg"


@pytest.fixture
def processing(world: World, designer: Member) -> Job:
    """Return a job of the designer's that the provider makes for a while."""
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "30"})
    run = start(designer)
    world.listen()
    return only_job(run)


def told(job: Job, status: Status, **fields: object) -> Generation:
    return Generation(remote_id=job.remote_id, status=status, **fields)  # type: ignore[arg-type]


def test_a_failure_told_twice_never_ends_what_was_bought_again_in_between(
    processing: Job, designer: Member
) -> None:
    failed = told(processing, Status.FAILED)
    stale = only_job(processing.run)
    assert lifecycle.absorb(processing, failed, now=timezone.now())
    assert steering.retry(only_job(processing.run))
    assert not lifecycle.absorb(stale, failed, now=timezone.now())
    assert (states(processing.run), held(designer)) == (["queued"], 20)


def test_a_price_told_twice_never_ends_the_waiting_for_another_purchase(
    processing: Job, designer: Member
) -> None:
    steering.cancel(processing)
    stale, failed = only_job(processing.run), told(processing, Status.FAILED)
    assert lifecycle.absorb(only_job(processing.run), failed, now=timezone.now())
    again = only_job(processing.run)
    assert steering.retry(again)
    Job.objects.filter(pk=again.pk).update(state=State.CANCELLED)  # stopped again, and not told of yet
    assert not lifecycle.absorb(stale, failed, now=timezone.now())
    assert (only_job(processing.run).finished_at, held(designer)) == (None, 20)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("status", Status)
def test_the_id_of_another_job_is_never_taken_over(status: Status) -> None:
    run = a_run(a_member(), a_key())
    a_job(run, State.PROCESSING, remote_id="job_1")
    job = a_job(run, State.SENDING, claim=uuid4())
    answer = Generation(remote_id="job_1", status=status, url=URL, credit_cost=12)
    lifecycle.absorb(job, answer, now=timezone.now(), held_by=job.claim)
    job.refresh_from_db()
    assert (job.state, job.reason, job.remote_id) == (State.UNKNOWN, Reason.NO_ANSWER, "")
    assert (job.possibly_charged, job.claim) == (True, None)


def test_an_answer_that_came_after_the_lease_ran_out_is_the_one_that_was_missed(
    world: World, designer: Member
) -> None:
    run = start(designer)
    attempt = submission._claim(only_job(run).key_id)
    assert attempt is not None
    sweep.sweep(timezone.now() + leases.LEASE + timedelta(seconds=1))
    assert states(run) == ["unknown"]
    late = Generation(remote_id="job_late", status=Status.PROCESSING)
    assert lifecycle.absorb(attempt.job, late, now=timezone.now(), held_by=attempt.job.claim)
    job = only_job(run)
    assert (job.state, job.remote_id, job.reason, held(designer)) == (State.PROCESSING, "job_late", "", 20)


def test_a_late_answer_is_not_that_of_what_a_person_sent_again(world: World, designer: Member) -> None:
    run = start(designer)
    attempt = submission._claim(only_job(run).key_id)
    assert attempt is not None
    sweep.sweep(timezone.now() + leases.LEASE + timedelta(seconds=1))
    assert steering.retry(only_job(run))
    late = Generation(remote_id="job_late", status=Status.PROCESSING)
    assert not lifecycle.absorb(attempt.job, late, now=timezone.now(), held_by=attempt.job.claim)
    assert (states(run), only_job(run).remote_id) == (["queued"], "")


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("change", [{"state": KeyState.DISABLED}, {"per_day": 0}, {"at_once": 0}])
def test_a_grant_reads_the_key_as_it_is_once_its_turn_is_had(change: dict[str, object]) -> None:
    key = a_key()
    Key.objects.filter(pk=key.pk).update(**change)
    with transaction.atomic():
        assert not limits.grant(key, Request.Verb.GENERATE, timezone.now()).granted
    job = a_job(a_run(a_member(), key))
    assert submission._claim(key.pk) is None
    assert (state_of(job.pk), Attempt.objects.count()) == (State.QUEUED, 0)
