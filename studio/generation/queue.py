"""The one door to the queue. A task is only a bell: "look at this key", "look at this job".

The rows of the jobs are the truth. A bell may ring twice, late or never: what it starts
decides by a guarded update, and the sweep rings again for what should be moving and is not.
Arguments are ids as strings, and a bell rings once its transaction is committed.
"""

from functools import cache
from uuid import UUID

from django.db import transaction
from django_q import tasks
from django_q.brokers import Broker, get_broker

SUBMIT = "studio.generation.tasks.submit"
SAVE = "studio.generation.tasks.save"


def ring_submit(key_id: UUID) -> None:
    """Ask a worker to send this key's next job."""
    _ring(SUBMIT, key_id)


def ring_save(job_id: UUID) -> None:
    """Ask a worker to fetch and keep this job's picture."""
    _ring(SAVE, job_id)


def waiting() -> int:
    """Return the number of bells that no worker has heard yet."""
    return int(_broker().queue_size())


def _ring(task: str, subject: UUID) -> None:
    transaction.on_commit(lambda: tasks.async_task(task, str(subject), broker=_broker()))


@cache
def _broker() -> Broker:  # one a process: for Redis each would be a connection
    return get_broker()
