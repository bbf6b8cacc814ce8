"""What is to be asked about, and when: read for all keys in a few queries, whatever the number of jobs.

A job waits for its first question until it is likely to be done. A price that was not named with the
picture is asked for in passing, or alone ever more rarely, until it is settled as held (`pricing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from studio.accounts.models import Key, KeyState
from studio.generation import counts, durations, line, pace
from studio.generation.counts import NEWS_WITHIN
from studio.generation.durations import Usual
from studio.generation.models import Governor, Job, Request
from studio.generation.pace import Out, Pace
from studio.generation.states import ASKED, State

AT_ONCE = 50  # jobs in one request
FEW = 100  # jobs of a key that are timed one by one; of more there is always one to ask about
A_SECOND = 5_000  # jobs, so that ten thousand are gone through every two seconds
DENSE = Usual(p10=0.0, p50=60.0, p90=120.0, n=0)  # of many, where the newest alone is timed
CALM = Pace()
SLACK = 0.9
PRICE_AFTER = timedelta(seconds=10)  # so that many are asked for in one request
PRICE_AGAIN, PRICE_AT_MOST = timedelta(seconds=10), timedelta(seconds=40)
COLUMNS = ("pk", "remote_id", "key__account", "sent_at", "width", "height", "quality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A job as a question needs it."""

    pk: UUID
    remote_id: str
    account: UUID
    out: Out


def keys_due(now: datetime) -> list[Key]:
    """Return the keys whose running jobs are to be asked about now (S83)."""
    return [key for at, key in agenda(now) if at <= now]


def next_due(now: datetime) -> datetime | None:
    """Return when the earliest question is due, None where there is nothing to ask about."""
    return min((at for at, _ in agenda(now)), default=None)


def agenda(now: datetime) -> list[tuple[datetime, Key]]:
    """Return the keys that have something to ask about, and when each is to be asked."""
    running = {
        row["key"]: row for row in _running(now).values("key").annotate(n=Count("pk"), last=Max("sent_at"))
    }
    unpriced = dict(
        _unpriced(now).values("key").annotate(first=Min("completed_at")).values_list("key", "first")
    )
    if not running and not unpriced:
        return []
    rows = list(Key.objects.filter(pk__in={*running, *unpriced}).exclude(state=KeyState.REFUSED))
    few = _few(now, [pk for pk, row in running.items() if row["n"] <= FEW])
    stands = _stands(rows, now)
    dates: list[tuple[datetime, Key]] = []
    for key in rows:
        stand = stands[key.account]
        if key.pk in running:
            n, last = running[key.pk]["n"], running[key.pk]["last"]
            dates.append(
                (_running_due(key, stand, few.get(key.pk) or [Out(sent_at=last, usual=DENSE)], n, now), key)
            )
        if unpriced.get(key.pk):
            dates.append((_price_due(stand, unpriced[key.pk]), key))
    return dates


def chosen(key: Key, now: datetime, size: int, *, due_only: bool = True) -> list[Asked]:
    """Return what is asked about in requests of `size` jobs: what is due, and what has room beside it.

    What is waited for comes first. Where nothing is due yet it is all of it, as without `due_only`.
    """
    rows = _running(now).filter(key=key).order_by("-state", "sent_at").values_list(*COLUMNS)
    asked = [_asked(row) for row in rows]
    due = [one for one in asked if pace.due_at([one.out], CALM, None, now) <= now]
    if due_only and 0 < len(due) < len(asked):
        others = {one.pk for one in asked} - {one.pk for one in due}
        asked = due + [one for one in asked if one.pk in others][: -len(due) % size]
    room = -len(asked) % size if asked else size
    prices = _unpriced(now).filter(key=key).order_by("completed_at").values_list(*COLUMNS)[:room]
    return asked + [_asked(row) for row in prices]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """How an account stands: its governor, the requests that its window counts, whether jobs wait."""

    governor: Governor | None
    used: int
    since: datetime | None  # when the first of these was
    waits: bool

    def has_slack(self, limit: int | None, window: float, now: datetime) -> bool:
        """Say whether a whole window was not used up: it is something else that jobs wait for."""
        whole = self.since is not None and (now - self.since).total_seconds() > SLACK * window
        return whole and limit is not None and self.used < SLACK * limit


def _stands(rows: Sequence[Key], now: datetime) -> dict[UUID, _Stand]:
    accounts = {key.account for key in rows}
    governors = Governor.objects.in_bulk(accounts)
    recent = Request.objects.filter(account__in=accounts, at__gt=now - counts.window())
    used = {row["account"]: row for row in recent.values("account").annotate(n=Count("pk"), first=Min("at"))}
    waiting = {key.account for key in line.keys_with_waiting(now)}
    return {
        account: _Stand(
            governor=governors.get(account),
            used=used[account]["n"] if account in used else 0,
            since=used[account]["first"] if account in used else None,
            waits=account in waiting,
        )
        for account in accounts
    }


def _running_due(key: Key, stand: _Stand, out: Sequence[Out], n: int, now: datetime) -> datetime:
    limit, window = counts.per_minute(key, stand.governor), counts.window().total_seconds()
    cost = n if settings.DOITONG_TRANSPORT == "rest" else -(-n // AT_ONCE)
    every = pace.budget(limit, stand.used, window, cost=cost)
    if stand.waits:  # then the minute is there to be used up, and sends come before questions
        every = min(every, pace.even(limit, window, cost=cost))
    hooked = counts.hooked(stand.governor, now)
    longest = max((one.usual.p90 for one in out if one.usual), default=0.0)
    short = stand.waits and not hooked and not stand.has_slack(limit, window, now)
    short = short and pace.minute_is_short(limit, window, out=n, longest=longest)
    wanted = Pace(every=max(every, n / A_SECOND), hooked=hooked, short=short)
    return pace.due_at(out, wanted, stand.governor.looked_at if stand.governor else None, now)


def _price_due(stand: _Stand, told_at: datetime) -> datetime:
    looked_at = stand.governor.looked_at if stand.governor else None
    first = told_at + PRICE_AFTER
    if looked_at is None or looked_at < first:
        return first
    return looked_at + min(PRICE_AT_MOST, max(PRICE_AGAIN, looked_at - told_at))


def _few(now: datetime, key_ids: Sequence[UUID]) -> dict[UUID, list[Out]]:
    found: dict[UUID, list[Out]] = {}
    rows = _running(now).filter(key__in=key_ids).values_list("key", *COLUMNS)
    for key_id, *row in rows:
        found.setdefault(key_id, []).append(_asked(row).out)
    return found


def _asked(row: Sequence[Any]) -> Asked:
    pk, remote_id, account, sent_at, width, height, quality = row
    out = Out(sent_at=sent_at, usual=durations.usual(width, height, quality))
    return Asked(pk=pk, remote_id=remote_id, account=account, out=out)


def _running(now: datetime) -> QuerySet[Job]:
    """Return what the provider may have news of; what nobody waits for any more, for a day."""
    lately = Q(sent_at__gt=now - NEWS_WITHIN)
    jobs = Job.objects.filter(finished_at=None, state__in=ASKED, sent_at__isnull=False)
    return jobs.filter(Q(state=State.PROCESSING) | lately).exclude(remote_id="").order_by()


def _unpriced(now: datetime) -> QuerySet[Job]:
    """Return what is done and was told of without its price."""
    jobs = Job.objects.filter(cost=None, completed_at__gt=now - NEWS_WITHIN).exclude(remote_id="")
    return jobs.exclude(state__in=ASKED).order_by()
