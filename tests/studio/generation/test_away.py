"""A server with pictures that is away: what was paid for is waited for, then a person is asked (D18)."""

from datetime import timedelta

from studio.accounts.models import Member
from studio.generation import saving, sweep
from studio.generation.models import Job
from studio.generation.states import State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, only_job, start, states


def test_a_server_away_for_minutes_costs_no_picture(world: World, designer: Member, hand: Hand) -> None:
    world.fault("image_503")
    run = start(designer)
    world.finish()
    for _ in range(10):
        assert (states(run), only_job(run).saves) == (["saving"], 0)
        sweep.sweep(hand.move(61))
        world.finish()
    world.clear()
    sweep.sweep(hand.move(61))
    world.finish()
    assert (states(run), world.submissions()) == (["done"], 1)


def test_a_server_that_stays_away_is_said_after_a_quarter_of_an_hour(
    world: World, designer: Member, hand: Hand
) -> None:
    world.fault("image_503")
    run = start(designer)
    world.finish()
    hand.move(saving.PATIENCE.total_seconds())
    sweep.sweep(hand())
    world.finish()
    job = only_job(run)
    assert (job.state, job.reason) == (State.FAILED, "save")
    assert job.detail


def test_it_is_asked_ever_more_rarely(world: World, designer: Member, hand: Hand) -> None:
    world.fault("image_503")
    job = only_job(start(designer))
    world.finish()
    pauses = []
    for _ in range(14):
        job.refresh_from_db()
        assert job.lease_until is not None
        pauses.append(job.lease_until - hand())
        hand.move(pauses[-1].total_seconds() + 0.1)
        Job.objects.filter(pk=job.pk).update(lease_until=None)
        sweep.sweep(hand())
        world.listen()
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (saving.SHORTEST_PAUSE, saving.LONGEST_PAUSE)
    assert sum(pauses, timedelta()) < saving.PATIENCE
