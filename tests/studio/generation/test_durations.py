"""How long jobs take is learned from those that are done, size by size; and what follows for a line (B16)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts.models import Key
from studio.doitong import RateLimit
from studio.generation import counts, durations, limits
from studio.generation.headroom import headroom
from studio.generation.models import Job, Request, Run
from studio.generation.states import State
from studio.generation.waits import waits
from tests.studio.generation.conftest import Hand
from tests.studio.generation.rows import a_job, a_key, a_member, a_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    return a_run(a_member(), a_key(per_minute=30, at_once=3))


def took(run: Run, *seconds: float, **fields: object) -> None:
    """Have jobs done that took so long."""
    for each in seconds:
        sent = timezone.now()
        done = sent + timedelta(seconds=each)
        a_job(
            run,
            State.DONE,
            sent_at=sent,
            completed_at=done,
            finished_at=done + timedelta(seconds=1),
            **fields,
        )


def test_the_usual_is_of_the_latest_of_the_same_size_and_quality(run: Run) -> None:
    took(run, 90.0, 90.0, 90.0)
    took(run, *(float(number) for number in range(1, 41)))
    took(run, 500.0, quality="high")
    usual = durations.usual(512, 512, "draft")
    assert usual is not None
    assert usual.n == 40
    assert 4 <= usual.p10 <= 8 < 20 <= usual.p50 <= 25 < 36 <= usual.p90 <= 90
    assert durations.usual(512, 512, "high") is None
    assert durations.usual(1024, 512, "draft") is None


def test_what_the_provider_says_is_not_believed_beyond_what_was_seen(run: Run) -> None:
    now = timezone.now()
    for _ in range(3):
        a_job(
            run,
            State.DONE,
            sent_at=now - timedelta(seconds=5),
            finished_at=now,
            completed_at=now + timedelta(hours=1),
        )
    usual = durations.usual(512, 512, "draft")
    assert usual is not None
    assert usual.p90 == 5.0


def test_it_is_read_once_in_a_few_seconds(hand: Hand, run: Run) -> None:
    took(run, 3.0, 3.0, 3.0)
    assert durations.usual(512, 512, "draft")
    took(run, *[9.0] * 30)
    with CaptureQueriesContext(connection) as caught:
        before = durations.usual(512, 512, "draft")
    assert before is not None
    assert (before.p50, len(caught)) == (3.0, 0)
    hand.move(6)
    after = durations.usual(512, 512, "draft")
    assert after is not None
    assert after.p50 == 9.0


def test_the_median_of_the_latest_is_told_in_whole_seconds(hand: Hand, run: Run) -> None:
    assert durations.usual_seconds() is None
    took(run, 3.4, 3.4, 9.0)
    assert durations.usual_seconds() is None  # it, too, is read once in a few seconds
    hand.move(6)
    assert durations.usual_seconds() == 3


def test_a_place_and_a_time_for_each_that_waits(run: Run) -> None:
    took(run, 3.0, 3.0, 3.0, 4.0)
    jobs = [a_job(run) for _ in range(14)]
    told = waits(jobs, timezone.now())
    assert [told[job.pk].place for job in jobs] == list(range(1, 15))
    last = told[jobs[-1].pk]
    assert last.span is not None
    assert 10 < last.span.low < last.span.high < 60
    assert last.words.startswith("Done in about ")


def test_where_nothing_is_known_there_is_a_place_and_no_time(run: Run) -> None:
    job = a_job(run)
    wait = waits([job], timezone.now())[job.pk]
    assert (wait.place, wait.span, wait.words) == (1, None, "")
    assert waits([a_job(run, State.HELD)], timezone.now()) == {}


def test_the_line_costs_the_same_queries_however_long(run: Run) -> None:
    took(run, 3.0, 3.0, 3.0)

    def queries() -> int:
        durations.forget()
        jobs = list(Job.objects.filter(state=State.QUEUED))
        with CaptureQueriesContext(connection) as caught:
            waits(jobs, timezone.now())
        return len(caught)

    a_job(run)
    one = queries()
    for _ in range(30):
        a_job(run)
    assert queries() == one <= 12


def test_headroom_counts_what_the_studio_asked_and_believes_the_provider_where_it_counted_more(
    run: Run,
) -> None:
    key, now = Key.objects.get(), timezone.now()
    limits.lock(key)
    for age in (1, 30, 90):
        Request.objects.create(
            account=key.account, verb=Request.Verb.GENERATE, at=now - timedelta(seconds=age)
        )
    a_job(run, State.PROCESSING, sent_at=now)
    room = headroom(key, now)
    assert (room.slots_used, room.slots, room.minute_used, room.minute, room.minute_left) == (1, 3, 2, 30, 28)
    assert room.minute_frees_at == now - timedelta(seconds=30) + counts.window()
    limits.learn(key, RateLimit(limit=10, remaining=3, reset_at=now + timedelta(seconds=20)), now)
    room = headroom(key, now)
    assert (room.minute, room.minute_used, room.paused_until) == (10, 7, None)
    assert headroom(key, now + timedelta(seconds=21)).minute_used == 2
