"""The line: by turns among members, each in their own order, background last, no leaver (B13, B14)."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Key, Member
from studio.generation import line, turns
from studio.generation.models import Job, Lane, Pulse, Run
from studio.generation.states import State
from tests.studio.generation.rows import a_job, a_key, a_member, a_run

pytestmark = pytest.mark.django_db
NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def send(key: Key, now: datetime = NOON) -> Job | None:
    """Take the next job out of the line, as a worker does."""
    job = line.next_job(key, now)
    if job is not None:
        turns.served(job, key.account, now)
        Job.objects.filter(pk=job.pk).update(state=State.PROCESSING)
    return job


def sent(key: Key, most: int) -> list[Job]:
    jobs = (send(key, at(second)) for second in range(most))
    return [job for job in jobs if job]


@pytest.fixture
def key() -> Key:
    return a_key()


@pytest.fixture
def ada(key: Key) -> Run:
    return a_run(a_member("ada@studio.example"), key)


@pytest.fixture
def ben(key: Key) -> Run:
    return a_run(a_member("ben@studio.example"), key)


def test_job_11_one_image_of_another_waits_for_one_of_five_hundred(key: Key, ada: Run, ben: Run) -> None:
    for number in range(500):
        a_job(ada, created_at=at(-number))
    sent(key, 3)
    single = a_job(ben, created_at=at(60))
    assert sent(key, 1) == [single]


def test_members_take_turns_and_each_keeps_their_own_order(key: Key, ada: Run, ben: Run) -> None:
    first = [a_job(ada, created_at=at(number)) for number in range(3)]
    second = [a_job(ben, created_at=at(number)) for number in range(3)]
    order = sent(key, 6)
    assert {job.member_id for job in order[:2]} == {ada.member_id, ben.member_id}
    assert [job.member_id for job in order[::2]] == [order[0].member_id] * 3
    assert [job for job in order if job.member_id == ada.member_id] == first
    assert [job for job in order if job.member_id == ben.member_id] == second


def test_background_waits_for_every_normal_job_of_the_account(key: Key, ada: Run, ben: Run) -> None:
    back = a_job(ada, lane=Lane.BACKGROUND, created_at=at(-60))
    other = a_key(ben.member, account=key.account)
    normal = a_job(a_run(ben.member, other), created_at=at(60))
    assert sent(key, 2) == [normal, back]


def test_to_the_front_to_the_back_and_into_a_lane_take_effect_at_the_next_send(key: Key, ada: Run) -> None:
    jobs = [a_job(ada, created_at=at(number)) for number in range(4)]
    assert line.to_front(jobs[2], jobs[3]) == 2
    assert line.to_back(jobs[0]) == 1
    assert line.to_lane(jobs[2], lane=Lane.BACKGROUND) == 1
    assert line.to_lane(jobs[2], lane=Lane.BACKGROUND) == 0
    assert sent(key, 4) == [jobs[3], jobs[1], jobs[0], jobs[2]]
    assert line.to_front(*jobs) == 0
    assert Pulse.of(ada.member_id) > 0


def test_an_order_is_for_ones_own_jobs_alone(key: Key, ada: Run, ben: Run) -> None:
    a_job(ada)
    mine = [a_job(ben, created_at=at(number)) for number in range(2)]
    sent(key, 1)  # whoever it is, the other is next
    before = line.next_job(key, NOON)
    line.to_front(*Job.objects.filter(member=ben.member))
    after = line.next_job(key, NOON)
    assert before is not None
    assert after is not None
    assert before.member_id == after.member_id
    assert mine[0].member_id == ben.member_id


def test_what_waits_for_its_time_is_passed_over_until_then(key: Key, ada: Run) -> None:
    later = a_job(ada, not_before=at(60), created_at=at(-60))
    now = a_job(ada)
    assert send(key, NOON) == now
    assert send(key, at(59)) is None
    assert line.waiting(key, at(59), 1) == 0
    assert line.waiting(key, at(60), 1) == 1
    assert line.keys_with_waiting(at(60)) == [key]
    assert send(key, at(60)) == later


def test_job_14_nothing_of_a_leaver_is_sent(key: Key, ada: Run) -> None:
    a_job(ada)
    Member.objects.filter(pk=ada.member_id).update(is_active=False)
    assert send(key) is None
    assert line.keys_with_waiting(NOON) == []
    assert line.waiting(key, NOON, 10) == 0


def test_the_keys_of_an_account_have_one_line(key: Key, ada: Run, ben: Run) -> None:
    other = a_key(ben.member, account=key.account)
    mine, theirs = a_job(ada), a_job(a_run(ben.member, other))
    order = sent(key, 2)
    assert {job.pk: job.key_id for job in order} == {mine.pk: key.pk, theirs.pk: other.pk}
    assert line.waiting(other, NOON, 5) == 0


def test_a_key_of_the_account_that_does_not_work_is_passed_over(key: Key, ben: Run) -> None:
    other = a_key(ben.member, account=key.account, state="refused")
    a_job(a_run(ben.member, other))
    assert send(key) is None


def test_places_are_those_in_which_they_are_sent(key: Key, ada: Run, ben: Run) -> None:
    for run, lane in ((ada, 0), (ada, 0), (ada, 1), (ben, 0), (ben, 1), (ada, 0)):
        a_job(run, lane=lane)
    a_job(ada, not_before=NOON + timedelta(days=9_999))
    turns.served(a_job(ada, State.DONE), key.account, NOON)
    places = line.places([key.pk])
    expected = [job.pk for job in sent(key, 9)]
    assert sorted(places, key=places.__getitem__) == expected
    assert sorted(places.values()) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("later", [False, True])
def test_ten_thousand_in_line_cost_no_more_than_ten(key: Key, ada: Run, ben: Run, *, later: bool) -> None:
    a_job(ben)
    queries = []
    for number in (10, 9_990):
        rows = [
            Job(run=ada, member=ada.member, key=key, position=10_000 * number + one, variation=one, width=512,
                height=512, prompt="a dune", created_at=at(one), not_before=at(9_999) if later else None)
            for one in range(number)
        ]  # fmt: skip
        Job.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as caught:
            start = time.perf_counter()
            assert line.next_job(key, NOON)
            took = time.perf_counter() - start
        queries.append(len(caught))
    assert queries[0] == queries[1] <= 8
    assert took < 0.5  # a few milliseconds on an idle machine
