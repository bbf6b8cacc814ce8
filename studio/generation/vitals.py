"""How the pipeline does, in figures: what /metrics and the health page tell, in a fixed number of questions.

No name of a person and no key is among them (G9, OPS-14). Reads only; the clock is an argument.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Coalesce

from studio.accounts.models import Event, Key, Verb
from studio.credits.models import Account, Checkup
from studio.generation import disk, queue
from studio.generation.models import Attempt, Heartbeat, Job
from studio.generation.queue import QueueAway
from studio.generation.states import State

LATELY = timedelta(minutes=5)
MOST_READ = 5_000  # attempts; the newest ones, found by their ids
BACKUP = "backup"  # the subject under which a backup stands in the audit trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """A process of a machine, and the seconds since it was heard."""

    name: str
    machine: str
    age: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What was seen. Amounts are credits, sizes bytes, ages seconds; None where there is nothing to tell."""

    jobs: Mapping[str, int]  # those that have not ended, by state
    oldest: float | None  # age of the job that could be sent and waits longest
    tasks: int | None  # in the queue; None: the queue does not answer
    answers: Mapping[str, int]  # of the provider lately, by class
    held: int
    balance: int
    spent: int
    checkup: Checkup | None
    hearts: tuple[Heart, ...]
    keys: Mapping[str, int]  # by state
    free: int
    reserve: int
    backup: datetime | None


def look(now: datetime) -> Vitals:
    """Ask for all of it. Nine queries, however much there is; with Redis one of them is asked there."""
    sums = Account.objects.aggregate(
        held=Coalesce(Sum("held"), 0), balance=Coalesce(Sum("balance"), 0), spent=Coalesce(Sum("spent"), 0)
    )
    keys = Key.objects.order_by().values_list("state").annotate(many=Count("pk"))
    return Vitals(
        **sums,
        jobs=_jobs(),
        oldest=_oldest(now),
        tasks=_tasks(),
        answers=_answers(now),
        checkup=Checkup.objects.first(),
        hearts=tuple(_hearts(now)),
        keys=dict(keys),
        free=disk.free(),
        reserve=settings.DISK_RESERVE,
        backup=Event.objects.filter(subject=BACKUP, verb=Verb.BACKED_UP).values_list("at", flat=True).first(),
    )


def answer_class(status: int | None) -> str:
    """Return the class of an answer: none where there was none, 402 and 429, else 2xx to 5xx."""
    if status is None:
        return "none"
    return str(status) if status in {402, 429} else f"{status // 100}xx"


def _jobs() -> dict[str, int]:
    jobs = Job.objects.filter(finished_at=None).order_by().values_list("state").annotate(many=Count("pk"))
    return dict(jobs)


def _oldest(now: datetime) -> float | None:
    sendable = Q(not_before=None) | Q(not_before__lte=now)
    first = Job.objects.filter(sendable, state=State.QUEUED).aggregate(first=Min("created_at"))["first"]
    return None if first is None else max((now - first).total_seconds(), 0.0)


def _tasks() -> int | None:
    try:
        return queue.waiting()
    except QueueAway:
        return None


def _answers(now: datetime) -> dict[str, int]:
    newest = Attempt.objects.order_by("-pk").values_list("status", "started_at", "verb", "outcome")[
        :MOST_READ
    ]
    return dict(
        Counter(
            answer_class(status)
            for status, at, verb, outcome in newest
            if at > now - LATELY and verb == "generate" and outcome
        )
    )


def _hearts(now: datetime) -> list[Heart]:
    return [
        Heart(name=heart.name, machine=heart.machine, age=max((now - heart.at).total_seconds(), 0.0))
        for heart in Heartbeat.objects.order_by("name", "machine")
    ]
