"""The governor of an account: grants each request before it is made, so that a 429 is never met (S59).

One row an account is locked while a request is granted, so that all keys of it (S96) and all processes
on all machines together keep to the plan: requests in any 60 s, jobs at once, images a UTC day (B6).
What is in flight is counted from the jobs themselves: a killed worker leaves no slot taken. Sends come
before questions: one is granted only where it takes no request that a job could be sent with now, and
one request is kept for the question about what runs.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Key, KeyState
from studio.doitong import RateLimit
from studio.generation import line
from studio.generation.counts import (
    asked,
    asked_today,
    busy,
    counted,
    hooked,
    next_midnight,
    out,
    per_minute,
    window,
)
from studio.generation.models import Governor, Request
from studio.generation.states import State

QUESTION_AT_LEAST = 6  # in a window: so many questions come before sends, whatever waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Granted, or why not and until when (None: until a slot is free)."""

    granted: bool
    why: str = ""
    until: datetime | None = None


GRANTED = Verdict(granted=True)


def grant(key: Key, verb: Request.Verb, now: datetime, governor: Governor | None = None) -> Verdict:
    """Grant one request of a key, and write it down; must run in a transaction.

    The key is read anew once its governor is locked: who waited for that may hold an old one. Who
    locked the `governor` and read the key after that gives it along.
    """
    verdict = _verdict(key, verb, now, governor or _locked_for(key))
    if verdict.granted:
        _NOTE(Request(account=key.account, verb=verb, at=now))
    return verdict


def grant_questions(key: Key, wanted: int, now: datetime) -> int:
    """Grant up to so many questions at once, and return how many; must run in a transaction.

    The first is granted as any; the others where so many requests are left beside those for sends.
    """
    if not wanted:
        return 0
    governor = _locked_for(key)
    if not _verdict(key, Request.Verb.LOOK, now, governor).granted:
        return 0
    left = _left(key, governor, now)
    given = wanted if left is None else max(1, min(wanted, left - _sendable(key, now, left)))
    questions = [Request(account=key.account, verb=Request.Verb.LOOK, at=now) for _ in range(given)]
    Request.objects.bulk_create(questions)
    Governor.objects.filter(pk=key.account).update(looked_at=now)
    return given


def grant_questions_now(key: Key, wanted: int) -> int:
    """Grant questions that are asked right after, in a transaction of its own; return how many.

    The clock is read when the governor is had, not before: the provider counts when it is asked.
    """
    with transaction.atomic():
        lock(key)
        return grant_questions(key, wanted, timezone.now())


def note_tried(key: Key) -> None:
    """Count the request that a person's test of a key was, so that the next ones keep to what is left."""
    _NOTE(Request(account=key.account, verb=Request.Verb.LOOK, at=timezone.now()))


def take_back(key: Key, at: datetime, *, sent: bool) -> None:
    """Have the request for an image that was granted at this moment use up none of the day's (S60).

    One that never left was no request at all; one that was `sent` and turned away is of the minute's.
    """
    granted = Request.objects.filter(account=key.account, verb=Request.Verb.GENERATE, at=at)
    first = granted.order_by("pk").first()
    if first is None:
        return
    if sent:
        Request.objects.filter(pk=first.pk).update(verb=Request.Verb.TURNED_AWAY)
    else:
        first.delete()


def lock(key: Key) -> Governor:
    """Return the governor of the key's account, locked until the commit."""
    governor = _LOCKED.first(account=key.account)
    if governor is None:  # the first time, and perhaps of two at once
        Governor.objects.bulk_create([Governor(account=key.account)], ignore_conflicts=True)
        governor = Governor.objects.select_for_update().get(pk=key.account)
    return governor


def learn(key: Key, rate: RateLimit | None, now: datetime) -> None:
    """Take what an answer's headers say: a lower limit is kept, an empty window is waited out."""
    if rate is None:
        return
    changes: dict[str, object] = {
        "rate_limit": rate.limit, "rate_remaining": rate.remaining,
        "rate_reset_at": rate.reset_at, "rate_seen_at": now,
    }  # fmt: skip
    if rate.limit:  # a limit of none at all would never be asked again whether it still holds
        changes["learned_per_minute"] = rate.limit
    if rate.remaining == 0 and rate.reset_at and rate.reset_at > now:
        changes["paused_until"] = rate.reset_at
    _learned(*changes)(account=key.account, **changes)


