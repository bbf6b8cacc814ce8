"""A queue that is away, or that nobody listens to: no job is lost by it, and no process ends (B8, OPS-03)."""

from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import NoReturn

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts.models import Key, Member
from studio.generation import lifecycle, looking, queue, sweep, tasks, watcher
from studio.generation.models import Job
from studio.generation.states import State
from tests.studio.generation import ringing
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import World, start, states


def away(*_args: object, **_named: object) -> NoReturn:
    raise ConnectionError("nobody there")


def test_a_broker_that_is_away_loses_no_claimed_job_and_refuses_no_run(
    world: World,
    designer: Member,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    settings: Settings,
) -> None:
    monkeypatch.setattr(queue, "_broker", away)
    usual, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"  # rung after the commit
    run = start(designer, "a {red|blue} dune")
    assert states(run) == ["queued"] * 2
    tasks.submit(str(run.key_id))  # rings for the second one before it sends the first
    assert sorted(states(run)) == ["processing", "queued"]
    assert world.look() == 1
    assert "nobody there" in caplog.text
    monkeypatch.undo()
    settings.REDIS_URL = usual
    sweep.sweep(timezone.now() + lifecycle.SAVE_GRACE)
    world.finish()
    assert states(run) == ["done"] * 2


def test_a_broker_that_is_away_says_so_in_the_queues_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broker:
        queue_size = away

    monkeypatch.setattr(queue, "_broker", Broker)
    with pytest.raises(queue.QueueAway):
        queue.waiting()


class Turns(Event):
    """Lets the watcher go round so many times."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = number

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


def failing(error: Exception, now: datetime) -> NoReturn:
    raise error


@pytest.mark.parametrize(
    "error",
    [
        queue.QueueAway("away"),
        InterfaceError("connection already closed"),
        OperationalError("the server closed the connection"),
    ],
)
@pytest.mark.usefixtures("db")
def test_the_watcher_outlives_what_is_away_and_asks_on(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[Key] = []
    key = a_key()
    sent = timezone.now() - timedelta(minutes=2)
    a_job(a_run(a_member(), key), State.PROCESSING, remote_id="job_1", sent_at=sent)
    monkeypatch.setattr(watcher, "DUTIES", [(partial(failing, error), timedelta(0))])
    monkeypatch.setattr(looking, "look", asked.append)
    monkeypatch.setattr(watcher, "NET", 0)
    watching = watcher.Watcher()
    watching.run(Turns(6))
    assert len([record for record in caplog.records if record.name == watcher.__name__]) == 6
    assert asked
    assert set(asked) == {key}


@pytest.mark.usefixtures("db")
def test_each_duty_of_the_watcher_is_done_at_its_own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    every = {"often": timedelta(seconds=1), "seldom": timedelta(hours=1)}
    doing = [(lambda _, name=name: done.append(name), pause) for name, pause in every.items()]
    monkeypatch.setattr(watcher, "DUTIES", doing)
    noon = timezone.now()
    at = iter([noon, *(noon + timedelta(seconds=second) for second in (0, 0.5, 1, 3599, 3600))])
    watching = watcher.Watcher(clock=lambda: next(at))
    for _ in range(5):
        watching.turn()
    assert done == ["often", "seldom", "often", "often", "often", "seldom"]


def test_pictures_are_rung_for_while_few_bells_wait_those_first_that_waited_longest(
    world: World, designer: Member
) -> None:
    run = start(designer, "a {1|2|3|4|5} {red|blue} dune")
    ringing.silence()
    now = timezone.now()
    jobs = list(Job.objects.filter(run=run).order_by("-position"))
    for age, job in enumerate(jobs, 1):
        Job.objects.filter(pk=job.pk).update(state=State.SAVING, lease_until=now - timedelta(seconds=age))
    Job.objects.filter(pk=jobs[0].pk).update(lease_until=None)
    for _ in range(20):
        sweep.sweep(now)
    rung = [bell["args"][0] for bell in ringing.waiting()]
    longest = [jobs[0], *reversed(jobs[3:])]
    assert rung == [str(job.pk) for job in longest]
    assert len(rung) == sweep.ENOUGH_BELLS
