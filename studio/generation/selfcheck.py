"""The night's self-check: the ledger against itself, the jobs against the ledger, holds against jobs (D14).

A hold whose job has ended is ended with an entry: at what the job cost, or released. Everything else
is told and left to a person. What was found is kept, and shown on the team's page. Any number of
processes may check at once: a hold ends once, in the database.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts.models import Event, Verb
from studio.credits import check as books
from studio.credits import ledger
from studio.credits.models import Checkup, Entry, Kind
from studio.generation import unpaid
from studio.generation.models import Job, Purchase
from studio.generation.states import BEFORE_SENDING, LIVE, State

AT = 3  # o'clock in the team's time zone
GRACE = timedelta(hours=1)  # so long a hold may outlive its job: its price may still be to come
MOST_TOLD = 20
ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
WHY = "self-check: its job had ended"


def nightly(now: datetime) -> Checkup | None:
    """Check if none did since the last night's hour; for the watcher, which asks every few minutes."""
    local = timezone.localtime(now)
    due = local.replace(hour=AT, minute=0, second=0, microsecond=0)
    due = due if due <= local else due - timedelta(days=1)
    return None if Checkup.objects.filter(at__gte=due).exists() else check(now)


def check(now: datetime) -> Checkup:
    """Compare everything, end the holds that were left over, and keep what was found."""
    ended = [one for one in _orphans(now) if _end(*one)]
    report = books.check()
    findings = [
        *(f"{difference}." for difference in report.differences),
        *(f"Job {job}: its entries do not say what it cost." for job in _unlike(now)),
        *(f"Job {job} waits or runs, and nothing is held for it." for job in _unheld(now)),
    ]
    if ended:
        Event.note(Verb.LEDGER_MENDED, who=None, holds=len(ended))
    return Checkup.objects.create(
        at=now,
        entries=report.entries,
        open_holds=report.open_holds,
        ended=len(ended),
        findings=findings,
    )


def _orphans(now: datetime) -> Iterator[tuple[UUID, int | None]]:
    """Yield open holds that no job will end any more, and what each job cost where that is known."""
    old = Entry.objects.filter(kind=Kind.HOLD, created_at__lt=now - GRACE)
    still = books.open_holds().values("reference")
    opened = list(old.filter(reference__in=still).values_list("reference", flat=True))
    rows = Purchase.objects.filter(pk__in=opened).select_related("job")
    known = {purchase.pk: purchase for purchase in rows}
    for reference in opened:
        purchase = known.get(reference)
        if purchase is None:
            yield reference, None
        elif _is_left_over(purchase, now):
            mine = purchase.job.purchase == purchase.pk
            yield reference, purchase.job.cost if mine else purchase.cost


def _is_left_over(purchase: Purchase, now: datetime) -> bool:
    job = purchase.job
    if purchase.pk != job.purchase:  # the job went on without it; told of, its price is still to come
        return purchase.told_at is None or purchase.cost is not None
    if job.state not in ENDED or (job.cost is None and job.completed_at is not None):
        return False
    return job.finished_at is not None and job.finished_at < now - GRACE


def _end(reference: UUID, cost: int | None) -> bool:
    return ledger.settle(reference, cost, reason=WHY) if cost else ledger.release(reference, reason=WHY)


def _unlike(now: datetime) -> QuerySet[Job, UUID]:
    """Return jobs that ended, and whose entries add up to something else than they cost (LED-04)."""
    paid = Entry.objects.filter(reference=OuterRef("purchase"), kind__in=[Kind.SETTLE, Kind.LATE]).order_by()
    total = paid.values("reference").annotate(total=-Sum("posted")).values("total")
    charged = Coalesce(Subquery(total, output_field=BigIntegerField()), 0)
    ended = Q(state__in=ENDED, finished_at__lt=now - GRACE)
    jobs = Job.objects.filter(ended & (Q(cost__isnull=False) | Q(completed_at=None)))
    right = Q(charged=Coalesce(F("cost"), 0)) | Q(cost=None, charged=F("charged_late"))
    return (
        jobs.annotate(charged=charged)
        .exclude(right)
        .order_by("created_at")
        .values_list("pk", flat=True)[:MOST_TOLD]
    )


def _unheld(now: datetime) -> list[UUID]:
    """Return jobs that go on and have no open hold; what is held for want of credits has none (LED-03)."""
    moving = Q(state__in=LIVE | BEFORE_SENDING) & ~Q(reason__in=unpaid.MAYBE_BARE)
    jobs = Job.objects.filter(moving, cost=None, created_at__lt=now - GRACE)
    rows = jobs.order_by("created_at").values_list("pk", "purchase")
    held = ledger.held_for(jobs.values_list("purchase", flat=True))
    return [pk for pk, purchase in rows if purchase not in held][:MOST_TOLD]
