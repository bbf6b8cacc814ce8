"""What an account used, by the studio's own books: of its minute, its slots and its day. Reads only.

An account is what one or several keys of it share (S96).
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from studio.accounts.models import Key
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State
from studio.prepared import counting, moment, uuid

ON_THE_WAY = timedelta(seconds=1)  # how much later than granted a request may be counted by the provider
NEWS_WITHIN = timedelta(hours=24)  # how long the provider is asked about what nobody waits for any more
LOST_JOB_BUSY = timedelta(minutes=2)  # how long a job whose answer was lost is taken to hold its slot
HOOKS_TRUSTED = timedelta(hours=1)  # how long after the last webhook the next is waited for


def window() -> timedelta:
    """Return how long a request counts: the provider's minute, and a second for the way there."""
    return timedelta(seconds=settings.DOITONG_MINUTE) + ON_THE_WAY


def per_minute(key: Key, governor: Governor | None) -> int | None:
    """Return the requests a minute: the plan's, or what the headers taught where that is less (B7)."""
    learned = governor.learned_per_minute if governor else None
    known = [limit for limit in (key.per_minute, learned) if limit is not None]
    return min(known, default=None)


def hooked(governor: Governor | None, now: datetime) -> bool:
    """Say whether webhooks come, so that questions may wait for them (B9)."""
    return bool(governor and governor.hooked_at and governor.hooked_at > now - HOOKS_TRUSTED)


def busy(key: Key, now: datetime) -> int:
    """Return how many jobs of a key's account hold one of its slots at the provider.

    One that a person no longer waits for holds it as long as one that they do (B20).
    """
    deadline = now - timedelta(seconds=settings.JOB_DEADLINE_SECONDS)
    [found] = _BUSY(account=key.account, deadline=deadline, lost=now - LOST_JOB_BUSY)
    return found


def asked_today(key: Key, now: datetime) -> int:
    """Return how many images were asked for since the midnight of UTC (S87)."""
    [found] = _TODAY(account=key.account, midnight=midnight(now))
    return found


def midnight(now: datetime) -> datetime:
    """Return when the day of UTC began."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def next_midnight(now: datetime) -> datetime:
    """Return when the day of UTC ends: the provider counts its images anew then (S87)."""
    return midnight(now) + timedelta(days=1)


def counted(account: UUID, now: datetime) -> QuerySet[Request]:
    """Return the requests that the provider's window may count now."""
    return Request.objects.filter(account=account, at__gt=now - window())


def asked(account: UUID, now: datetime) -> int:
    """Return how many they are."""
    [found] = _ASKED(account=account, after=now - window())
    return found


def out(account: UUID) -> QuerySet[Job]:
    """Return what the provider may be making for an account."""
    states = [State.SENDING, State.PROCESSING, State.CANCELLED, State.UNKNOWN]
    return Job.objects.filter(key__account=account, finished_at=None, state__in=states)


_BUSY = counting(
    lambda: out(uuid("account")).filter(
        Q(state__in=[State.SENDING, State.PROCESSING])
        | Q(state=State.CANCELLED, cost=None, sent_at__gt=moment("deadline"))
        | Q(state=State.UNKNOWN, sent_at__gt=moment("lost"))
    )
)
_TODAY = counting(
    lambda: Request.objects.filter(
        account=uuid("account"), verb=Request.Verb.GENERATE, at__gte=moment("midnight")
    )
)
_ASKED = counting(lambda: Request.objects.filter(account=uuid("account"), at__gt=moment("after")))
