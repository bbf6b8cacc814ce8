"""Jobs in line whose price rose above what was approved: none is sent before its person was asked (JOB-15).

A price is learned from each charge, so it can rise while others wait. `approved_still` keeps a worker
from claiming such a job in the moment between; the sweep then takes it out of the line with the
question, and with its hold released. Touches jobs and the ledger.
"""

from functools import cache

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from studio.credits import ledger
from studio.credits.models import Price
from studio.generation import unpaid
from studio.generation.models import Job
from studio.generation.states import Reason, State

AT_ONCE = 50  # jobs in one look: others may write in between
RELEASED = "not sent: the price rose above what was approved"


@cache
def approved_still() -> Q:
    """Return the condition under which a job may be sent: it costs no more than was approved.

    One and the same each time: the statement with it is put together once.
    """
    return ~Q(Exists(_higher(OuterRef("approved"))))


def ask_first() -> int:
    """Take out of the line what costs more by now than was approved; return how many. For the sweep.

    One query where there is none of it. Each goes by itself: what ends holds of several keys in one
    transaction could wait in a circle with another that does.
    """
    risen = list(_risen())
    amounts = unpaid.prices_now(risen)
    return sum(_ask(job, amounts[job.pk]) for job in risen)


def _risen() -> QuerySet[Job]:
    """Return the first jobs in line whose price rose."""
    higher = _higher(Coalesce(OuterRef("approved"), OuterRef("run__most_each")))  # older ones have the run's
    waiting = Job.objects.filter(Exists(higher), state=State.QUEUED).select_related("run")
    return waiting.order_by("member_id", "created_at", "position")[:AT_ONCE]


def _higher(approved: OuterRef | Coalesce) -> QuerySet[Price]:
    """Return the price of a job's size and quality where it is above this figure."""
    same = {name: OuterRef(name) for name in ("width", "height", "quality")}
    return Price.objects.filter(**same, high__gt=approved)


@transaction.atomic
def _ask(job: Job, amount: int) -> bool:
    why = unpaid.question(amount, unpaid.approved(job) or 0)
    moved = job.move(State.HELD, only_from={State.QUEUED}, reason=Reason.PRICE, detail=why)
    if moved and ledger.open_hold(job.purchase) is not None:
        ledger.release(job.purchase, reason=RELEASED)
    return moved
