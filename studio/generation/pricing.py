"""What a purchase cost, in the ledger and on its job: once, and also where the price comes later (S55).

A webhook tells that a picture is done and not what it cost. The job goes on at once and its hold stays
open; the provider is asked once, and what it will not name is settled as held. No hold is left over.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from studio.credits import ledger, prices
from studio.doitong import Generation, Status
from studio.generation import signals
from studio.generation.models import Image, Job, Pulse, Purchase

ASKED_FOR = timedelta(minutes=2)  # how long a price may stay unnamed
NOT_CONFIRMED = "price not confirmed"
UNPRICED = Q(cost=None, completed_at__isnull=False)


def cost_of(job: Job, generation: Generation, *, may_ask: bool) -> int | None:
    """Return what the provider says it cost; where it says nothing credible, what was held (PRV-06).

    None where it `may` still be asked for the price.
    """
    if generation.credit_cost is not None:
        return generation.credit_cost
    return None if may_ask else _as_held(job)


def book(job: Job, cost: int, generation: Generation) -> None:
    """End the job's hold by what it cost, or by nothing; must run in a transaction.

    What was released before, since it was given up or said to have failed, is charged all the same.
    """
    done = generation.status is Status.COMPLETED
    if cost:
        _charge(job, cost, "" if generation.credit_cost else NOT_CONFIRMED)
    elif ledger.open_hold(job.purchase) is not None:
        nothing = "Doitong charged nothing for it" if done else "Doitong could not make the image"
        ledger.release(job.purchase, reason=nothing)
    if generation.credit_cost and done:
        prices.learn(job.width, job.height, job.quality, cost)


def confirm(job: Job, generation: Generation, *, may_ask: bool) -> bool:
    """Take the price of a picture that was told of without one; say whether this was what named it."""
    cost = cost_of(job, generation, may_ask=may_ask)
    if cost is None or not _keep(job, cost, remote_id=generation.remote_id):
        return False
    book(job, cost, generation)
    return True


def asked_long_enough(now: datetime, asked_since: datetime | None) -> bool:
    """Say whether a price could have been asked for at all: since then somebody asks; None: all along.

    The time in which the studio was down is nobody's silence: what is old at a start is asked for first.
    """
    return asked_since is None or now - asked_since > ASKED_FOR


def confirm_overdue(now: datetime, asked_since: datetime | None = None) -> int:
    """Settle as held what nobody named a price for in time; return how many. For the sweep."""
    if not asked_long_enough(now, asked_since):
        return 0
    late = Job.objects.filter(
        UNPRICED, purchases__pk=F("purchase"), purchases__told_at__lt=now - ASKED_FOR
    ).order_by("pk")
    return sum(_settle_as_held(job) for job in late)


@transaction.atomic
def _settle_as_held(job: Job) -> bool:
    cost = _as_held(job)
    kept = _keep(job, cost)
    if kept and cost:
        _charge(job, cost, NOT_CONFIRMED)
    return kept


def _keep(job: Job, cost: int, **only: str) -> bool:
    """Write the price on the job, its purchase and its picture, unless one stands there."""
    unpriced = Job.objects.filter(UNPRICED, pk=job.pk, purchase=job.purchase, **only)
    if not unpriced.exists():  # a picture that is told of twice is no news: the pulse stands still
        return False
    if not unpriced.update(cost=cost, version=Pulse.advance(job.member_id)):
        return False
    job.cost = cost
    Purchase.objects.filter(pk=job.purchase).update(cost=cost)
    images = Image.objects.filter(job=job.pk)
    if images.update(cost=cost):
        signals.tell_changed(list(images.values_list("pk", flat=True)))
    return True


def held_for_it(purchase_id: UUID, job_id: UUID) -> int:
    """Return the credits that were held for a purchase at first.

    A doubtful try has no hold of its own: it is what was held for the newest other purchase of its job.
    """
    held = ledger.held_at_first(purchase_id)
    if held is not None:
        return held
    others = Purchase.objects.filter(job=job_id).exclude(pk=purchase_id).order_by("-created_at")
    amounts = (ledger.held_at_first(other) for other in others.values_list("pk", flat=True))
    return next((amount for amount in amounts if amount is not None), 0)


def _as_held(job: Job) -> int:
    return held_for_it(job.purchase, job.pk)


def _charge(job: Job, cost: int, reason: str) -> None:
    try:
        settled = ledger.settle(job.purchase, cost, reason=reason)
    except ledger.NoSuchHold:
        settled = False
    if not settled:
        why = reason or "charged after all"
        ledger.charge_late(
            job.purchase,
            cost,
            member_id=job.member_id,
            key_id=job.key_id,
            project_id=job.run.project_id,
            reason=why,
        )
