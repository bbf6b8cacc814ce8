"""The one door to the queue. A task is only a bell: "look at this key", "look at this job".

The rows of the jobs are the truth. A bell may ring twice, late or never: what it starts
decides by a guarded update, and the sweep rings again for what should be moving and is not.
So a bell that cannot be rung is loud in the log and fails nothing: what it was for is committed.
Arguments are ids as strings, and a bell rings once its transaction is committed.
"""

from functools import cache
from uuid import UUID

from django.db import transaction
from django_q import tasks
from django_q.brokers import Broker, get_broker
from redis import RedisError

SUBMIT = "studio.generation.tasks.submit"
SAVE = "studio.generation.tasks.save"


class QueueAway(Exception):
    """The broker does not answer; the database's own errors are not hidden in this."""


def ring_submit(key_id: UUID) -> None:
    """Ask a worker to send this key's next job."""
    _ring(SUBMIT, key_id)


def ring_save(job_id: UUID) -> None:
    """Ask a worker to fetch and keep this job's picture."""
    _ring(SAVE, job_id)


def waiting() -> int:
    """Return the number of bells that no worker has heard yet. Raises QueueAway."""
    try:
        return int(_broker().queue_size())
    except (RedisError, OSError) as error:
        raise QueueAway("the queue does not answer") from error


def _ring(task: str, subject: UUID) -> None:
    transaction.on_commit(lambda: tasks.async_task(task, str(subject), broker=_broker()), robust=True)


@cache
def _broker() -> Broker:  # one a process: for Redis each would be a connection
    return get_broker()
