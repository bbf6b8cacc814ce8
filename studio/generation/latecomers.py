"""News of a purchase that its job has gone on without: given up or bought again, or a doubtful earlier try.

It is told apart by its own token. What the provider took for it is charged, once; and where the job
still has no picture and nothing is under way for it, the late picture is taken, so that it is not
bought again (B9, B11, HOOK-08).
"""

import logging
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from studio.accounts import keys, provider
from studio.accounts.models import Key, KeyState
from studio.accounts.sealing import SealingError
from studio.credits import ledger
from studio.credits.models import Entry, Kind
from studio.doitong import DoitongError, Generation, Status
from studio.generation import lifecycle, limits, pricing
from studio.generation.models import Job, Pulse, Purchase
from studio.generation.pricing import ASKED_FOR, NOT_CONFIRMED
from studio.generation.states import State

log = logging.getLogger(__name__)

IDLE = frozenset({State.QUEUED, State.HELD, State.FAILED})  # nothing is under way at the provider
AFTER_ALL = "an earlier try was charged after all"
MOST_AT_ONCE = 50


def sibling(purchase: Purchase, remote_id: str) -> Purchase:
    """Return the purchase that an earlier, doubtful try of this one was after all, made at its first news.

    Where the provider's own figure showed before that a try was charged, it is that one: not another.
    """
    known = Purchase.objects.filter(job=purchase.job_id, remote_id=remote_id).first()
    if known is not None:
        return known
    tries = purchase.job.attempts.values_list("pk", flat=True)
    charged = Purchase.objects.filter(pk__in=[of_try(purchase.pk, pk) for pk in tries], remote_id="").first()
    if charged and Purchase.objects.filter(pk=charged.pk, remote_id="").update(remote_id=remote_id):
        return charged
    found, _ = Purchase.objects.get_or_create(
        pk=uuid5(purchase.pk, remote_id),
        defaults={"job_id": purchase.job_id, "key_id": purchase.key_id, "remote_id": remote_id},
    )
    return found


def of_try(purchase_id: UUID, attempt_id: int) -> UUID:
    """Return the purchase that one doubtful request for another was, while its name is not known."""
    return uuid5(purchase_id, f"try {attempt_id}")


def is_anothers(purchase: Purchase, key: Key, remote_id: str) -> bool:
    """Say whether the key's account knows this id of the provider's as that of another job."""
    of_account = Q(key__account=key.account, remote_id=remote_id)
    siblings = Purchase.objects.filter(of_account).exclude(job=purchase.job_id)
    return siblings.exists() or Job.objects.filter(of_account).exclude(pk=purchase.job_id).exists()


def left(purchases: QuerySet[Purchase]) -> Purchase | None:
    """Return the one of these purchases that its job has gone on without by now, if there is one."""
    return purchases.exclude(job__purchase=F("pk")).first()


@transaction.atomic
def answered(purchase: Purchase, key: Key, generation: Generation, *, now: datetime) -> bool:
    """Take in the answer to an order that was no news to its job; return whether it is news all the same.

    Meanwhile a person bought the job anew, or a webhook brought the picture of a doubtful earlier try.
    """
    job = Job.objects.get(pk=purchase.job_id)
    if job.purchase == purchase.pk:
        if job.remote_id in {"", generation.remote_id} or is_anothers(purchase, key, generation.remote_id):
            return False
        purchase = sibling(purchase, generation.remote_id)
    ended = generation.status is Status.FAILED or (generation.status is Status.COMPLETED and generation.url)
    return absorb(purchase, generation, now=now) if ended else _to_be_priced(purchase, generation, now)


@transaction.atomic
def absorb(purchase: Purchase, generation: Generation, *, now: datetime) -> bool:
    """Take in what the provider says of such a purchase; return whether it was news."""
    if generation.status is Status.COMPLETED and generation.url:
        if _took(purchase):
            job = Job.objects.select_related("key", "run").get(pk=purchase.job_id)
            return lifecycle.absorb(job, generation, now=now, may_ask=True)
        if generation.credit_cost is None:
            return _to_be_priced(purchase, generation, now)
        return charge(purchase, generation.credit_cost)
    if generation.status is Status.FAILED and generation.credit_cost:  # S94
        return charge(purchase, generation.credit_cost)
    return False


