"""What only PostgreSQL refuses: rows locked crosswise, and text longer than its column."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.accounts.sealing import SealingError
from studio.credits import ledger
from studio.credits.models import Price
from studio.doitong import Generation, Refused, Status
from studio.doitong.reading import LONGEST_URL
from studio.generation import lifecycle, resuming, setbacks, submission
from studio.generation.models import Attempt, Job
from studio.generation.states import State
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_job, a_key, a_member, a_run, state_of
from tests.studio.generation.world import give_credits

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("postgres_db"),
    pytest.mark.xdist_group("pipeline"),  # one server for all of them
]
ROUNDS = 12


def somebody() -> Member:
    return a_member(f"{uuid4().hex}@studio.example")


def a_key_of_somebody() -> Key:
    return a_key(somebody())


def sending(member: Member, key: Key) -> Attempt:
    """Return the attempt of a job that is being sent, with its hold."""
    now = timezone.now()
    claimed = {"claim": uuid4(), "lease_until": now + timedelta(seconds=90), "tries": 1}
    job = a_job(a_run(member, key), State.SENDING, **claimed)
    ledger.hold(member, [ledger.Hold(reference=job.purchase, amount=20)], key_id=key.pk)
    return Attempt.objects.create(job=job, number=1, verb="generate", started_at=now)


def paid() -> Member:
    member = somebody()
    give_credits(member, 1_000)
    return member


def not_opened(attempt: Attempt) -> None:
    setbacks.not_opened(Attempt.objects.select_related("job__key").get(pk=attempt.pk), SealingError("broken"))


def test_two_workers_that_hold_one_line_never_wait_for_each_other() -> None:
    members = [paid(), paid()]
    for _ in range(ROUNDS):
        key = a_key_of_somebody()
        runs = [a_run(member, key) for member in members]
        waiting = [a_job(run) for run in runs for _ in range(4)]
        attempts = [sending(member, key) for member in members]
        at_once([partial(not_opened, attempt) for attempt in attempts])
        held = [*waiting, *(attempt.job for attempt in attempts)]
        assert {state_of(job.pk) for job in held} == {State.HELD}


def test_a_line_that_moves_to_another_key_is_not_sent_with_the_former_one() -> None:
    for _ in range(ROUNDS):
        owner = paid()
        former, key = a_key(owner), a_key(somebody())
        run = a_run(owner, former)
        jobs = [a_job(run) for _ in range(6)]
        calls: list[Callable[[], object]] = [partial(submission._claim, former.pk)] * 4
        calls.append(partial(resuming.take_over, former, key))
        at_once(calls)
        for job in Job.objects.filter(pk__in=[job.pk for job in jobs]):
            assert (job.state, job.key_id) in {(State.SENDING, former.pk), (State.QUEUED, key.pk)}


def test_the_longest_address_and_quality_have_room() -> None:
    member, key = paid(), a_key_of_somebody()
    job = sending(member, key).job
    Job.objects.filter(pk=job.pk).update(quality="q" * 32)
    job.refresh_from_db()
    url = "https://cdn.doitong.com/".ljust(LONGEST_URL, "x")
    told = Generation(remote_id=uuid4().hex, status=Status.COMPLETED, url=url, credit_cost=12)
    assert lifecycle.absorb(job, told, now=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.remote_url) == (State.SAVING, url)
    assert Price.objects.get(quality="q" * 32).high == 12


def test_a_long_word_for_a_refusal_is_cut() -> None:
    attempt = sending(paid(), a_key_of_somebody())
    error = Refused("no", code="CONTENT_POLICY_VIOLATION_DETECTED_IN_THE_PROMPT_TEXT")
    setbacks.absorb(attempt, error, now=timezone.now(), rng=random.Random(1))
    attempt.refresh_from_db()
    assert state_of(attempt.job_id) == State.FAILED
    assert attempt.outcome == error.code[:40]
