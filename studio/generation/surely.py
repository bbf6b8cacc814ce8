"""Write down what was heard once and is not told again: where the connection breaks, once more on a new one.

An answer to an order says what was bought. Its worker lives on when the database is gone for a moment:
with the answer in hand it need not leave a job that nobody knows anything of (B11).
"""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

from studio.generation.models import Job

log = logging.getLogger(__name__)

PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before each further try; less than a worker has to end
AWAY = (OperationalError, InterfaceError)


def written[T](job: Job, write: Callable[[], T], *, pause: Callable[[float], None] = time.sleep) -> T:
    """Return what `write` does in a transaction of its own; `job` is as it was before each try of it.

    A commit whose own answer was lost is done twice: what it does has to be fenced, as every move is.
    Raises what the last try raised, and at once what comes within somebody's transaction.
    """
    before = dict(vars(job))
    for seconds in PAUSES:
        try:
            return write()
        except AWAY as error:
            if connection.in_atomic_block:
                raise
            log.warning("job %s: its answer could not be written down (%s); trying again", job.pk, error)
            connection.close()
            vars(job).update(before)
        pause(seconds)
    return write()
