"""The chain over the audit trail: each event's seal covers the seal before it (E5, LOG-01).

An event is sealed when it is committed, in a transaction of its own, so that nobody who notes one waits for
another. Who seals does so alone; where two still want the same next number, the database lets one have it and
the other looks again.
Whoever changes, removes or slips in a row later does not fit the chain any more, and `faults` says which.
Touches seals; reads events.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched, pairwise
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from studio.accounts.models import Event, Seal

BEGINNING = "0" * 64  # what stands before the first seal
TRIES = 5
LOCK = 0x5EA1  # PostgreSQL's own kind of lock, by a number that nobody else here takes
AT_ONCE = 1_000
LATE = 500  # ids: a transaction may commit an event after that many newer ones
WAITING = timedelta(minutes=10)  # an event without a seal that is older was not noted by the studio


def digest_of(before: str, event: Any) -> str:
    """Return the seal of an event after another one, as 64 hex digits. Whatever has its fields will do."""
    detail = json.dumps(event.detail, sort_keys=True, ensure_ascii=True, default=str)
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [before, str(event.pk), str(event.who_id or ""), event.verb, event.subject, detail, at]
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def after_commit() -> None:
    """Have what was noted sealed when it is committed: once, however much this transaction notes."""
    if all(callback is not _seal_now for _, callback, *_ in connection.run_on_commit):
        transaction.on_commit(_seal_now, robust=True)


def seal() -> int:
    """Seal what is committed and has no seal yet, in the order of its ids; return how many there were."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                _alone()
                return _seal()
        except IntegrityError:
            continue  # another process had the number first; what it sealed is not there any more
    return 0  # whoever notes the next event seals these too


def catch_up(_now: datetime) -> None:
    """Seal what a process that died between the two left without a seal: told often, it finds it in time."""
    seal()


def _seal_now() -> None:
    seal()


def _alone() -> None:
    """Have others who seal wait until this transaction ends; SQLite has one writer as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _seal() -> int:
    last = Seal.objects.order_by("-number").first()
    number, before = (last.number, last.digest) if last else (0, BEGINNING)
    seals = []
    for event in unsealed(last)[:AT_ONCE]:
        number, before = number + 1, digest_of(before, event)
        seals.append(Seal(number=number, event=event.pk, digest=before))
    Seal.objects.bulk_create(seals)
    return len(seals)


def unsealed(last: Seal | None) -> QuerySet[Event]:
    """Return the events that wait for a seal, the oldest first: not what is far behind the last one."""
    floor = last.event - LATE if last else 0
    sealed = Seal.objects.filter(event=OuterRef("pk"))
    recent = Event.objects.filter(pk__gt=floor, at__gt=timezone.now() - WAITING)
    return recent.filter(~Exists(sealed)).order_by("pk")


def faults() -> Iterator[str]:
    """Yield a sentence for everything that does not fit the chain; nothing where the trail is whole."""
    before = Seal(number=0, event=0, digest=BEGINNING)
    for seals in batched(Seal.objects.order_by("number").iterator(AT_ONCE), AT_ONCE, strict=False):
        yield from _broken((before, *seals))
        before = seals[-1]
    sealed = Seal.objects.filter(event=OuterRef("pk"))
    old = Event.objects.filter(~Exists(sealed), at__lt=timezone.now() - WAITING)
    for event in old.order_by("pk").iterator(AT_ONCE):
        yield f"Event {event.pk} of {_day(event.at)} was slipped in: it has no seal."


def _broken(seals: Sequence[Seal]) -> Iterable[str]:
    events = Event.objects.in_bulk([one.event for one in seals])
    for before, one in pairwise(seals):
        event = events.get(one.event)
        if one.number != before.number + 1:
            yield f"Seals {before.number + 1} to {one.number - 1} are missing."
        elif event is None:
            yield f"Event {one.event}, sealed {_day(one.at)}, was removed."
        elif digest_of(before.digest, event) != one.digest:
            yield f"Event {one.event} of {_day(event.at)}, or the seal before it, was changed."


def head() -> Seal | None:
    """Return the newest seal: whoever keeps its number and digest elsewhere notices a cut-off end."""
    return Seal.objects.order_by("-number").first()


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
