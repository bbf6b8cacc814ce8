"""The line: which job of an account goes next, and how many stand before another.

Members take turns on what they share (B14); within a member's own jobs the order is theirs (B13).
Background jobs go when no normal one of the account may.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from studio.accounts.models import Key, KeyState
from studio.generation import pauses, queue, turns
from studio.generation.models import Job, Lane, Pulse
from studio.generation.pauses import not_paused
from studio.generation.states import BEFORE_SENDING, State
from studio.prepared import Rows, moment, number, uuid

OWN_ORDER = ("rank", "created_at", "position")
ORDER = ("lane", *OWN_ORDER)
PLACES_TOLD = 500

type Rank = Callable[[int, int], int]


def next_job(key: Key, now: datetime) -> Job | None:
    """Return the job that goes next, of this key or of another one of its account; None where none may.

    The caller holds the account's governor, and notes the turn of what it takes (`turns.served`). The
    job's key is read with it. A few indexed queries, whatever the length of the line.
    """
    keys = _keys_of(key)
    if keys == [key.pk] and not pauses.any_open():
        return _next_of_one(key, now)
    line = not_paused(_due(Job.objects.filter(key__in=keys), now))
    for lane in Lane:
        in_lane = line.filter(lane=lane)
        member_id = turns.whose(in_lane, key.account)
        if member_id is not None:
            mine = in_lane.filter(member=member_id).select_related("key", "run")
            return min(_heads(mine, keys), key=lambda job: (job.rank, job.created_at, job.position))
    return None


def _next_of_one(key: Key, now: datetime) -> Job | None:
    """Return the same for a key that is alone on its account while nothing is paused: the usual case."""
    for lane in Lane:
        in_lane: dict[str, object] = {"key": key.pk, "lane": lane, "now": now}
        member_id = _WHOSE.first(**in_lane, account=key.account)
        if member_id is not None:
            return _HEAD.first(**in_lane, member=member_id)
    return None


def call_next(key: Key, now: datetime) -> None:
    """Ring for the next job of the key's account, if one waits: who hears it decides whether it may go."""
    if _ANY(account=key.account, now=now):
        queue.ring_submit(key.pk)


def is_empty(key_id: UUID, now: datetime) -> bool:
    """Say whether nothing of the key's account could be sent now. One query, and nothing is locked."""
    return _ANY_OF_KEY.first(key=key_id, now=now) is None


def waiting(key: Key, now: datetime, most: int) -> int:
    """Return how many jobs of this key's account could be sent now, `most` at the most."""
    line = not_paused(_due(Job.objects.filter(key__in=_keys_of(key), member__is_active=True), now))
    return line.order_by()[:most].count()


def keys_with_waiting(now: datetime) -> list[Key]:
    """Return the keys that have jobs to send which no pause holds back."""
    waiting = not_paused(_due(Job.objects.filter(key=OuterRef("pk"), member__is_active=True), now))
    return list(Key.objects.filter(Exists(waiting)))


def to_front(*jobs: Job) -> int:
    """Put jobs before all others of their member's; return how many of them were not sent yet."""
    return _reorder(jobs, lambda first, last: first - 1)


def to_back(*jobs: Job) -> int:
    """Put jobs behind all others of their member's; return how many of them were not sent yet."""
    return _reorder(jobs, lambda first, last: last + 1)


@transaction.atomic
def to_lane(*jobs: Job, lane: Lane) -> int:
    """Put jobs into a lane, each in its usual place there; return how many came from the other."""
    moved = 0
    for member_id, mine in _by_member(jobs):
        unsent = Job.objects.filter(pk__in=mine, state__in=BEFORE_SENDING).exclude(lane=lane)
        moved += unsent.update(lane=lane, rank=0, version=Pulse.advance(member_id))
    return moved


