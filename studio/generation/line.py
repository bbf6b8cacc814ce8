"""The line: which job of a key goes next, and how many stand before another."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from studio.accounts.models import Key
from studio.generation.models import Job
from studio.generation.states import State

ORDER = ("created_at", "position")
PLACES_TOLD = 500


def next_job(key: Key, now: datetime) -> Job | None:
    """Return the job that goes next, or None; the caller holds the key's governor."""
    return _due(key.pk, now).order_by(*ORDER).first()


def anyone_waits(key_id: UUID, now: datetime) -> bool:
    """Say whether a job of this key could be sent now if the limits allow it."""
    return _due(key_id, now).exists()


def keys_with_waiting(now: datetime) -> list[Key]:
    """Return the keys that have jobs to send."""
    due = Job.objects.filter(state=State.QUEUED, member__is_active=True)
    due = due.filter(Q(not_before=None) | Q(not_before__lte=now))
    return list(Key.objects.filter(pk__in=due.values("key_id").distinct()))


def places(key_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the places of the first jobs in the keys' lines, from 1; further back there is none to tell."""
    rows = Job.objects.filter(key_id__in=key_ids, state=State.QUEUED).order_by(*ORDER)[:PLACES_TOLD]
    places: dict[UUID, int] = {}
    lengths: dict[UUID, int] = {}
    for job_id, key_id in rows.values_list("pk", "key_id"):
        lengths[key_id] = places[job_id] = lengths.get(key_id, 0) + 1
    return places


def _due(key_id: UUID, now: datetime) -> QuerySet[Job]:
    """Return what may be sent now; nothing of somebody who left (JOB-14)."""
    line = Job.objects.filter(key_id=key_id, state=State.QUEUED, member__is_active=True)
    return line.filter(Q(not_before=None) | Q(not_before__lte=now))
