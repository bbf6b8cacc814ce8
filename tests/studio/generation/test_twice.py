"""A task comes twice, and to eight at once; the clock jumps: one purchase, one picture (JOB-02, OPS-06)."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest
from django.utils.module_loading import import_string

from studio.accounts.models import Member
from studio.generation import sweep
from studio.generation.counts import NEWS_WITHIN
from studio.generation.models import Image, Job
from tests.studio.generation import ringing
from tests.studio.generation.conftest import Hand
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_member
from tests.studio.generation.world import (
    World,
    give_credits,
    give_key,
    held,
    open_world,
    spent,
    start,
    states,
)

HANDS = 8


@pytest.fixture
def racing_world(file_db: None) -> Iterator[World]:
    """A world that threads may act in at once."""
    with open_world() as found:
        yield found


def test_job_02_each_task_done_twice_and_by_eight_at_once_buys_and_keeps_one(racing_world: World) -> None:
    world, person = racing_world, a_member()
    give_key(world, a_member("owner@studio.example", "owner"))
    give_credits(person, 1_000)
    run = start(person, "a {red|blue} dune")
    for _ in range(40):
        if not (tasks := rung()):
            world.look()
        for do in tasks:
            do()
            at_once([do] * HANDS)
    assert states(run) == ["done"] * 2
    assert (world.submissions(), Image.objects.count()) == (2, 2)
    assert (spent(person), held(person)) == (world.charged(), 0)


def rung() -> list[partial[None]]:
    """Take every task that waits."""
    found = []
    while task := ringing.take():
        found.append(partial(import_string(task["func"]), *task["args"]))
    return found


@pytest.mark.parametrize("jump", [-86_400, -3_600, 3_600, 86_400])
@pytest.mark.parametrize("at", ["sent", "completed"])
def test_ops_06_a_clock_that_jumps_buys_nothing_twice_and_leaves_nothing_standing(
    world: World, designer: Member, hand: Hand, jump: float, at: str
) -> None:
    run = start(designer, f"a dune {uuid4().hex}")
    world.listen()
    if at == "completed":
        world.look()
    hand.move(jump)
    world.clock.ahead -= jump  # the provider's goes on as it did
    for _ in range(8):
        sweep.sweep(hand.move(31))
        world.finish()
    job = Job.objects.get(run=run)
    assert world.submissions() == 1
    if (at, jump) == ("sent", NEWS_WITHIN.total_seconds()):  # a day without news, as far as anyone can tell
        assert (job.state, held(designer)) == ("overdue", 20)
        return
    assert (job.state, spent(designer), held(designer)) == ("done", world.charged(), 0)
    assert job.sent_at is not None
    assert job.completed_at is not None
    assert job.completed_at >= job.sent_at
