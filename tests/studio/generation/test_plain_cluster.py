"""django-q2's own `qcluster` takes the studio's tasks too: it pushes them, and finds what they name."""

import queue
from collections.abc import Iterator
from pydoc import locate
from threading import Event
from typing import Any

import pytest
from django_q.brokers import Broker, get_broker
from django_q.pusher import pusher

from studio.accounts.models import Member
from tests.studio.generation.world import World, start, states


@pytest.fixture
def broker() -> Iterator[Broker]:
    broker = get_broker()
    yield broker
    broker.close()


def pushed(broker: Broker) -> list[dict[str, Any]]:
    """Return what one turn of its pusher hands to its workers."""
    handed: queue.Queue[dict[str, Any]] = queue.Queue()
    once = Event()
    once.set()
    pusher(handed, once, broker)
    return [handed.get_nowait() for _ in range(handed.qsize())]


def test_a_run_is_brought_to_its_end(world: World, designer: Member, broker: Broker) -> None:
    run = start(designer)
    for _ in range(4):
        for task in pushed(broker):
            do: Any = locate(task["func"])
            do(*task["args"], **task["kwargs"])
        world.look()
    assert (states(run), world.submissions()) == (["done"], 1)
