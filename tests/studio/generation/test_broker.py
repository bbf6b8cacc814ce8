"""The queue's brokers: a task is there with its job or not at all, is claimed once, and may be lost."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django_q.conf import Conf
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from studio.generation import queue, redislist, sweep, tasks
from studio.generation.models import Job
from studio.generation.queue import Inbox
from tests.studio.generation import ringing
from tests.studio.generation.conftest import Hand
from tests.studio.generation.racing import at_once
from tests.studio.generation.world import World, start, states

LONG = 5.0  # seconds; nothing that is rung takes so long


@pytest.fixture
def bells(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have the queue in the database and bells in a folder, whatever the run's set-up is."""
    settings.BELLS, settings.BELLS_FOLDER, settings.REDIS_URL = "sockets", tmp_path / "bells", ""
    monkeypatch.setattr(Conf, "BROKER_CLASS", "studio.generation.broker.Database")
    queue._broker.cache_clear()
    yield tmp_path / "bells"
    queue._broker.cache_clear()


@pytest.fixture
def inbox(transactional_db: None, bells: Path) -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


def test_job_07_a_task_is_there_with_what_it_is_about_or_not_at_all(inbox: Inbox) -> None:
    with transaction.atomic():
        queue.ring_submit(uuid4())
        transaction.set_rollback(True)
    assert inbox.take(10, 0) == []
    key = uuid4()
    with transaction.atomic():
        queue.ring_submit(key)
        assert OrmQ.objects.count() == 1
    assert [task.subject for task in inbox.take(10, 0)] == [str(key)]
    assert OrmQ.objects.count() == 0


def test_tasks_are_taken_in_their_order_and_no_more_than_wanted(inbox: Inbox) -> None:
    keys = [uuid4() for _ in range(5)]
    for key in keys:
        queue.ring_submit(key)
    taken = [task.subject for most in (2, 10) for task in inbox.take(most, 0)]
    assert taken == [str(key) for key in keys]


def test_whoever_waits_is_woken(file_db: None, bells: Path) -> None:
    taken: list[str] = []

    def wait() -> None:
        inbox = Inbox()
        ready.set()
        taken.extend(task.subject for task in inbox.take(1, LONG))
        inbox.close()
        connection.close()

    ready, key, begun = threading.Event(), uuid4(), time.monotonic()
    waiting = threading.Thread(target=wait)
    waiting.start()
    ready.wait(LONG)
    queue.ring_submit(key)
    waiting.join(LONG)
    assert taken == [str(key)]
    assert time.monotonic() - begun < LONG


def test_many_at_once_take_each_task_once(file_db: None, bells: Path) -> None:
    keys = {str(uuid4()) for _ in range(60)}
    for key in keys:
        queue._ring(queue.SUBMIT, key)

    def take() -> list[str]:
        inbox = Inbox()
        taken: list[str] = []
        while tasks := inbox.take(3, 0):
            taken += [task.subject for task in tasks]
        inbox.close()
        return taken

    taken = [subject for one in at_once([take] * 4) for subject in one]
    assert sorted(taken) == sorted(keys)


def test_a_task_signed_with_another_key_is_dropped(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conf, "SECRET_KEY", "another one, of long ago")
    queue.ring_submit(uuid4())
    monkeypatch.undo()
    assert inbox.take(10, 0) == []


@pytest.mark.redis
def test_redis_hands_each_task_to_one(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conf, "REDIS", redis_url)
    line = redislist.Redis(list_key=uuid4().hex)
    for number in range(5):
        line.enqueue(f"task {number}")
    assert line.queue_size() == 5
    assert [task for _, task in line.dequeue(3, 1)] == ["task 0", "task 1", "task 2"]
    assert [task for _, task in line.dequeue(10, 1)] == ["task 3", "task 4"]
    assert line.dequeue(10, 0.01) == []
    line.close()


def test_job_05_a_queue_that_was_emptied_is_filled_again_by_the_sweep(
    world: World, designer: Member, hand: Hand
) -> None:
    """At each step: before it is sent, while it is fetched, before its renditions are drawn (JOB-05)."""
    run = start(designer, "a {red|blue|green} dune")
    for _ in range(16):
        ringing.silence()
        hand.move(60)
        sweep.sweep(hand())
        if bell := ringing.take():  # one is heard, and all others are lost
            ringing.silence()
            do = tasks.named(bell["func"])
            assert do
            do(*bell["args"])
        ringing.silence()
        world.look()
    assert states(run) == ["done"] * 3
    assert world.submissions() == 3
    assert not Job.objects.filter(image__rendered_at=None).exists()
