"""Jobs that are held without credits put aside for them: what credits do not reach for yet (D18, JOB-15).

Such a job costs nothing and blocks nothing. It goes into the line only together with its hold, in one
transaction, and only at a price that a person has approved. Touches jobs, purchases and the ledger.
"""

import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction

from studio.accounts.models import Key
from studio.credits import ledger, prices
from studio.credits.ledger import NotEnoughCredits
from studio.generation.models import Job, Pulse, Purchase
from studio.generation.states import Reason, State

MAYBE_BARE = frozenset({Reason.CREDITS, Reason.PRICE, Reason.NO_ANSWER})  # the last one out of a backup


def without_hold(jobs: Sequence[Job]) -> set[uuid.UUID]:
    """Return the ids of those jobs that are held since nothing is put aside for them; one query."""
    short = [job for job in jobs if job.reason in MAYBE_BARE]
    held = ledger.held_for(job.purchase for job in short)
    return {job.pk for job in short if job.purchase not in held}


def prices_now(jobs: Iterable[Job]) -> dict[uuid.UUID, int]:
    """Return the most that each of these jobs may cost now, in credits; one query."""
    settings = {job.pk: (job.width, job.height, job.quality) for job in jobs}
    known = prices.price_ranges(settings.values()) if settings else {}
    return {pk: known[setting].high for pk, setting in settings.items()}


def into_line(job: Job, key: Key, amount: int) -> bool:
    """Put a held job into the line with so many credits held for it, or leave both as they are.

    So much is approved from then on. Returns whether it went. Raises NotEnoughCredits; nothing is
    changed then.
    """
    with transaction.atomic():
        used = ledger.held_at_first(job.purchase) is not None
        purchase, most = uuid.uuid4() if used else job.purchase, max(amount, approved(job) or 0)
        moved = job.move(
            State.QUEUED,
            only_from={State.HELD},
            key=key,
            purchase=purchase,
            approved=most,
            reason="",
            detail="",
        )
        if moved:
            Purchase.objects.get_or_create(pk=job.purchase, defaults={"job": job})
            held = [ledger.Hold(reference=job.purchase, amount=amount)]
            ledger.hold(job.member, held, key_id=key.pk, project_id=job.run.project_id)
    return moved


def go_on(job: Job, key: Key, amount: int) -> bool:
    """Put it into the line unless the price rose above what was approved: a person is asked then."""
    most = approved(job)
    if most is not None and amount > most:
        _ask(job, question(amount, most))
        return False
    try:
        return into_line(job, key, amount)
    except NotEnoughCredits:
        job.refresh_from_db(fields=["state", "reason", "purchase", "approved"])
        return False


def approved(job: Job) -> int | None:
    """Return the most credits that a person approved for it; older jobs have the run's alone."""
    return job.approved or job.run.most_each


def question(amount: int, most: int) -> str:
    """Return what a person is asked before so many credits are spent, where fewer were approved."""
    return f"An image of this size now costs up to {amount} credits; up to {most} were approved."


def _ask(job: Job, why: str) -> None:
    with transaction.atomic():
        held = Job.objects.filter(pk=job.pk, state=State.HELD)
        held.update(reason=Reason.PRICE, detail=why, version=Pulse.advance(job.member_id))
