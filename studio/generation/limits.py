"""The governor of a key: grants each request before it is made, so that a 429 is never met (S59).

One row a key is locked while a request is granted, so that all processes on all machines
together keep to the plan: requests in any 60 s, jobs at once, images a UTC day (B6). What is in
flight is counted from the jobs themselves: a killed worker leaves no slot taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from studio.accounts.models import Key, KeyState
from studio.doitong import RateLimit
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State

WINDOW = timedelta(seconds=61)  # the provider's minute, and one second for the way there
PATIENCE = ((timedelta(minutes=2), 1), (timedelta(minutes=10), 5))  # younger than: times the pace
SLOWEST = 60
LOOK_SHARE = 0.5  # of the requests of a minute; the other half is for submissions
LEAST_LOOK_SECONDS = 0.5  # however large the plan
NEWS_WITHIN = timedelta(hours=24)  # how long the provider is asked about what nobody waits for any more
LOST_JOB_BUSY = timedelta(minutes=2)  # how long a job whose answer was lost is taken to hold its slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Granted, or why not and until when (None: until a slot is free)."""

    granted: bool
    why: str = ""
    until: datetime | None = None


GRANTED = Verdict(granted=True)


def grant(key: Key, verb: Request.Verb, now: datetime) -> Verdict:
    """Grant one request of a key, and write it down; must run in a transaction.

    The key is read anew once its governor is locked: who waited for that may hold an old one.
    """
    governor = lock(key)
    key.refresh_from_db(fields=["state", "per_minute", "at_once", "per_day"])
    if not (key.works or (verb == Request.Verb.LOOK and key.state != KeyState.REFUSED)):
        return Verdict(granted=False, why=key.state)  # what runs is asked about to its end (KEY-11)
    if governor.paused_until and governor.paused_until > now:
        return Verdict(granted=False, why="paused", until=governor.paused_until)
    verdict = _minute(key, governor, verb, now)
    if verdict.granted and verb == Request.Verb.GENERATE:
        verdict = _slots_and_day(key, now)
    if verdict.granted:
        Request.objects.create(account=key.account, verb=verb, at=now)
    return verdict


def take_back(key: Key, at: datetime, *, sent: bool) -> None:
    """Have the request for an image that was granted at this moment use up none of the day's (S60).

    One that never left was no request at all; one that was `sent` and turned away is of the minute's.
    """
    asked = Request.objects.filter(account=key.account, verb=Request.Verb.GENERATE, at=at).order_by("pk").first()
    if asked is None:
        return
    if sent:
        Request.objects.filter(pk=asked.pk).update(verb=Request.Verb.TURNED_AWAY)
    else:
        asked.delete()


def lock(key: Key) -> Governor:
    """Return the key's governor, locked until the commit."""
    Governor.objects.bulk_create([Governor(account=key.account)], ignore_conflicts=True)
    return Governor.objects.select_for_update().get(pk=key.account)


def per_minute(key: Key, governor: Governor | None) -> int | None:
    """Return the requests a minute: the plan's, or what the headers taught where that is less (B7)."""
    learned = governor.learned_per_minute if governor else None
    known = [limit for limit in (key.per_minute, learned) if limit is not None]
    return min(known, default=None)


def _minute(key: Key, governor: Governor, verb: Request.Verb, now: datetime) -> Verdict:
    limit = per_minute(key, governor)
    if limit is None:
        return GRANTED
    recent = list(
        Request.objects.filter(account=key.account, at__gt=now - WINDOW)
        .order_by("-at")
        .values_list("at", flat=True)[:limit]
    )
    if len(recent) < limit:
        return GRANTED
    return Verdict(granted=False, why="minute", until=recent[-1] + WINDOW)


def _slots_and_day(key: Key, now: datetime) -> Verdict:
    if key.at_once is not None and busy(key, now) >= key.at_once:
        return Verdict(granted=False, why="slots")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)  # S87: the day is UTC's
    today = Request.objects.filter(account=key.account, at__gte=midnight, verb=Request.Verb.GENERATE)
    if key.per_day is not None and today.count() >= key.per_day:
        return Verdict(granted=False, why="day", until=midnight + timedelta(days=1))
    return GRANTED


def busy(key: Key, now: datetime) -> int:
    """Return how many jobs of a key hold one of its slots at the provider.

    One that a person no longer waits for holds it as long as one that they do (B20).
    """
    deadline = now - timedelta(seconds=settings.JOB_DEADLINE_SECONDS)
    return (
        Job.objects.filter(key__account=key.account)
        .filter(
            Q(state__in=[State.SENDING, State.PROCESSING])
            | Q(state=State.CANCELLED, cost=None, finished_at=None, sent_at__gt=deadline)
            | Q(state=State.UNKNOWN, sent_at__gt=now - LOST_JOB_BUSY)
        )
        .count()
    )


def learn(key: Key, rate: RateLimit | None, now: datetime) -> None:
    """Take what an answer's headers say: a lower limit is kept, an empty window is waited out."""
    if rate is None:
        return
    changes: dict[str, object] = {}
    if rate.limit:  # a limit of none at all would never be asked again whether it still holds
        changes["learned_per_minute"] = rate.limit
    if rate.remaining == 0 and rate.reset_at and rate.reset_at > now:
        changes["paused_until"] = rate.reset_at
    if changes:
        Governor.objects.filter(pk=key.account).exclude(**changes).update(**changes)


def pause(key: Key, until: datetime) -> None:
    """Send nothing of this key before `until` (S50: the whole key waits, not one job)."""
    with transaction.atomic():
        lock(key)
        Governor.objects.filter(Q(paused_until=None) | Q(paused_until__lt=until), pk=key.account).update(
            paused_until=until
        )


def look_seconds(key: Key, governor: Governor | None) -> float:
    """Return how often this key's jobs may be asked about, in seconds (S83).

    Half the plan's minute: 12 s on Free, 4 s on Starter, 2 s on Pro, which is also the pace that the
    documentation asks for (S71); faster only where a custom plan allows many more requests.
    """
    limit = per_minute(key, governor)
    return LEAST_LOOK_SECONDS if not limit else max(LEAST_LOOK_SECONDS, 60 / (limit * LOOK_SHARE))


def look_due(key: Key, governor: Governor | None, now: datetime, age: timedelta = timedelta()) -> bool:
    """Say whether it is time to ask about this key's jobs again; `age` is that of the youngest.

    What is not done after minutes is asked about ever more rarely: it is no longer waited for.
    """
    if governor is None or governor.looked_at is None:
        return True
    seconds = look_seconds(key, governor) * next((f for limit, f in PATIENCE if age < limit), SLOWEST)
    return now - governor.looked_at >= timedelta(seconds=seconds)


def may_send(key: Key, governor: Governor | None, now: datetime) -> bool:
    """Say whether a grant is likely, without locking anything: for the sweep."""
    if not key.works:
        return False
    limit = per_minute(key, governor)
    if limit is not None and Request.objects.filter(account=key.account, at__gt=now - WINDOW).count() >= limit:
        return False
    return _slots_and_day(key, now).granted
