"""Every job that has not ended has a deadline and an owner; here is who has none (JOB-10, LED-03).

Pure questions to the database: nothing is changed. The sweep keeps these rules, so that a finding
means that the watcher does not run, or that a row was changed by other hands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from studio.accounts.models import KeyState
from studio.credits.check import open_holds
from studio.generation import counts
from studio.generation.models import Job, Purchase
from studio.generation.states import Reason, State

GRACE = timedelta(minutes=2)  # the sweep looks every two seconds; a machine that was stopped needs a moment
LONGEST_WAIT = timedelta(hours=25)  # a key's day is over after 24 h
MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What must never be so, in words, and the jobs that are so."""

    says: str
    broken: Callable[[datetime], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One job that breaks a rule."""

    job: UUID
    state: str
    says: str

    def __str__(self) -> str:
        return f"Job {self.job} ({self.state}) {self.says}."


RULES = (
    Rule(
        says="is in line for a key that does not work",
        broken=lambda now: Q(state=State.QUEUED, created_at__lt=now - GRACE) & ~Q(key__state=KeyState.OK),
    ),
    Rule(
        says="is to wait longer than a key's day",
        broken=lambda now: Q(
            state=State.QUEUED, not_before__gt=now + LONGEST_WAIT, run__starts_at__isnull=True
        ),
    ),
    Rule(
        says="is being sent by nobody",
        broken=lambda now: Q(state=State.SENDING) & (Q(lease_until=None) | Q(lease_until__lt=now - GRACE)),
    ),
    Rule(
        says="is at the provider for longer than it may take",
        broken=lambda now: (
            Q(state=State.PROCESSING)
            & (
                Q(sent_at=None)
                | Q(sent_at__lt=now - GRACE - timedelta(seconds=settings.JOB_DEADLINE_SECONDS))
            )
        ),
    ),
    Rule(
        says="has been finished for long, and its picture is fetched by nobody",
        broken=lambda now: Q(state=State.SAVING, completed_at__lt=now - timedelta(hours=1)),
    ),
    Rule(
        says="is to be fetched from no address",
        broken=lambda now: Q(state=State.SAVING, remote_url=""),
    ),
    Rule(
        says="waits for nobody knows what",
        broken=lambda now: Q(state=State.HELD, reason=Reason.NONE),
    ),
    Rule(
        says="was cancelled, and its credits are held for news that come no more",
        broken=lambda now: Q(
            state=State.CANCELLED, finished_at=None, sent_at__lt=now - counts.NEWS_WITHIN - GRACE
        ),
    ),
)


def violations(now: datetime) -> Iterator[Violation]:
    """Yield who breaks a rule, at most `MOST_TOLD` for each."""
    for rule in RULES:
        for job in Job.objects.filter(rule.broken(now)).order_by("created_at")[:MOST_TOLD]:
            yield Violation(job=job.pk, state=job.state, says=rule.says)
    yield from _holds_without_end(now)


def _holds_without_end(now: datetime) -> Iterator[Violation]:
    """An open hold belongs to a job that has not ended, or to one whose price is still to come."""
    ended = Q(state__in=[State.DONE, State.FAILED]) | Q(state=State.CANCELLED, finished_at__isnull=False)
    priced = (
        Q(cost__isnull=False) | Q(completed_at=None) | Q(completed_at__lt=now - counts.NEWS_WITHIN - GRACE)
    )
    mine = Purchase.objects.filter(job=OuterRef("pk"), pk__in=open_holds().values("reference"))
    late = Q(finished_at__lt=now - GRACE)
    for job in Job.objects.filter(ended & priced & late).filter(Exists(mine))[:MOST_TOLD]:
        yield Violation(job=job.pk, state=job.state, says="has ended, and credits are still held for it")
