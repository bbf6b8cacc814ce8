"""Leases of the jobs that this process works on: renewed while it lives, so that they can be short.

A worker that dies is noticed when its lease runs out; one that is only slow keeps its job.
The claim on the job is the fence: a renewal by somebody whose lease was taken changes nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from studio.generation.models import Job

LEASE = timedelta(seconds=30)
RENEW_EVERY = 5.0  # seconds

_HERE = os.urandom(8)  # one a cluster: its workers are forked from the process that read this file
_held: set[UUID] = set()
_lock = Lock()


def new_claim() -> UUID:
    """Return a claim that was never made before, and that tells its cluster from every other."""
    return UUID(bytes=_HERE + os.urandom(8))


def is_of_this_cluster(claim: UUID) -> bool:
    """Say whether a worker of this process's own cluster made it, which is alive then."""
    return claim.bytes.startswith(_HERE)


@contextmanager
def holding(claim: UUID) -> Iterator[None]:
    """Have the lease of this claim renewed while the block lasts."""
    with _lock:
        _held.add(claim)
    try:
        yield
    finally:
        with _lock:
            _held.discard(claim)


def renew(now: datetime) -> int:
    """Renew every lease that this process holds; return how many. Raises django.db.Error."""
    with _lock:
        claims = list(_held)
    if not claims:
        return 0
    return Job.objects.filter(claim__in=claims, lease_until__isnull=False).update(lease_until=now + LEASE)
