"""The one door to the queue. A task is only a bell: "look at this key", "look at this job".

The rows of the jobs are the truth. A task may come twice, late or never: what it starts decides
by a guarded update, and the sweep rings again for what should be moving and is not. In the
database a task commits with what it is about; in Redis it is put in line after the commit, and
where that fails it is loud in the log and fails nothing. Arguments are ids as strings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.brokers import Broker, get_broker
from django_q.signing import BadSignature, SignedPackage

SUBMIT = "studio.generation.tasks.submit"
SAVE = "studio.generation.tasks.save"
RENDER = "studio.generation.tasks.render"
COLOURS = "studio.generation.tasks.colours"
TELL = "studio.generation.tasks.tell"


class QueueAway(Exception):
    """The broker does not answer; the database's own errors are not hidden in this."""


def ring_submit(key_id: UUID) -> None:
    """Ask a worker to send this key's next job."""
    _ring(SUBMIT, str(key_id))


def ring_save(job_id: UUID) -> None:
    """Ask a worker to fetch and keep this job's picture."""
    _ring(SAVE, str(job_id))


def ring_render(image_id: int) -> None:
    """Ask a worker to draw the small pictures of an image that has none yet."""
    _ring(RENDER, str(image_id))


def ring_colours(image_id: int) -> None:
    """Ask a worker to find the colours of an image that was drawn before they were kept."""
    _ring(COLOURS, str(image_id))


def ring_tell(alert_id: UUID) -> None:
    """Ask a worker to tell this alert, and to send what of it is due."""
    _ring(TELL, str(alert_id))


def waiting() -> int:
    """Return the number of tasks that no worker has taken yet. Raises QueueAway."""
    try:
        return int(_broker().queue_size())
    except OSError as error:
        raise QueueAway("the queue does not answer") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker is asked to do: the dotted name of a function of `tasks`, and an id."""

    name: str
    subject: str


class Inbox:
    """Where a worker takes its tasks from; for one thread."""

    def __init__(self) -> None:
        self._broker = get_broker()

    def take(self, most: int, wait: float) -> list[Task]:
        """Take up to `most` tasks, waiting so many seconds for the first.

        One that was signed with another SECRET_KEY is dropped: the sweep finds what it was about.
        Raises QueueAway and django.db.Error.
        """
        try:
            packed = self._broker.dequeue(most, wait)
        except OSError as error:
            raise QueueAway("the queue does not answer") from error
        return [task for task in map(_unpacked, (package for _, package in packed)) if task is not None]

    def close(self) -> None:
        """Wait for nothing any more."""
        self._broker.close()


def _unpacked(package: str) -> Task | None:
    try:
        told: dict[str, Any] = SignedPackage.loads(package)
    except (BadSignature, TypeError, ValueError):
        return None
    return Task(name=str(told["func"]), subject=str(told["args"][0]))


def _ring(task: str, subject: str) -> None:
    put: Callable[[], object] = lambda: _broker().enqueue(_packed(task, subject))  # noqa: E731
    if settings.REDIS_URL:
        transaction.on_commit(put, robust=True)
    else:
        put()


def _packed(task: str, subject: str) -> str:
    """Return a task as any cluster of django-q2 reads it; its own way there loads much that is not needed."""
    told = {"id": uuid4().hex, "name": subject, "func": task, "args": (subject,), "kwargs": {}}
    return str(SignedPackage.dumps({**told, "started": timezone.now()}))


@cache
def _broker() -> Broker:  # one a process: for Redis each would be a connection
    return get_broker()
