"""What becomes of a job whose submission failed: `decide` says which way, this file goes it.

401 and 402 hold the whole line of the key, 429 lets the key wait, 500 and 503 come again with
a pause, a refusal ends the job, and where nothing is known nothing is sent again (B10, B11).
"""

import logging
import random
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import transaction

from studio.accounts import keys
from studio.accounts.sealing import SealingError
from studio.credits import anchors, ledger
from studio.credits.models import Account, Source
from studio.doitong import Decision, DoitongError, InsufficientCredits, NotSent, RateLimited, Refused, decide
from studio.generation import hooks, limits, queue, quiet, reconciling, wire
from studio.generation.models import LET_GO, Attempt, Job, Purchase
from studio.generation.states import AT_THE_PROVIDER, Reason, State

log = logging.getLogger(__name__)

LONGEST_ROW = 8  # after so many the pause grows no more
NOT_OPENED = "The studio cannot open the saved API key. Nothing was sent; save the key anew."


def absorb(
    attempt: Attempt,
    error: DoitongError,
    *,
    now: datetime,
    rng: random.Random,
    purchase: Purchase | None = None,
) -> None:
    """Move the job to where this error leads, in one transaction with the key's and the ledger's part."""
    job = attempt.job
    quiet.warn(log, job.key, error.code, error.sentence)
    tries = _unsent(attempt) if isinstance(error, NotSent) else job.tries
    decision = decide(error, attempt=tries, now=now, rng=rng)
    with transaction.atomic():
        if error.exchange:
            limits.learn(job.key, error.exchange.rate, now)
        wire.write_down(
            attempt,
            error.exchange,
            outcome=error.code,
            sentence=error.sentence[:400],
            possibly_charged=decision.possibly_charged,
        )
        _take_back(attempt, error)
        if purchase is not None and hooks.unwanted(purchase, error):
            _put_back(job, error, tries=job.tries - 1)  # nothing was bought: sent again without it (S81)
            queue.ring_submit(job.key_id)
        else:
            STEPS[decision.kind](job, error, decision, now)


def _unsent(attempt: Attempt) -> int:
    """Return how many requests of the job in a row, this one with them, never left (at most a few)."""
    outcomes = Attempt.objects.filter(job_id=attempt.job_id, pk__lt=attempt.pk).order_by("-pk")
    before = outcomes.values_list("outcome", flat=True)[:LONGEST_ROW]
    return 1 + sum(1 for _ in takewhile(lambda outcome: outcome == NotSent.default_code, before))


def _take_back(attempt: Attempt, error: DoitongError) -> None:
    """Give the day back what no image was asked with."""
    sent = error.exchange is not None and error.exchange.sent
    if not sent or isinstance(error, RateLimited):
        limits.take_back(attempt.job.key, attempt.started_at, sent=sent)


def not_opened(attempt: Attempt, error: SealingError) -> None:
    """Hold the key's line where its API key cannot be unsealed: nothing was sent (KEY-13)."""
    log.error("key …%s: %s", attempt.job.key.last4, error)
    with transaction.atomic():
        wire.write_down(attempt, None, outcome="not_opened", sentence=NOT_OPENED)
        limits.take_back(attempt.job.key, attempt.started_at, sent=False)
        _hold(attempt.job, Reason.KEY, NOT_OPENED)


def _again(job: Job, error: DoitongError, decision: Decision, now: datetime) -> None:
    tries = job.tries - isinstance(error, NotSent)  # one that never left is no try
    _put_back(job, error, tries=tries, not_before=decision.not_before, **_doubt(decision))


def _doubt(decision: Decision) -> dict[str, Any]:
    """Return what is written of a doubt: a later try's refusal takes back none of an earlier one (D12)."""
    return {"possibly_charged": True} if decision.possibly_charged else {}


def _wait(job: Job, error: DoitongError, decision: Decision, now: datetime) -> None:
    if decision.not_before:
        limits.pause(job.key, decision.not_before)
    _put_back(job, error, tries=job.tries - 1)  # S50: a 429 is not a failed try


def _put_back(job: Job, error: DoitongError, **fields: Any) -> None:
    job.move(
        State.QUEUED,
        held_by=job.claim,
        **LET_GO,
        detail=error.sentence[:400],
        **fields,
    )


def _fail(job: Job, error: DoitongError, decision: Decision, now: datetime) -> None:
    reason = Reason.REFUSED if isinstance(error, Refused) else Reason.PROVIDER
    moved = job.move(
        State.FAILED,
        held_by=job.claim,
        **LET_GO,
        reason=reason,
        detail=error.sentence[:400],
        finished_at=now,
        **_doubt(decision),
    )
    if moved:
        ledger.release(job.purchase, reason=error.sentence[:200])
        queue.ring_submit(job.key_id)


def _hold_for_key(job: Job, error: DoitongError, decision: Decision, now: datetime) -> None:
    keys.mark_refused(job.key, reason=error.sentence[:200])
    _hold(job, Reason.KEY, error.sentence)


def _hold_for_credits(job: Job, error: DoitongError, decision: Decision, now: datetime) -> None:
    available = error.available if isinstance(error, InsufficientCredits) else None
    keys.mark_no_credits(job.key, available=available)
    _hold(job, Reason.CREDITS, error.sentence)
    if available is None:
        return
    anchor = anchors.note(
        job.key, available, source=Source.REFUSAL, under_way=reconciling.under_way(job.key.account), now=now
    )
    if job.key.member_id:  # a key of their own: its balance is theirs (S49)
        figure = available + _held_at_the_provider(job)
        if figure < Account.objects.get(pk=job.member_id).balance:  # PRV-06: no answer makes it grow
            why = error.sentence[:200]
            entry = ledger.correct_to(job.member, figure, reason=why, key_id=job.key_id)
            anchors.explain(anchor, entry.posted if entry else 0)


def _held_at_the_provider(job: Job) -> int:
    """Return the credits held for the member's jobs that the provider is making now. One query.

    What it names as available is its balance less what these will cost: our balance still holds them.
    """
    making = Job.objects.filter(
        member_id=job.member_id, key_id=job.key_id, state__in=AT_THE_PROVIDER, finished_at=None
    )
    return sum(ledger.held_for(making.values_list("purchase", flat=True)).values())


def _hold(job: Job, reason: Reason, detail: str) -> None:
    """Hold this job and everything behind it in the key's line; none is lost."""
    why: dict[str, Any] = {"reason": reason, "detail": detail[:400]}
    behind = Job.objects.filter(key=job.key, state=State.QUEUED)
    for one in sorted([job, *behind], key=lambda one: one.member_id):  # everyone locks in this order
        if one is job:
            job.move(State.HELD, held_by=job.claim, **LET_GO, **why)
        else:
            one.move(State.HELD, only_from={State.QUEUED}, **why)


def _unknown(job: Job, error: DoitongError, decision: Decision, now: datetime) -> None:
    job.lose(error.sentence, held_by=job.claim)


STEPS = {
    "retry": _again,
    "wait": _wait,
    "fail": _fail,
    "hold_key": _hold_for_key,
    "hold_credits": _hold_for_credits,
    "unknown": _unknown,
}
