"""What a submission that failed uses up, and what it leaves written."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts import provider
from studio.accounts.models import Key, Member
from studio.accounts.sealing import SealingError
from studio.credits import ledger
from studio.doitong import Client, NotSent, Secret
from studio.generation import queue, setbacks
from studio.generation.models import Attempt, Governor, Job, Request
from studio.generation.states import State
from studio.generation.wording import meaning
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import World, give_credits, only_job, start, states

GENERATE = Request.Verb.GENERATE


@contextmanager
def nobody_there() -> Iterator[None]:
    """Have the provider refuse every connection."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with httpx.Client(transport=httpx.MockTransport(refuse)) as http:

        def away(secret: Secret) -> Client:
            return Client(base_url="http://127.0.0.1", key=secret, http=http, allow_private=True)

        with provider.use(away):
            yield


def send_again(job: Job) -> None:
    """Send the job once more, whatever its pause."""
    Job.objects.update(not_before=None)
    queue.ring_submit(job.key_id)


def send_times(world: World, job: Job, times: int) -> Job:
    for _ in range(times):
        send_again(job)
        world.listen()
    return only_job(job.run)


def test_what_never_left_uses_up_neither_the_day_nor_the_minute(world: World, designer: Member) -> None:
    Key.objects.update(per_day=3, per_minute=6)
    run = start(designer)
    with nobody_there():
        job = send_times(world, only_job(run), 8)
    assert (job.state, Request.objects.exclude(verb=Request.Verb.LOOK).count()) == (State.QUEUED, 0)
    assert job.attempts.count() == 8
    send_again(job)
    world.finish()
    assert states(run) == ["done"]


def test_what_was_turned_away_is_of_the_minute_and_not_of_the_day(world: World, designer: Member) -> None:
    Key.objects.update(per_day=1, per_minute=9)
    world.fault("http_429", count=1)
    run = start(designer)
    world.listen()
    assert list(Request.objects.exclude(verb=Request.Verb.LOOK).values_list("verb", flat=True)) == [
        Request.Verb.TURNED_AWAY
    ]
    Governor.objects.update(paused_until=None)
    send_again(only_job(run))
    world.finish()
    assert states(run) == ["done"]
    assert Request.objects.exclude(verb=Request.Verb.LOOK).count() == 2


def test_a_key_that_cannot_be_opened_uses_up_nothing(db: None) -> None:
    key = a_key(per_day=1)
    attempt = sending(a_member(), key)
    setbacks.not_opened(attempt, SealingError("broken"))
    assert not Request.objects.exclude(verb=Request.Verb.LOOK).exists()


def sending(member: Member, key: Key, **fields: object) -> Attempt:
    now = timezone.now()
    Request.objects.create(account=key.account, verb=GENERATE, at=now)
    job = a_job(a_run(member, key), State.SENDING, **{"claim": uuid4(), "tries": 1, "sent_at": now, **fields})
    return Attempt.objects.create(job=job, number=1, verb="generate", started_at=now)


def test_only_tries_that_may_have_been_sent_count_towards_the_retries(world: World, designer: Member) -> None:
    run = start(designer)
    with nobody_there():
        send_times(world, only_job(run), 5)
    world.fault("http_500", count=1)
    job = send_times(world, only_job(run), 1)
    assert (job.state, job.tries) == (State.QUEUED, 1)
    send_again(job)
    world.finish()
    assert states(run) == ["done"]


def test_the_pause_grows_while_nobody_can_be_reached(db: None) -> None:
    now = timezone.now()
    attempt = sending(a_member(), a_key())
    pauses = []
    for _ in range(9):
        setbacks.absorb(attempt, NotSent("nobody there"), now=now, rng=random.Random(1))
        job = Job.objects.get(pk=attempt.job_id)
        pauses.append(seconds_until(job.not_before, now))
        assert (job.state, job.tries) == (State.QUEUED, 0)
        Job.objects.filter(pk=job.pk).update(state=State.SENDING, tries=1)
        attempt = Attempt.objects.create(job=job, number=1, verb="generate", started_at=now)
        attempt.job.refresh_from_db()
    least = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert all(low <= pause <= low * 1.25 for low, pause in zip(least, pauses, strict=True))


def seconds_until(moment: datetime | None, now: datetime) -> float:
    assert moment is not None
    return (moment - now).total_seconds()


@pytest.mark.parametrize("later", ["http_400", "nobody"])
def test_a_later_refusal_takes_back_no_doubt(world: World, designer: Member, later: str) -> None:
    world.fault("http_500", count=1)
    run = start(designer)
    world.listen()
    assert only_job(run).possibly_charged
    if later == "nobody":
        with nobody_there():
            send_times(world, only_job(run), 1)
    world.fault("http_400")
    job = send_times(world, only_job(run), 1)
    assert (job.state, job.possibly_charged) == (State.FAILED, True)
    assert meaning(job).cost == "Possibly charged, being checked"


def test_what_is_held_at_the_provider_is_one_query_over_all_that_it_may_make(
    db: None,
) -> None:
    member, key = a_member(), a_key()
    give_credits(member, 2_000)
    run = a_run(member, key)
    for number, state in enumerate(State):
        job = a_job(run, state)
        ledger.hold(member, [ledger.Hold(reference=job.purchase, amount=2**number)], key_id=key.pk)
        if state == State.PROCESSING:
            ended = a_job(run, state)  # its hold has ended
            ledger.hold(member, [ledger.Hold(reference=ended.purchase, amount=100)], key_id=key.pk)
            ledger.release(ended.purchase, reason="ended")
    made = [State.SENDING, State.PROCESSING, State.OVERDUE, State.CANCELLED]
    with CaptureQueriesContext(connection) as asked:
        found = setbacks._held_at_the_provider(Job(member=member, key=key))
    assert found == sum(2 ** list(State).index(state) for state in made)
    assert len(asked) == 1
