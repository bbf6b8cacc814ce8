"""Ask the provider how an account's running jobs stand: many of them in one request (B8).

Answers are compared as values; only a job of which there is news is read, and only it is written.
When a key is asked next is `agenda`'s to say.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import batched

from django.conf import settings
from django.utils import timezone

from studio.accounts import keys, provider
from studio.accounts.models import Key, KeyState
from studio.doitong import (
    DoitongError,
    Exchange,
    Generation,
    RateLimited,
    Secret,
    Status,
    Unauthorized,
    decide,
)
from studio.generation import agenda, latecomers, lifecycle, limits, quiet
from studio.generation.agenda import Asked
from studio.generation.models import Governor, Job, Purchase
from studio.generation.submission import RNG

log = logging.getLogger(__name__)

CONNECTIONS = 4  # requests on their way at once, for one key
LATE_HOOK = timedelta(seconds=2)  # a question that finds what ended longer ago has overtaken its webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of one request: of which jobs, and the answers by remote id or the error."""

    asked: Sequence[Asked]
    answers: Mapping[str, Generation]
    exchange: Exchange | None = None
    error: DoitongError | None = None


def look(key: Key, *, due_only: bool = True) -> int:
    """Ask once about the key's running jobs and absorb the answers; return how much of it was news.

    `due_only` leaves out what is not likely to be done yet, where it would take requests of its own.
    """
    size, news = _most_at_once(), 0
    out = agenda.chosen(key, timezone.now(), size, due_only=due_only)
    requests = list(batched(out, size))
    del requests[limits.grant_questions_now(key, len(requests)) :]
    for wave in batched(requests, CONNECTIONS):
        heard = _ask(key, wave)
        for one in heard:
            news += _absorb(one) if one.error is None else _failed(key, one)
        _learn(key, heard)
        if any(one.error for one in heard):
            break  # the next ones would be no other
    return news


def _most_at_once() -> int:
    """Return how many jobs one request asks about: REST has none for several, and each is granted."""
    return 1 if settings.DOITONG_TRANSPORT == "rest" else agenda.AT_ONCE


def _ask(key: Key, wave: Sequence[Sequence[Asked]]) -> list[Heard]:
    """Ask several questions side by side, each on a connection of its own; no database in the threads."""
    secret = keys.secret_of(key)
    if len(wave) == 1:
        return [_heard(secret, wave[0])]
    return list(_threads().map(partial(_heard, secret), wave))


@cache
def _threads() -> ThreadPoolExecutor:  # lasting ones: each keeps its connection
    return ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="ask")


def _heard(secret: Secret, asked: Sequence[Asked]) -> Heard:
    try:
        answer = provider.client_for(secret).look([one.remote_id for one in asked])
    except DoitongError as error:
        return Heard(asked=asked, answers={}, exchange=error.exchange, error=error)
    return Heard(asked=asked, answers=answer.value, exchange=answer.exchange)


def _absorb(heard: Heard) -> int:
    """Take in what is news of an answer; return how much was."""
    told = [(one, heard.answers.get(one.remote_id)) for one in heard.asked]
    news = {one.pk: said for one, said in told if said is not None and said.status is not Status.PROCESSING}
    if not news:
        return 0
    now = timezone.now()
    jobs = Job.objects.in_bulk(list(news))
    names = {one.pk: one.remote_id for one in heard.asked}
    taken = sum(_absorbed(jobs[pk], names[pk], said, now) for pk, said in news.items() if pk in jobs)
    if taken and any(_overtaken(said, now) for said in news.values()):
        Governor.objects.filter(pk=heard.asked[0].account).update(hooked_at=None)  # none came: ask as usual
    return taken


def _overtaken(said: Generation, now: datetime) -> bool:
    return said.completed_at is not None and said.completed_at < now - LATE_HOOK


def _absorbed(job: Job, remote_id: str, generation: Generation, now: datetime) -> bool:
    """Take it in as news of what was asked about: since then a person may have the job bought anew."""
    try:
        if job.remote_id == remote_id and lifecycle.absorb(job, generation, now=now):
            return True
        former = latecomers.left(Purchase.objects.filter(job=job.pk, remote_id=remote_id))
        return former is not None and latecomers.absorb(former, generation, now=now)
    except Exception:  # one job's trouble is loud in the log, and keeps no other one from its news
        log.exception("job %s: what the provider says of it could not be taken in", job.pk)
        return False


def _learn(key: Key, heard: Sequence[Heard]) -> None:
    """Take the headers of the answer that came last: one write for all."""
    said = [one.exchange for one in heard if one.exchange and one.exchange.rate]
    if said:
        limits.learn(key, said[-1].rate, timezone.now())


def _failed(key: Key, heard: Heard) -> int:
    """A question costs nothing and may be asked again: only the key's own state is touched."""
    error = heard.error
    assert error is not None
    successor = _successor(key) if isinstance(error, Unauthorized) else None
    if successor is not None and limits.grant_questions_now(successor, 1):
        [again] = _ask(successor, [heard.asked])
        return _absorb(again) if again.error is None else _failed(successor, again)
    quiet.warn(log, key, "asking about its jobs", error.sentence)
    if isinstance(error, Unauthorized):
        keys.mark_refused(key, reason=error.sentence[:200])
    elif isinstance(error, RateLimited):
        until = decide(error, attempt=1, now=timezone.now(), rng=RNG).not_before
        if until:
            limits.pause(key, until)
    return 0


def _successor(key: Key) -> Key | None:
    """Return the working key that took the place of one put away, so that what it bought still arrives."""
    if key.state != KeyState.DISABLED:
        return None
    present = keys.key_in_use(key.member)
    return present if present is not None and present.works else None