def pause(key: Key, until: datetime) -> None:
    """Send nothing of this account before `until` (S50: all of it waits, not one job)."""
    with transaction.atomic():
        lock(key)
        Governor.objects.filter(Q(paused_until=None) | Q(paused_until__lt=until), pk=key.account).update(
            paused_until=until
        )


def sends_at(key: Key, governor: Governor | None, now: datetime) -> datetime | None:
    """Return when a grant is likely, `now` or later, without locking anything: for the sweep.

    None where that is not known: a slot has to be freed, or somebody has to look after the key.
    """
    if not key.works:
        return None
    if governor is not None and _paused(governor, now):
        return governor.paused_until
    verdict = _minute(key, governor, Request.Verb.GENERATE, now)
    if verdict.granted:
        verdict = _slots_and_day(key, now)
    return now if verdict.granted else verdict.until


def _locked_for(key: Key) -> Governor:
    """Lock the key's governor, and read the key anew."""
    governor = lock(key)
    key.refresh_from_db(fields=["state", "per_minute", "at_once", "per_day"])
    return governor


def _verdict(key: Key, verb: Request.Verb, now: datetime, governor: Governor) -> Verdict:
    if not (key.works or (verb == Request.Verb.LOOK and key.state != KeyState.REFUSED)):
        return Verdict(granted=False, why=key.state)  # what runs is asked about to its end (KEY-11)
    if _paused(governor, now):
        return Verdict(granted=False, why="paused", until=governor.paused_until)
    verdict = _minute(key, governor, verb, now)
    if verdict.granted and verb == Request.Verb.GENERATE:
        verdict = _slots_and_day(key, now)
    return verdict


def _paused(governor: Governor | None, now: datetime) -> bool:
    return bool(governor and governor.paused_until and governor.paused_until > now)


def _minute(key: Key, governor: Governor | None, verb: Request.Verb, now: datetime) -> Verdict:
    left = _left(key, governor, now)
    if left is None:
        return GRANTED
    if left > 0 and verb == Request.Verb.LOOK:
        if left > _sendable(key, now, left) or _starves(key, governor, now):
            return GRANTED
        return Verdict(granted=False, why="sends")
    if left > 1 or (left == 1 and not _to_ask_about(key, governor, now)):
        return GRANTED
    return Verdict(granted=False, why="minute", until=_frees_at(key, now))


def _left(key: Key, governor: Governor | None, now: datetime) -> int | None:
    """Return how many requests are left of the minute, None where it has no end."""
    limit = per_minute(key, governor)
    return None if limit is None else max(0, limit - asked(key.account, now))


def _frees_at(key: Key, now: datetime) -> datetime | None:
    oldest = counted(key.account, now).order_by("at").values_list("at", flat=True).first()
    return oldest + window() if oldest else None


def _sendable(key: Key, now: datetime, most: int) -> int:
    """Return how many jobs, `most` at the most, wait and have a slot free: what requests are needed for."""
    if not key.works:
        return 0
    free = most if key.at_once is None else min(most, key.at_once - busy(key, now))
    return line.waiting(key, now, free) if free > 0 else 0


def _starves(key: Key, governor: Governor | None, now: datetime) -> bool:
    """Say whether what runs was not asked about for long: then even a send gives way."""
    if governor is None or governor.looked_at is None:
        return True
    limit = per_minute(key, governor) or QUESTION_AT_LEAST
    return now - governor.looked_at > window() * max(
        1 / QUESTION_AT_LEAST, min(1.0, QUESTION_AT_LEAST / limit)
    )


def _to_ask_about(key: Key, governor: Governor | None, now: datetime) -> bool:
    """Say whether the last request of a minute is kept for a question."""
    if hooked(governor, now) or (per_minute(key, governor) or 0) < 2:
        return False
    return out(key.account).filter(state=State.PROCESSING).exclude(remote_id="").exists()


def _slots_and_day(key: Key, now: datetime) -> Verdict:
    if key.at_once is not None and busy(key, now) >= key.at_once:
        return Verdict(granted=False, why="slots")
    if key.per_day is not None and asked_today(key, now) >= key.per_day:
        return Verdict(granted=False, why="day", until=next_midnight(now))
    return GRANTED


@cache
def _learned(*names: str) -> prepared.Change:
    told = prepared.columns(Governor, names)
    return prepared.Change(lambda: Governor.objects.filter(pk=prepared.uuid("account")), **told)


_LOCKED = prepared.Rows(
    lambda: Governor.objects.select_for_update().filter(pk=prepared.uuid("account")).order_by()
)
_NOTE = prepared.Insert(Request)
