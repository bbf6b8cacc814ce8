"""How every key in use stands, for the board of keys: green, amber or red, and why (E13). Reads only.

Six statements, however many keys there are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q

from studio.accounts.models import Event, Key, KeyState, Verb
from studio.accounts.models.key import IN_USE
from studio.generation import counts
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State

LATELY = timedelta(days=1)
NEARLY = 0.9  # of a day's images
TOLD = {Verb.KEY_REFUSED: "refused", Verb.KEY_NO_CREDITS: "no_credits", Verb.KEY_HOOK_REFUSED: "unsigned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A key and all that is known of it; `kind` is ok, warn or bad, `word` and `why` say it."""

    key: Key
    kind: str
    word: str
    why: str
    slots: int
    minute: int
    per_minute: int | None
    today: int
    answered_at: datetime | None
    paused_until: datetime | None
    refused_at: datetime | None
    no_credits_at: datetime | None
    unsigned_at: datetime | None
    unsigned: int


def board(now: datetime) -> list[Standing]:
    """Return how each key in use stands, the worst first."""
    keys = list(Key.objects.filter(IN_USE).select_related("member"))
    accounts = {key.account for key in keys}
    governors = Governor.objects.in_bulk(accounts)
    asked, busy, told = _asked(accounts, now), _busy(accounts), _told(keys)
    nothing: dict[str, tuple[datetime, int]] = {}
    standings = [
        _standing(
            key,
            governors.get(key.account),
            asked.get(key.account, (0, 0, None)),
            busy.get(key.account, 0),
            told.get(str(key.pk), nothing),
            now,
        )
        for key in keys
    ]
    return sorted(standings, key=lambda one: (("bad", "warn", "ok").index(one.kind), one.key.owner))


def _standing(
    key: Key,
    governor: Governor | None,
    asked: tuple[int, int, datetime | None],
    slots: int,
    told: dict[str, tuple[datetime, int]],
    now: datetime,
) -> Standing:
    minute, today, last = asked
    paused = governor.paused_until if governor else None
    seen = governor.rate_seen_at if governor else None
    unsigned_at, unsigned = told.get("unsigned", (None, 0))
    kind, word, why = _verdict(key, paused, today, unsigned_at, now)
    return Standing(
        key=key,
        kind=kind,
        word=word,
        why=why,
        slots=slots,
        minute=minute,
        per_minute=counts.per_minute(key, governor),
        today=today,
        answered_at=max(filter(None, (seen, last)), default=None),
        paused_until=paused,
        refused_at=told.get("refused", (None, 0))[0],
        no_credits_at=told.get("no_credits", (None, 0))[0],
        unsigned_at=unsigned_at,
        unsigned=unsigned,
    )


def _verdict(
    key: Key, paused: datetime | None, today: int, unsigned_at: datetime | None, now: datetime
) -> tuple[str, str, str]:
    """Return kind, word and reason; the gravest that is so."""
    if key.state == KeyState.REFUSED:
        return "bad", "Refused", "Doitong does not know it any more. Its jobs wait for another key."
    if key.state == KeyState.NO_CREDITS:
        return "bad", "Out of credits", "Doitong says that its credits are used up. Its jobs wait."
    if unsigned_at and unsigned_at > now - LATELY:
        return "warn", "Unsigned webhooks", "A webhook was not signed for it. Look at its webhook secret."
    if paused and paused > now:
        return "warn", "Asked to wait", "Doitong answered that there were too many requests."
    if key.per_day is not None and today >= key.per_day:
        return "warn", "Day used up", "It goes on at midnight, UTC."
    if key.per_day and today >= NEARLY * key.per_day:
        return "warn", "Day nearly used", "Less than a tenth of its images of today is left."
    if key.tested_at is None:
        return "warn", "Not tested", "Nobody has tried it yet."
    return "ok", "Working", ""


def _asked(accounts: Collection[UUID], now: datetime) -> dict[UUID, tuple[int, int, datetime | None]]:
    """Return requests of the minute, images of the day and the last request of each account."""
    since = min(counts.midnight(now), now - counts.window())
    rows = Request.objects.filter(account__in=accounts, at__gte=since).values_list("account")
    of_today = Q(verb=Request.Verb.GENERATE, at__gte=counts.midnight(now))
    minute = Count("pk", filter=Q(at__gt=now - counts.window()))
    found = rows.annotate(minute=minute, today=Count("pk", filter=of_today), last=Max("at"))
    return {account: (now_, today, last) for account, now_, today, last in found}


def _busy(accounts: Collection[UUID]) -> dict[UUID, int]:
    out = Job.objects.filter(finished_at=None, state__in=[State.SENDING, State.PROCESSING])
    rows = out.filter(key__account__in=accounts).values_list("key__account")
    return dict(rows.annotate(many=Count("pk")))


def _told(keys: Collection[Key]) -> dict[str, dict[str, tuple[datetime, int]]]:
    """Return when each key was last refused, out of credits and sent an unsigned webhook, and how often."""
    found: dict[str, dict[str, tuple[datetime, int]]] = {}
    events = Event.objects.filter(subject__in=[str(key.pk) for key in keys], verb__in=list(TOLD))
    rows = events.order_by().values_list("subject", "verb").annotate(last=Max("at"), many=Count("pk"))
    for subject, verb, at, many in rows:
        found.setdefault(subject, {})[TOLD[Verb(verb)]] = (at, many)
    return found