@transaction.atomic
def charge(purchase: Purchase, cost: int, *, reason: str = AFTER_ALL) -> bool:
    """Charge what it cost, in credits, on its member and its job; say whether this call did."""
    if not Purchase.objects.filter(pk=purchase.pk, cost=None).update(cost=cost):
        return False
    job = Job.objects.get(pk=purchase.job_id)
    version = Pulse.advance(job.member_id)  # before the account: everyone locks in this order
    if cost and _booked(purchase, job, cost, reason):
        Job.objects.filter(pk=job.pk).update(charged_late=F("charged_late") + cost, version=version)
    return True


def keys_to_ask() -> list[Key]:
    """Return the keys under which something is still to be asked for its price: all that is not settled."""
    named = _unpriced().exclude(remote_id="")
    return list(Key.objects.filter(pk__in=named.values("key")).exclude(state=KeyState.REFUSED))


def ask(key: Key, now: datetime) -> int:
    """Ask in one request what the key's late purchases cost; return how many prices that brought."""
    asked = {one.remote_id: one for one in _unpriced().filter(key=key).exclude(remote_id="")[:MOST_AT_ONCE]}
    if not asked or not limits.grant_questions_now(key, 1):
        return 0
    try:
        answer = provider.client_for(keys.secret_of(key)).look(list(asked))
    except (DoitongError, SealingError) as error:
        log.warning("key …%s: asking what an earlier try cost: %s", key.last4, error)
        return 0
    limits.learn(key, answer.exchange.rate, now)
    named = [(asked[name], _cost_of(said)) for name, said in answer.value.items() if name in asked]
    return sum(charge(one, cost) for one, cost in named if cost is not None)


def _cost_of(generation: Generation) -> int | None:
    failed = generation.status is Status.FAILED
    return (generation.credit_cost or 0) if failed else generation.credit_cost


def settle_overdue(now: datetime, asked_since: datetime | None = None) -> int:
    """Charge as held what nobody named a price for in time; return how many. For the sweep."""
    if not pricing.asked_long_enough(now, asked_since):
        return 0
    return sum(_as_held(one) for one in _unpriced().filter(told_at__lt=now - ASKED_FOR))


def _unpriced() -> QuerySet[Purchase]:
    """Return what was told of and has no price yet, without what its job is priced with (`pricing`)."""
    return Purchase.objects.filter(cost=None, told_at__isnull=False).exclude(job__purchase=F("pk"))


def _took(purchase: Purchase) -> bool:
    """Give the job back to this purchase where it has no picture and nothing is under way for it."""
    job = Job.objects.get(pk=purchase.job_id)
    other = job.purchase
    idle = Job.objects.filter(pk=job.pk, purchase=other, state__in=IDLE, completed_at=None)
    mine = {"purchase": purchase.pk, "remote_id": "", "not_before": None, "cost": None, "tries": 1}
    if purchase.cost is not None or not idle.update(
        **mine,
        key_id=purchase.key_id or job.key_id,
        charged_late=Greatest(0, F("charged_late") + (job.cost or 0) - _paid(purchase)),
        version=Pulse.advance(job.member_id),
    ):
        return False
    if ledger.open_hold(other) is not None:
        ledger.release(other, reason="not needed: the earlier try brought the picture")
    return True


def _paid(purchase: Purchase) -> int:
    """Return what was charged for it before its job went on: that stands on the job as a late charge."""
    paid = Entry.objects.filter(reference=purchase.pk, kind__in=[Kind.SETTLE, Kind.LATE])
    return -int(paid.aggregate(posted=Sum("posted", default=0))["posted"])


def _to_be_priced(purchase: Purchase, generation: Generation, now: datetime) -> bool:
    fresh = Purchase.objects.filter(pk=purchase.pk, cost=None, told_at=None)
    return bool(fresh.update(told_at=now, remote_id=generation.remote_id))


def _booked(purchase: Purchase, job: Job, cost: int, reason: str) -> bool:
    if ledger.open_hold(purchase.pk) is not None:
        return ledger.settle(purchase.pk, cost, reason=reason)
    return ledger.charge_late(
        purchase.pk,
        cost,
        member_id=job.member_id,
        key_id=purchase.key_id or job.key_id,
        project_id=job.run.project_id,
        reason=reason,
    )


def _as_held(purchase: Purchase) -> bool:
    held = pricing.held_for_it(purchase.pk, purchase.job_id)
    return charge(purchase, held, reason=f"{AFTER_ALL}; {NOT_CONFIRMED}")
