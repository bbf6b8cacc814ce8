"""Whose fault it is that a worker died with a picture in its hands (JOB-01, JOB-03)."""

import os
from collections.abc import Callable
from typing import NoReturn

import pytest

from studio.accounts.models import Member
from studio.generation import leases, saving
from studio.generation.models import Job
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, only_job, start, states


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the worker's own runs after it."""


@pytest.fixture
def killing(
    world: World, designer: Member, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Return what takes a job whose picture is there, and dies with it; the lease runs out then."""

    def kill(job: Job, brought: object = None) -> NoReturn:
        raise Killed

    def die() -> None:
        job = Job.objects.get()
        with monkeypatch.context() as patch:
            patch.setattr(saving, "keep", kill)
            with pytest.raises(Killed):
                saving.save(job.pk)
        hand.move(leases.LEASE.total_seconds() + 1)

    start(designer)
    world.listen()
    assert world.look() == 1
    Job.objects.update(claim=None, lease_until=None)
    return die


def another_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a process of a cluster that was started anew."""
    monkeypatch.setattr(leases, "_HERE", os.urandom(8))


def test_a_picture_that_kills_its_worker_alone_is_given_up_after_three_tries(
    killing: Callable[[], None],
) -> None:
    for _ in range(saving.MOST_TRIES):
        killing()
    job = Job.objects.get()
    saving.save(job.pk)
    job.refresh_from_db()
    assert (job.state, job.reason, job.saves) == ("failed", "save", 3)


def test_a_picture_whose_whole_cluster_is_killed_again_and_again_is_kept_in_the_end(
    killing: Callable[[], None], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4 * saving.MOST_TRIES):
        killing()
        another_cluster(monkeypatch)
    job = Job.objects.get()
    assert job.saves == 1
    saving.save(job.pk)
    assert states(job.run) == ["done"]
    assert only_job(job.run).saves <= 2


def test_it_is_not_tried_for_ever_where_every_cluster_dies(
    killing: Callable[[], None], hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    killing()
    hand.move(saving.PATIENCE.total_seconds())
    for _ in range(saving.MOST_TRIES - 1):
        another_cluster(monkeypatch)
        killing()
    another_cluster(monkeypatch)
    job = Job.objects.get()
    saving.save(job.pk)
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "save")
