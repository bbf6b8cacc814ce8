"""Ask the provider how a key's running jobs stand: all of them in one request (B8)."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from studio.accounts import keys, provider
from studio.accounts.models import Key, KeyState
from studio.doitong import DoitongError, Generation, RateLimited, Unauthorized, decide
from studio.generation import lifecycle, limits
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State
from studio.generation.submission import RNG

log = logging.getLogger(__name__)

MOST_AT_ONCE = 50


def keys_due(now: datetime) -> list[Key]:
    """Return the keys whose running jobs may be asked about again, each at its own pace (S83)."""
    running = keys_with_running(now)
    return [key for key, governor, age in running if limits.look_due(key, governor, now, age)]


def keys_with_running(now: datetime) -> list[tuple[Key, Governor | None, timedelta]]:
    """Return the keys that have jobs to ask about, their governors, and how old the youngest such job is."""
    running = Job.objects.filter(_asked(now)).exclude(remote_id="").values("key_id")
    youngest = dict(running.annotate(youngest=Max("sent_at")).values_list("key_id", "youngest"))
    rows = Key.objects.filter(pk__in=youngest).exclude(state=KeyState.REFUSED)
    governors = Governor.objects.in_bulk([key.account for key in rows])
    return [(key, governors.get(key.account), now - (youngest[key.pk] or now)) for key in rows]


def look(key: Key) -> int:
    """Ask once about the key's running jobs and absorb the answers; return how much of it was news."""
    news = 0
    for jobs in batched(_running(key, timezone.now()), _most_at_once()):
        if not _granted(key):
            break  # the next one would be no other
        news += _ask(key, jobs)
    return news


def _most_at_once() -> int:
    """Return how many jobs one request asks about: REST has none for several, and each is granted."""
    return 1 if settings.DOITONG_TRANSPORT == "rest" else MOST_AT_ONCE


def _ask(key: Key, running: Sequence[Job]) -> int:
    """Ask about as many as one request takes."""
    jobs = {job.remote_id: job for job in running}
    try:
        answer = provider.client_for(keys.secret_of(key)).look(list(jobs))
    except DoitongError as error:
        successor = _successor(key) if isinstance(error, Unauthorized) else None
        if successor is not None and _granted(successor):
            return _ask(successor, running)
        _not_answered(key, error)
        return 0
    now = timezone.now()
    limits.learn(key, answer.exchange.rate, now)
    return sum(
        _absorbed(jobs[remote_id], generation, now)
        for remote_id, generation in answer.value.items()
        if remote_id in jobs and generation.status is not generation.status.PROCESSING
    )


def _successor(key: Key) -> Key | None:
    """Return the working key that took the place of one put away, so that what it bought still arrives."""
    if key.state != KeyState.DISABLED:
        return None
    present = keys.key_in_use(key.member)
    return present if present is not None and present.works else None


def _absorbed(job: Job, generation: Generation, now: datetime) -> bool:
    try:
        return lifecycle.absorb(job, generation, now=now)
    except Exception:  # one job's trouble is loud in the log, and keeps no other one from its news
        log.exception("job %s: what the provider says of it could not be taken in", job.pk)
        return False


def _granted(key: Key) -> bool:
    with transaction.atomic():
        limits.lock(key)
        now = timezone.now()  # not before the lock was had: the provider counts when it is asked
        if not limits.grant(key, Request.Verb.LOOK, now).granted:
            return False
        Governor.objects.filter(pk=key.account).update(looked_at=now)
    return True


def _running(key: Key, now: datetime) -> list[Job]:
    """Return what is asked about, what is waited for first."""
    asked = Job.objects.filter(_asked(now), key=key).exclude(remote_id="")
    return list(asked.order_by("-state", "sent_at"))


def _asked(now: datetime) -> Q:
    lately = Q(sent_at__gt=now - limits.NEWS_WITHIN)
    return (
        Q(state=State.PROCESSING)
        | Q(state=State.OVERDUE) & lately
        | Q(state=State.CANCELLED, finished_at=None) & lately
    )


def _not_answered(key: Key, error: DoitongError) -> None:
    """A question costs nothing and may be asked again: only the key's own state is touched."""
    log.warning("key …%s: asking about its jobs: %s", key.last4, error.sentence)
    if error.exchange:
        limits.learn(key, error.exchange.rate, timezone.now())
    if isinstance(error, Unauthorized):
        keys.mark_refused(key, reason=error.sentence[:200])
    elif isinstance(error, RateLimited):
        until = decide(error, attempt=1, now=timezone.now(), rng=RNG).not_before
        if until:
            limits.pause(key, until)
