"""What the pages of this room read. A constant number of queries for any number of rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation import line, pricing, waits
from studio.generation.cards import (
    MOSAIC,
    ExperimentItem,
    Part,
    RunCard,
    RunHead,
    experiment_item,
    run_card,
    run_head,
)
from studio.generation.durations import usual_seconds
from studio.generation.models import Experiment, Governor, Image, Job, Purchase, Run
from studio.generation.states import BEFORE_SENDING, LIVE, State
from studio.generation.tiles import Surroundings
from studio.prepared import Rows, counting, moment, number, uuid

RUNS_SHOWN = 8
EXPERIMENTS_SHOWN = 30
LIVE_LOOKED_AT = 50
SHEET_TILES = 60  # of a batch's run: the others are on the pages of the batch
MOST_TOLD = 200  # changes in one answer, but for those of one count


def jobs_of(runs: Iterable[Run]) -> list[Job]:
    """Return the jobs of some runs with their pictures and keys, in order; of a sheet's the first ones."""
    found = list(runs)
    if len(found) == 1:
        return _JOBS(run=found[0].pk)
    return list(_drawn(Q(run__in=found)))


def _drawn(those: Q) -> QuerySet[Job]:
    drawn = Q(position__lt=SHEET_TILES) | Q(run__batch=None)
    jobs = Job.objects.filter(drawn, those).select_related("image", "key", "run")
    return jobs.order_by("run", "position").fetch_mode(models.FETCH_RAISE)


_JOBS = Rows(lambda: _drawn(Q(run=uuid("run"))))


def run_cards(runs: Sequence[Run], now: datetime | None = None) -> list[RunCard]:
    """Return the cards of some runs, in the order given."""
    jobs = jobs_of(runs)
    around = surroundings(jobs, now or timezone.now())
    mine = {run.pk: [job for job in jobs if job.run_id == run.pk] for run in runs}
    cut = [run for run in runs if len(mine[run.pk]) == SHEET_TILES]
    whole = _parts(cut) if cut else {}
    return [run_card(run, mine[run.pk], around, whole.get(run.pk)) for run in runs]


def run_heads(runs: Sequence[Run], now: datetime) -> list[RunHead]:
    """Return the heads of some runs without their tiles, in the order given. One query."""
    found = _parts(runs)
    return [run_head(run, found[run.pk], now) for run in runs]


def _parts(runs: Sequence[Run]) -> dict[UUID, list[Part]]:
    """Return what the heads of some runs read of all their jobs. One query."""
    rows = _PARTS(run=runs[0].pk) if len(runs) == 1 else list(_part_rows(Q(run__in=runs)))
    found: dict[UUID, list[Part]] = {run.pk: [] for run in runs}
    for run_id, *part in rows:
        found[run_id].append(Part(*part))
    return found


def _part_rows(those: Q) -> "QuerySet[Job, tuple[Any, ...]]":
    return Job.objects.filter(those).order_by("run", "position").values_list("run", *Part._fields)


_PARTS = Rows(lambda: _part_rows(Q(run=uuid("run"))))


def surroundings(jobs: Sequence[Job], now: datetime) -> Surroundings:
    """Return what the tiles of these jobs share; nothing is asked for when none of them waits."""
    waiting = waits.waits(jobs, now)
    accounts = {job.key.account: job.key_id for job in jobs if job.state == State.QUEUED}
    moving = any(job.state in LIVE for job in jobs)
    governors = Governor.objects.filter(pk__in=accounts, paused_until__gt=now) if accounts else ()
    return Surroundings(
        now=now,
        places={pk: wait.place for pk, wait in waiting.items()},
        waits={pk: wait.words for pk, wait in waiting.items()},
        paused={accounts[row.pk]: row.paused_until for row in governors if row.paused_until},
        usual=usual_seconds() if moving else None,
    )


def recent_runs(
    member: Member, *, experiment: Experiment | None = None, before: Run | None = None
) -> list[Run]:
    """Return a member's newest runs, of one experiment or before another run where one is given."""
    runs = Run.objects.filter(member=member).select_related("experiment")
    if experiment is not None:
        runs = runs.filter(experiment=experiment)
    if before is not None:
        runs = runs.filter(created_at__lt=before.created_at)
    return list(runs.order_by("-created_at")[:RUNS_SHOWN].fetch_mode(models.FETCH_RAISE))


def experiments(member: Member, current: Experiment | None = None) -> list[ExperimentItem]:
    """Return a member's latest experiments with counts and their newest pictures. Two queries."""
    rows, pictures = _LATEST(member=member.pk), _LATEST_PICTURES(member=member.pk)
    return _items(rows, pictures, current.pk if current else None)


def experiment_items(ids: Sequence[UUID], current: UUID | None = None) -> list[ExperimentItem]:
    """Return some experiments with counts and their newest pictures, the last used first. Two queries."""
    if len(ids) == 1:
        return _items(_ONE(experiment=ids[0]), _ONES_PICTURES(experiment=ids[0]), current)
    return _items(_counted(Q(pk__in=ids)), _newest_pictures(Q(job__run__experiment__in=ids)), current)


def _items(rows: Iterable[Any], pictures: Iterable[Any], current: UUID | None) -> list[ExperimentItem]:
    found: dict[UUID, list[str]] = {}
    for image in pictures:
        found.setdefault(image.experiment_id, []).append(image.shown(128))
    return [
        experiment_item(
            row,
            images=row.images,
            done=row.done,
            live=bool(row.moving),
            spent=row.spent,
            pictures=found.get(row.pk, []),
            current=current,
        )
        for row in rows
    ]


