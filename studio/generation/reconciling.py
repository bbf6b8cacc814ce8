"""Compare the books with what Doitong says is left, and clear or confirm what was possibly charged (D13).

Doitong is asked where it tells its balance at all, and only while nothing is under way, so that the
figure is exact. Where the drift leaves one answer alone, the doubts since the anchor before get it;
else they stay, and a person books the rest with a reason.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio.accounts import keys, provider
from studio.accounts.models import Key, KeyState, Member
from studio.accounts.sealing import SealingError
from studio.credits import anchors, ledger, prices
from studio.credits.models import Anchor, Source
from studio.doitong import DoitongError
from studio.generation import latecomers, limits
from studio.generation.models import Attempt, Job, Pulse, Purchase
from studio.generation.states import Reason, State

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=4)  # LED-15: a drift is shown within five
ANEW = timedelta(days=1)  # an anchor that says nothing new is written down as often
ENDED = frozenset({State.UNKNOWN, State.FAILED, State.CANCELLED})
CLEARED = "Doitong’s own figure shows that it was not charged."
CONFIRMED = "Doitong’s own figure shows that it was charged."


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One request that was possibly charged, and what it can have cost; `attempt` for an earlier try."""

    job: Job
    attempt: Attempt | None
    low: int
    high: int


def under_way(account: UUID) -> int:
    """Return what is held for images that a Doitong account makes now, or whose price is not known yet."""
    moving = Q(state__in=[State.SENDING, State.PROCESSING, State.OVERDUE])
    unended = Q(state=State.CANCELLED, finished_at=None) | Q(cost=None, completed_at__isnull=False)
    jobs = Job.objects.filter(moving | unended, key__account=account).exclude(state=State.QUEUED)
    return sum(ledger.held_for(jobs.values_list("purchase", flat=True)).values())


def keys_to_ask(now: datetime) -> list[Key]:
    """Return a working key of each Doitong account that makes nothing at the moment."""
    working = {key.account: key for key in Key.objects.filter(state=KeyState.OK).order_by("pk")}
    return [key for account, key in working.items() if under_way(account) == 0]


def ask(key: Key, now: datetime, *, by: Member | None = None) -> Anchor | None:
    """Ask what is left; return the anchor, None where it is not told, was not asked or is no news."""
    before = anchors.ours(key.account)
    figure = _figure(key, now)
    if figure is None or anchors.ours(key.account) != before:  # something was booked meanwhile
        return None
    if by is None and not _is_news(key, figure, now):
        return None
    return take(key, figure, source=Source.ASKED, now=now, by=by)


@transaction.atomic
def take(key: Key, figure: int, *, source: Source, now: datetime, by: Member | None = None) -> Anchor:
    """Write down the provider's figure, and clear or confirm the doubts that it decides."""
    anchor = anchors.note(key, figure, source=source, under_way=under_way(key.account), now=now, by=by)
    keys.note_balance(key, figure)
    found = anchors.drift(anchor)
    if found is not None and found.is_exact:
        _weigh(found)
    return anchor


def doubts(account: UUID, since: datetime, until: datetime) -> list[Doubt]:
    """Return what was possibly charged in between."""
    during = Attempt.objects.filter(
        verb="generate", possibly_charged=True, started_at__gt=since, started_at__lte=until
    )
    attempts = list(during.filter(job__key__account=account).select_related("job__member").order_by("pk"))
    tried = {attempt.job_id for attempt in attempts}
    jobs = Job.objects.filter(
        key__account=account, possibly_charged=True, state__in=ENDED, sent_at__gt=since, sent_at__lte=until
    )
    bare = [_doubt(job, None) for job in jobs.exclude(pk__in=tried).select_related("member")]
    return bare + [one for attempt in attempts if (one := _of_attempt(attempt))]


def _of_attempt(attempt: Attempt) -> Doubt | None:
    """The last try of a job that ended is its own purchase; one whose end is known is no doubt any more."""
    job = attempt.job
    if attempt.number < job.tries or job.state in {State.QUEUED, State.HELD}:
        return _doubt(job, attempt)
    return _doubt(job, None) if job.possibly_charged and job.state in ENDED else None