def places(key_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the places of the first jobs in the keys' lines, from 1; further back there is none to tell.

    As they are sent if nobody comes. What waits for its time has no place yet.
    """
    return {job_id: place for line in lines(key_ids).values() for place, job_id in enumerate(line, start=1)}


def lines(key_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Return the ids of the first jobs in line, by account, for the accounts of these keys."""
    accounts = dict(_PEERS(key=key_ids[0]) if len(key_ids) == 1 else _kin(Q(pk__in=key_ids)))
    if len(accounts) == 1:
        rows = _FIRST(key=next(iter(accounts)), now=timezone.now())
    else:
        rows = list(_first(Q(key__in=list(accounts)), timezone.now()))
    lanes: dict[UUID, dict[int, dict[UUID, list[UUID]]]] = {}
    for job_id, key_id, member_id, lane in rows:
        lanes.setdefault(accounts[key_id], {}).setdefault(lane, {}).setdefault(member_id, []).append(job_id)
    served = turns.served_at(list(lanes))
    return {account: turns.by_turns(lanes[account], served[account], PLACES_TOLD) for account in lanes}


def _kin(those: Q) -> "QuerySet[Key, tuple[UUID, UUID]]":
    """Return the keys, with their accounts, of the accounts that some keys have."""
    return Key.objects.filter(account__in=Key.objects.filter(those).values("account")).values_list(
        "pk", "account"
    )


def _first(those: Q, now: datetime) -> "QuerySet[Job, tuple[UUID, UUID, UUID, int]]":
    """Return the first jobs in line of each key, member and lane, in order."""
    nth = Window(RowNumber(), partition_by=[F("key"), F("member"), F("lane")], order_by=OWN_ORDER)
    waiting = _due(Job.objects.filter(those), now).annotate(nth=nth)
    rows = waiting.filter(nth__lte=PLACES_TOLD).order_by(*ORDER)
    return rows.values_list("pk", "key_id", "member_id", "lane")


_PEERS = Rows(lambda: _kin(Q(pk=uuid("key"))))
_FIRST = Rows(lambda: _first(Q(key=uuid("key")), moment("now")))


def _heads(mine: QuerySet[Job], keys: Sequence[UUID]) -> Iterator[Job]:
    """Yield the first job of each key: so each is read off the index and none is sorted."""
    for key_id in keys:
        head = mine.filter(key=key_id).order_by(*OWN_ORDER).first()
        if head is not None:
            yield head


def _keys_of(key: Key) -> list[UUID]:
    """Return this key, and the working ones of its account."""
    return [key.pk, *_KIN(account=key.account, key=key.pk)]


def _due(jobs: QuerySet[Job], now: datetime) -> QuerySet[Job]:
    """Return what of these may be sent now."""
    return jobs.filter(Q(not_before=None) | Q(not_before__lte=now), state=State.QUEUED)


def _in_lane() -> QuerySet[Job]:
    return _due(Job.objects.filter(key=uuid("key"), lane=number("lane")), moment("now"))


_KIN = Rows(
    lambda: (
        Key.objects.filter(account=uuid("account"), state=KeyState.OK)
        .exclude(pk=uuid("key"))
        .values_list("pk", flat=True)
    )
)
_WHOSE = Rows(lambda: turns.in_turn(_in_lane(), uuid("account")))
_HEAD = Rows(
    lambda: _in_lane().filter(member=uuid("member")).select_related("key", "run").order_by(*OWN_ORDER)[:1]
)
_ANY = Rows(
    lambda: (
        _due(Job.objects.filter(key__account=uuid("account")), moment("now"))
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)
_ANY_OF_KEY = Rows(
    lambda: (
        _due(
            Job.objects.filter(key__account__in=Key.objects.filter(pk=uuid("key")).values("account")),
            moment("now"),
        )
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def _reorder(jobs: Sequence[Job], rank: Rank) -> int:
    moved = 0
    with transaction.atomic():
        for member_id, mine in _by_member(jobs):
            version = Pulse.advance(member_id)  # also what lets one order come after another
            unsent = Job.objects.filter(member=member_id, state__in=BEFORE_SENDING)
            ends = unsent.exclude(pk__in=mine).aggregate(
                first=Min("rank", default=0), last=Max("rank", default=0)
            )
            moved += unsent.filter(pk__in=mine).update(
                rank=rank(ends["first"], ends["last"]), version=version
            )
    return moved


def _by_member(jobs: Sequence[Job]) -> Iterator[tuple[UUID, list[UUID]]]:
    """Yield the jobs' ids by member, in the order in which everyone locks."""
    for member_id, mine in groupby(sorted(jobs, key=lambda job: job.member_id), lambda job: job.member_id):
        yield member_id, [job.pk for job in mine]
