"""The place of each waiting job in its account's line, and an honest time until its picture (B16).

Gathers what `forecast` plays through, for all the accounts of a page in a constant number of queries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from studio.accounts.models import Key
from studio.generation import counts, durations, forecast, line
from studio.generation.forecast import Capacity, Span
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State
from studio.prepared import Rows, moment, uuid

IDLE = Capacity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A job's place in line, from 1, and from when to when its picture is likely there, in seconds from now.

    `span` is None where nothing is known yet of how long such jobs take.
    """

    place: int
    span: Span | None = None

    @property
    def words(self) -> str:
        """Return when it will be there, for a person: “Done in about 3–5 min”; "" where none can be told."""
        return f"Done in {self.span.words}" if self.span else ""


def waits(jobs: Iterable[Job], now: datetime) -> dict[UUID, Wait]:
    """Return the waits of those of these jobs that are in line; a pause by a person is not foreseen."""
    key_ids = {job.key_id for job in jobs if job.state == State.QUEUED}
    if not key_ids:
        return {}
    lines = line.lines(sorted(key_ids))
    sizes = _sizes([pk for ids in lines.values() for pk in ids])
    accounts = _accounts(list(lines), now)
    out = _out(list(lines), now)
    return {
        pk: wait
        for account, ids in lines.items()
        for pk, wait in _waits(ids, sizes, accounts.get(account, IDLE), out.get(account, ()))
    }


def of_new(key: Key, wanted: Sequence[durations.Size], now: datetime) -> Span | None:
    """Return from when to when the last of new images would be there, if they were asked for now.

    None where nothing is known yet of how long one of them takes, or where the line is too long to tell.
    """
    new = {size: _span(*size, 0.0) for size in set(wanted)}
    ids = line.lines([key.pk]).get(key.account, [])
    ahead = _sizes(ids)
    known = [span for size in wanted if (span := new[size])]
    if not known or len(known) < len(wanted) or len(ahead) < len(ids) or len(ids) >= line.PLACES_TOLD:
        return None
    capacity = _accounts([key.account], now).get(key.account, IDLE)
    running = _out([key.account], now).get(key.account, ())
    return forecast.forecast(capacity, running, [*(ahead[pk] for pk in ids), *known])[-1]


def _waits(
    ids: Sequence[UUID], sizes: Mapping[UUID, Span], capacity: Capacity, running: Sequence[Span]
) -> Iterable[tuple[UUID, Wait]]:
    first_unknown = next((place for place, pk in enumerate(ids) if pk not in sizes), len(ids))
    spans = forecast.forecast(capacity, running, [sizes[pk] for pk in ids[:first_unknown]])
    for place, pk in enumerate(ids, start=1):
        yield pk, Wait(place=place, span=spans[place - 1] if place <= len(spans) else None)


def _sizes(ids: Sequence[UUID]) -> dict[UUID, Span]:
    rows = _SIZE(job=ids[0]) if len(ids) == 1 else list(_size_rows(Q(pk__in=ids)))
    spans = ((pk, _span(width, height, quality, 0.0)) for pk, width, height, quality in rows)
    return {pk: span for pk, span in spans if span}


def _span(width: int, height: int, quality: str, age: float) -> Span | None:
    """Return how long such a job takes from that age on."""
    usual = durations.usual(width, height, quality)
    return Span(low=max(0.0, usual.p10 - age), high=max(0.0, usual.p90 - age)) if usual else None


def _accounts(accounts: Sequence[UUID], now: datetime) -> dict[UUID, Capacity]:
    if len(accounts) == 1:
        capacity = _account(accounts[0], now)
        return {accounts[0]: capacity} if capacity is not None else {}
    governors = Governor.objects.in_bulk(accounts)
    recent: dict[UUID, list[float]] = {}
    today = Request.objects.filter(
        account__in=accounts, verb=Request.Verb.GENERATE, at__gte=counts.midnight(now)
    )
    images = dict(today.values("account").annotate(n=Count("pk")).values_list("account", "n"))
    since = now - counts.window()
    for account, at in Request.objects.filter(account__in=accounts, at__gt=since).values_list(
        "account", "at"
    ):
        recent.setdefault(account, []).append((now - at).total_seconds())
    keys = Key.objects.filter(account__in=accounts).order_by("created_at")
    return {
        key.account: _capacity(
            key, governors.get(key.account), recent.get(key.account, []), images.get(key.account, 0), now
        )
        for key in keys
    }


def _account(account: UUID, now: datetime) -> Capacity | None:
    keys = _KEYS(account=account)
    ages = [(now - at).total_seconds() for at in _RECENT(account=account, since=now - counts.window())]
    governor = _GOVERNOR.first(account=account)
    return _capacity(keys[-1], governor, ages, counts.asked_today(keys[-1], now), now) if keys else None


def _capacity(key: Key, governor: Governor | None, ages: list[float], images: int, now: datetime) -> Capacity:
    paused = governor.paused_until if governor else None
    return Capacity(
        slots=key.at_once,
        minute=counts.per_minute(key, governor),
        window=counts.window().total_seconds(),
        ages=ages,
        day_left=None if key.per_day is None else max(0, key.per_day - images),
        day_ends_in=(counts.next_midnight(now) - now).total_seconds(),
        paused_for=max(0.0, (paused - now).total_seconds()) if paused else 0.0,
        asks=not counts.hooked(governor, now),
    )


def _out(accounts: Sequence[UUID], now: datetime) -> dict[UUID, list[Span]]:
    """Return what is left of the jobs that hold a slot; of those of unknown length, nothing."""
    found: dict[UUID, list[Span]] = {}
    if len(accounts) == 1:
        rows = _RUNNING(account=accounts[0])
    else:
        rows = list(_running(Q(key__account__in=accounts)))
    for account, sent_at, width, height, quality in rows:
        age = (now - sent_at).total_seconds() if sent_at else 0.0
        span = _span(width, height, quality, age)
        found.setdefault(account, []).append(span or Span(low=0.0, high=0.0))
    return found


def _size_rows(those: Q) -> "QuerySet[Job, tuple[UUID, int, int, str]]":
    return Job.objects.filter(those).values_list("pk", "width", "height", "quality")


def _running(those: Q) -> "QuerySet[Job, tuple[UUID, datetime | None, int, int, str]]":
    out = Job.objects.filter(those, finished_at=None, state__in=[State.SENDING, State.PROCESSING])
    return out.values_list("key__account", "sent_at", "width", "height", "quality")


_SIZE = Rows(lambda: _size_rows(Q(pk=uuid("job"))))
_RUNNING = Rows(lambda: _running(Q(key__account=uuid("account"))))
_KEYS = Rows(lambda: Key.objects.filter(account=uuid("account")).order_by("created_at"))
_GOVERNOR = Rows(lambda: Governor.objects.filter(pk=uuid("account")))
_RECENT = Rows(
    lambda: Request.objects.filter(account=uuid("account"), at__gt=moment("since")).values_list(
        "at", flat=True
    )
)