def _doubt(job: Job, attempt: Attempt | None) -> Doubt:
    price = prices.price_range(job.width, job.height, job.quality)
    return Doubt(job=job, attempt=attempt, low=price.low, high=price.high)


def _weigh(found: anchors.Drift) -> None:
    """All or none of the doubts are what the drift says; anything between stays open."""
    open_ones = doubts(found.anchor.account, found.before.at, found.anchor.at)
    missing = -found.credits
    if not open_ones:
        return
    if missing == 0:
        _settle(open_ones, [0] * len(open_ones))
    elif sum(one.low for one in open_ones) <= missing <= sum(one.high for one in open_ones):
        _settle(open_ones, _shares(open_ones, missing))
        anchors.explain(found.anchor, found.credits)


def _shares(those: Sequence[Doubt], missing: int) -> list[int]:
    """Divide what is missing: to each the least it can have cost, and the rest in order."""
    over, shares = missing - sum(one.low for one in those), []
    for one in those:
        more = min(over, one.high - one.low)
        over -= more
        shares.append(one.low + more)
    return shares


def _settle(those: Sequence[Doubt], costs: Sequence[int]) -> None:
    pairs = sorted(zip(those, costs, strict=True), key=lambda pair: pair[0].job.member_id)
    for one, cost in pairs:
        if one.attempt is None:
            _end(one.job, cost)
        elif cost:
            _charge_try(one.job, one.attempt, cost)
    for one, _ in pairs:
        version = Pulse.advance(one.job.member_id)
        Job.objects.filter(pk=one.job.pk).update(possibly_charged=False, version=version)
    found = [one.job.pk for one in those]
    Attempt.objects.filter(job__in=found, possibly_charged=True).update(possibly_charged=False)


def _end(job: Job, cost: int) -> None:
    why = CONFIRMED if cost else CLEARED
    if job.state == State.UNKNOWN:
        job.move(
            State.FAILED,
            only_from={State.UNKNOWN},
            reason=Reason.NO_ANSWER,
            detail=why,
            finished_at=timezone.now(),
        )
    version = Pulse.advance(job.member_id)  # before the account: everyone locks in this order
    Job.objects.filter(pk=job.pk).update(cost=cost, version=version)
    if not cost:
        if ledger.open_hold(job.purchase) is not None:
            ledger.release(job.purchase, reason=why)
        return
    Purchase.objects.filter(pk=job.purchase).update(cost=cost)
    if ledger.open_hold(job.purchase) is not None:
        ledger.settle(job.purchase, cost, reason=why)
    else:
        ledger.charge_late(
            job.purchase,
            cost,
            member_id=job.member_id,
            key_id=job.key_id,
            project_id=job.run.project_id,
            reason=why,
        )


def _charge_try(job: Job, attempt: Attempt, cost: int) -> None:
    """An earlier try has no purchase of its own until it is known to have been one."""
    purchase, _ = Purchase.objects.get_or_create(
        pk=latecomers.of_try(job.purchase, attempt.pk), defaults={"job": job, "key_id": job.key_id}
    )
    latecomers.charge(purchase, cost, reason=CONFIRMED)


def _is_news(key: Key, figure: int, now: datetime) -> bool:
    last = anchors.newest(key.account)
    if last is None or last.under_way or last.at < now - ANEW or doubts(key.account, last.at, now):
        return True
    return figure - last.figure != anchors.ours(key.account) - last.ours - last.booked


def _figure(key: Key, now: datetime) -> int | None:
    with transaction.atomic():
        limits.lock(key)
        if limits.grant_questions(key, 1, now) != 1:
            return None
    try:
        answer = provider.client_for(keys.secret_of(key)).account()
    except (DoitongError, SealingError) as error:
        log.warning("key …%s: asking what is left: %s", key.last4, error)
        return None
    limits.learn(key, answer.exchange.rate, now)
    return answer.value.credits if answer.value else None
