"""Send a key's next job. Three steps: claim it and commit, ask the provider, write down what came.

No transaction is open while the network is used. A worker that dies in between leaves a job
in `sending` whose lease runs out: it becomes `unknown` and is never sent again by itself (B11).
"""

import random
import uuid
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from studio.accounts import keys, provider
from studio.accounts.models import Key
from studio.accounts.sealing import SealingError
from studio.doitong import Answer, DoitongError, Generation, Order
from studio.generation import lifecycle, limits, line, queue, setbacks, turns, wire
from studio.generation.models import Attempt, Job, Request
from studio.generation.states import State

LEASE = timedelta(seconds=90)  # longer than the client's longest exchange
RNG = random.SystemRandom()


def send_next(key_id: UUID) -> None:
    """Send the next job of a key, if one waits and the key's limits allow it now."""
    attempt = _claim(key_id)
    if attempt is None:
        return
    job = attempt.job
    try:
        answer = provider.client_for(keys.secret_of(job.key)).generate(_order(job))
    except DoitongError as error:
        setbacks.absorb(attempt, error, now=timezone.now(), rng=RNG)
    except SealingError as error:
        setbacks.not_opened(attempt, error)
    else:
        _accepted(attempt, answer)


def _claim(key_id: UUID) -> Attempt | None:
    with transaction.atomic():
        key = Key.objects.get(pk=key_id)
        limits.lock(key)
        now = timezone.now()  # not before the lock was had: the provider counts when it is asked
        job = line.next_job(key, now)
        if job is None or not limits.grant(job.key, Request.Verb.GENERATE, now).granted:
            return None
        claim = uuid.uuid4()
        if not job.move(
            State.SENDING, claim=claim, lease_until=now + LEASE, sent_at=now, tries=job.tries + 1, reason=""
        ):
            return None
        turns.served(job, key.account, now)
        if line.anyone_waits(key_id, now):
            queue.ring_submit(key_id)  # the next worker need not wait for this one's answer
        return Attempt.objects.create(job=job, number=job.tries, verb="generate", started_at=now)


def _order(job: Job) -> Order:
    return Order(prompt=job.prompt, width=job.width, height=job.height, quality=job.quality or None)


def _accepted(attempt: Attempt, answer: Answer[Generation]) -> None:
    now = timezone.now()
    with transaction.atomic():
        limits.learn(attempt.job.key, answer.exchange.rate, now)
        wire.write_down(attempt, answer.exchange, outcome=answer.value.status)
        lifecycle.absorb(attempt.job, answer.value, now=now, held_by=attempt.job.claim)
