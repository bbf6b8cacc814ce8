"""Jobs that nobody waits for any more: their slots and their holds come back (B12, B20)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation import agenda, counts, steering, sweep
from studio.generation.models import Job, Pulse
from studio.generation.states import State
from studio.generation.wording import meaning
from tests.studio.generation.world import World, held, only_job, spent, start


@pytest.fixture
def overdue(world: World, designer: Member) -> Job:
    """Return a job of the designer's that the provider never finishes, 11 minutes after it was sent."""
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "3600"})
    run = start(designer)
    world.listen()
    Job.objects.filter(run=run).update(sent_at=timezone.now() - timedelta(minutes=11))
    sweep.sweep(timezone.now())
    job = only_job(run)
    assert job.state == State.OVERDUE
    return job


def test_to_stop_waiting_for_an_overdue_job_takes_no_slot_again(overdue: Job) -> None:
    now = timezone.now()
    assert counts.busy(overdue.key, now) == 0
    assert steering.cancel(overdue)
    assert counts.busy(overdue.key, now) == 0
    assert agenda.next_due(now)


def test_a_cancelled_job_without_news_ends_after_a_day_and_is_asked_about_no_more(
    overdue: Job, designer: Member
) -> None:
    steering.cancel(overdue)
    sweep.sweep(timezone.now() + timedelta(hours=23))
    assert held(designer) == 20
    later = timezone.now() + timedelta(hours=24)
    sweep.sweep(later)
    ended = only_job(overdue.run)
    assert (ended.state, ended.finished_at, held(designer), spent(designer)) == ("cancelled", later, 0, 0)
    assert meaning(ended).cost == "Possibly charged, being checked"
    assert agenda.next_due(later) is None
    assert steering.retry(ended)


def test_an_overdue_job_can_be_given_up(overdue: Job, designer: Member) -> None:
    assert [action.label for action in meaning(overdue).actions] == ["Stop waiting", "Give up"]
    assert steering.give_up(overdue)
    ended = only_job(overdue.run)
    assert (ended.state, held(designer)) == (State.FAILED, 0)
    assert "ossibly charged" in meaning(ended).cost


def test_the_price_of_a_cancelled_job_is_news_for_its_page(world: World, designer: Member) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "5"})
    run = start(designer)
    world.listen()
    steering.cancel(only_job(run))
    before = Pulse.of(designer.pk)
    world.clock.ahead += 10
    assert world.look() == 1
    assert only_job(run).version == Pulse.of(designer.pk) > before
    assert only_job(run).cost == world.charged()