def _counted(those: Q) -> "QuerySet[Experiment, Any]":
    """Return experiments with what is counted of their jobs, the last used first."""
    jobs = "runs__jobs"
    return (
        Experiment.objects.filter(those)
        .annotate(
            images=Count(jobs),
            done=Count(jobs, filter=Q(runs__jobs__state=State.DONE)),
            moving=Count(jobs, filter=Q(runs__jobs__state__in=sorted(LIVE))),
            spent=Sum("runs__jobs__cost", default=0) + Sum("runs__jobs__charged_late", default=0),
        )
        .order_by("-used_at")
    )


def _newest_pictures(those: Q) -> "QuerySet[Image, Any]":
    """Return up to four newest images of each experiment, with its id."""
    rank = Window(RowNumber(), partition_by=F("job__run__experiment"), order_by=F("id").desc())
    newest = Image.objects.filter(those, deleted_at=None).annotate(
        rank=rank, experiment_id=F("job__run__experiment")
    )
    return newest.filter(rank__lte=MOSAIC).order_by("-id")


def _latest() -> "QuerySet[Experiment, Any]":
    mine = Experiment.objects.filter(member=uuid("member"))
    return mine.order_by("-used_at").values("pk")[:EXPERIMENTS_SHOWN]


_LATEST = Rows(lambda: _counted(Q(pk__in=_latest())))
_LATEST_PICTURES = Rows(lambda: _newest_pictures(Q(job__run__experiment__in=_latest())))
_ONE = Rows(lambda: _counted(Q(pk=uuid("experiment"))))
_ONES_PICTURES = Rows(lambda: _newest_pictures(Q(job__run__experiment=uuid("experiment"))))


def unsent(member: Member, experiment: Experiment | None = None) -> int:
    """Return how many of a member's images can still be cancelled for nothing."""
    if experiment is None:
        return _UNSENT(member=member.pk)[0]
    jobs = Job.objects.filter(member=member, state__in=BEFORE_SENDING)
    return jobs.filter(run__experiment=experiment).count()


_UNSENT = counting(lambda: Job.objects.filter(member=uuid("member"), state__in=sorted(BEFORE_SENDING)))


def changed_jobs(member: Member, since: int) -> list[Job]:
    """Return the member's jobs that moved after the count `since`, with what a tile and a head need."""
    told = _first_changed(MOST_TOLD)(member=member.pk, since=since)
    if len(told) == MOST_TOLD:  # what moved at one count is told together
        until = told[-1].version
        told = list(_changed(Q(member=member, version__gt=since, version__lte=until)))
    return told


def _changed(those: Q) -> QuerySet[Job]:
    jobs = Job.objects.filter(those).select_related("image", "key", "run__experiment")
    return jobs.order_by("version").fetch_mode(models.FETCH_RAISE)


@cache
def _first_changed(most: int) -> Rows[Job]:
    since = Q(member=uuid("member"), version__gt=number("since"))
    return Rows(lambda: _changed(since)[:most])


def others_moved(member: Member, run: Run, after: int, until: int) -> bool:
    """Say whether anything of the member's but a run moved after one count and until another."""
    return bool(_OTHERS(member=member.pk, after=after, until=until, run=run.pk))


_OTHERS = Rows(
    lambda: (
        Job.objects.filter(member=uuid("member"), version__gt=number("after"), version__lte=number("until"))
        .exclude(run=uuid("run"))
        .values_list("pk", flat=True)[:1]
    )
)


def is_waiting(member: Member) -> bool:
    """Say whether the member has a job in line."""
    return bool(_QUEUED(member=member.pk))


_QUEUED = Rows(
    lambda: (
        Job.objects.filter(member=uuid("member"), state=State.QUEUED)
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def waiting_jobs(member: Member, shown: QuerySet[Run]) -> list[Job]:
    """Return the queued jobs of the runs shown: their places in line change without them."""
    jobs = Job.objects.filter(member=member, state=State.QUEUED, run__in=shown)
    jobs = jobs.select_related("key", "run")
    return list(jobs.order_by(*line.ORDER)[:MOST_TOLD].fetch_mode(models.FETCH_RAISE))


class Live(NamedTuple):
    """What paces a page's questions: a live job's state, when it was made, sent, and may be sent."""

    created_at: datetime
    state: str
    sent_at: datetime | None
    not_before: datetime | None
    run: UUID


def awaits_price(member: Member, now: datetime) -> bool:
    """Say whether a picture of theirs is there whose price is still asked for: a sum may yet change (S55)."""
    return bool(_UNPRICED(member=member.pk, after=now - pricing.ASKED_FOR))


_UNPRICED = Rows(
    lambda: Purchase.objects.filter(
        cost=None, told_at__gt=moment("after"), job__member=uuid("member")
    ).values_list("pk", flat=True)[:1]
)


def newest(found: Sequence[Live], now: datetime) -> int:
    """Return when the newest of these was made, in Unix seconds; what waits for tonight is not new (B22)."""
    moving = (one for one in found if one.not_before is None or one.not_before <= now)
    return max((int(one.created_at.timestamp()) for one in moving), default=0)


def next_due(found: Sequence[Live], after: datetime) -> int:
    """Return when the next of these is likely to move, in Unix seconds; 0 where that is not known.

    A picture is expected when such jobs usually took so long; what waits for a time, at that time,
    if it comes after the given one.
    """
    sent = [one.sent_at for one in found if one.state == State.PROCESSING and one.sent_at]
    usual = usual_seconds() if sent else None
    begins = [one.not_before for one in found if one.not_before is not None and one.not_before > after]
    due = [int(begin.timestamp()) for begin in begins]
    if usual:
        due.append(int(min(sent).timestamp()) + usual)
    return min(due, default=0)
