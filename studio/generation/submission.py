"""Send a key's next job. Three steps: claim it and commit, ask the provider, write down what came.

No transaction is open while the network is used. A worker that dies in between leaves a job
in `sending` whose lease runs out: it becomes `unknown` and is never sent again by itself (B11).
An answer that has the picture already goes on to be fetched at once, by the same worker (S23).
"""

import random
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from studio import bells, prepared
from studio.accounts import keys, provider
from studio.accounts.models import Key
from studio.accounts.sealing import SealingError
from studio.doitong import Answer, DoitongError, Generation, Order, Secret, Status
from studio.generation import (
    circuit,
    disk,
    hooks,
    latecomers,
    leases,
    lifecycle,
    limits,
    line,
    risen,
    saving,
    setbacks,
    surely,
    turns,
    wire,
)
from studio.generation.models import Attempt, Job, Purchase, Request
from studio.generation.states import State
from studio.logs.about import about

RNG = random.SystemRandom()

_KEY = prepared.Rows(lambda: Key.objects.filter(pk=prepared.uuid("key")))
_BEGIN = prepared.Insert(Attempt)
_BOUGHT_WITH = prepared.Change(
    lambda: Purchase.objects.filter(pk=prepared.uuid("purchase")), key_id=prepared.uuid("key")
)
_TOKEN = prepared.Rows(
    lambda: Purchase.objects.filter(pk=prepared.uuid("purchase")).values_list("token", flat=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job that is this worker's to send: the attempt that was written down, under which claim, for what."""

    attempt: Attempt
    claim: UUID
    purchase: Purchase

    @property
    def job(self) -> Job:
        return self.attempt.job


def send_next(key_id: UUID) -> None:
    """Send the next job of a key, if one waits, the limits allow it, and its picture has room."""
    if disk.short() or line.is_empty(key_id, timezone.now()):  # more bells ring than jobs wait
        return
    if (claimed := _claim(key_id)) is None:
        return
    with leases.holding(claimed.claim), about(job=claimed.job.pk):
        _send(claimed)


def _claim(key_id: UUID) -> Claimed | None:
    with transaction.atomic():
        [key] = _KEY(key=key_id)
        governor = limits.lock(key)
        now = timezone.now()  # not before the lock was had: the provider counts when it is asked
        job = line.next_job(key, now)
        if job is None or circuit.open_until(job.key, now):
            return None
        if not limits.grant(job.key, Request.Verb.GENERATE, now, governor).granted:
            return None
        claim, until = leases.new_claim(), now + leases.LEASE
        if not job.move(
            State.SENDING, where=risen.approved_still(),
            claim=claim, lease_until=until, sent_at=now, tries=job.tries + 1, reason="",
        ):  # fmt: skip
            transaction.set_rollback(True)  # what was granted is not used
            return None
        turns.served(job, key.account, now)
        line.call_next(key, now)  # the next worker need not wait for this one's answer
        attempt = _BEGIN(Attempt(job=job, number=job.tries, verb="generate", started_at=now))
        return Claimed(attempt=attempt, claim=claim, purchase=_purchase(job))


def _purchase(job: Job) -> Purchase:
    """Return what the job is being bought as, with the key that buys it written on it."""
    purchase = Purchase(pk=job.purchase, job=job, key_id=job.key_id)
    if _BOUGHT_WITH(purchase=job.purchase, key=job.key_id):
        [purchase.token] = _TOKEN(purchase=job.purchase)
    else:
        purchase.save(force_insert=True)
    return purchase


def _send(claimed: Claimed) -> None:
    """Ask the provider, and take in what it answers."""
    try:
        secret = keys.secret_of(claimed.job.key)
        answer = provider.client_for(secret).generate(_order(claimed))
    except DoitongError as error:
        _refused(claimed, error)
    except SealingError as error:
        setbacks.not_opened(claimed.attempt, error)
    else:
        _heard(claimed, answer, secret)


def _heard(claimed: Claimed, answer: Answer[Generation], secret: Secret) -> None:
    """Write down what was answered; a picture that is there already is fetched meanwhile."""
    if answer.value.status is not Status.COMPLETED or not answer.value.url:
        _accepted(claimed, answer)
        return
    with saving.bringing(secret, answer.value.url) as brought:
        _accepted(claimed, answer)
        if claimed.job.state == State.SAVING and claimed.job.claim == claimed.claim:
            saving.keep(claimed.job, brought)


def _order(claimed: Claimed) -> Order:
    job = claimed.job
    return Order(
        prompt=job.prompt,
        width=job.width,
        height=job.height,
        quality=job.quality or None,
        webhook_url=hooks.address_of(claimed.purchase),
    )


def _refused(claimed: Claimed, error: DoitongError) -> None:
    told = partial(setbacks.absorb, claimed.attempt, error, rng=RNG, purchase=claimed.purchase)
    surely.written(claimed.job, lambda: told(now=timezone.now()))


def _accepted(claimed: Claimed, answer: Answer[Generation]) -> None:
    surely.written(claimed.job, partial(_write_down, claimed, answer))
    keys.was_used(claimed.job.key)


def _write_down(claimed: Claimed, answer: Answer[Generation]) -> None:
    now = timezone.now()
    with transaction.atomic():
        limits.learn(claimed.job.key, answer.exchange.rate, now)
        wire.write_down(claimed.attempt, answer.exchange, outcome=answer.value.status)
        if not lifecycle.absorb(claimed.job, answer.value, now=now, held_by=claimed.claim, goes_on=True):
            latecomers.answered(claimed.purchase, claimed.job.key, answer.value, now=now)
        if claimed.job.state == State.PROCESSING:
            bells.ring_on_commit(bells.WATCHER)  # there is something to ask about
