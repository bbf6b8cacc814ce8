"""What a person does to many jobs at once: a run, a selection, all that waits, all that failed (B12, B17).

One transaction for as many as `AT_ONCE` of one member's: within it pulse, job, account, budgets, as
everywhere. Each job has its say: what could not be done is told with the reason, the rest is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched, groupby
from operator import attrgetter

from django.db import transaction

from studio.accounts.models import Member
from studio.credits.ledger import NotEnoughCredits
from studio.generation import line, steering
from studio.generation.models import Experiment, Job, Lane, Run
from studio.generation.states import BEFORE_SENDING, State

AT_ONCE = 200  # jobs in one transaction: others may write in between
NOT_THEIRS = "not yours to change"


class Deed(StrEnum):
    """What may be done to jobs in line, by its name in a form."""

    CANCEL = "cancel"
    STOP = "stop"
    RETRY = "retry"
    GIVE_UP = "give_up"
    FRONT = "front"
    BACK = "back"
    BACKGROUND = "background"
    NORMAL = "normal"
    BEGIN = "begin"


OF_ADMINS = frozenset(set(Deed) - {Deed.RETRY})
"""What an admin may do to everybody's: all but to spend a member's credits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many were done, and how many were not for which reason."""

    done: int
    refused: Counter[str] = field(default_factory=Counter)

    def said(self, words: str, none: str = "Nothing was changed.") -> str:
        """Return it as a sentence: “3 images in line again. 2 not: 2 went on meanwhile.”"""
        first = f"{self.done:,} image{'s' if self.done != 1 else ''} {words}." if self.done else none
        if not self.refused:
            return first
        why = ", ".join(f"{count:,} {reason}" for reason, count in self.refused.items())
        return f"{first} {self.refused.total():,} not: {why}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a deed is done: to each job, or to all together; what is said of those done, why one was not."""

    words: str
    missed: str
    each: Callable[[Job], bool] | None = None
    all: Callable[[Sequence[Job]], int] | None = None


WAYS = {
    Deed.CANCEL: Way(each=steering.withdraw, words="cancelled, not charged", missed="sent already"),
    Deed.STOP: Way(
        each=steering.stop_waiting,
        words="no longer waited for; Doitong still charges",
        missed="not under way",
    ),
    Deed.RETRY: Way(each=steering.retry, words="in line again", missed="went on meanwhile"),
    Deed.GIVE_UP: Way(each=steering.give_up, words="given up", missed="went on meanwhile"),
    Deed.FRONT: Way(
        all=lambda jobs: line.to_front(*jobs), words="moved to the front", missed="no longer in line"
    ),
    Deed.BACK: Way(
        all=lambda jobs: line.to_back(*jobs), words="moved to the back", missed="no longer in line"
    ),
    Deed.BACKGROUND: Way(
        all=lambda jobs: line.to_lane(*jobs, lane=Lane.BACKGROUND),
        words="in the background now",
        missed="there already, or sent",
    ),
    Deed.NORMAL: Way(
        all=lambda jobs: line.to_lane(*jobs, lane=Lane.NORMAL),
        words="out of the background",
        missed="there already, or sent",
    ),
    Deed.BEGIN: Way(all=steering.begin, words="started", missed="not waiting for a time"),
}


def act(deed: Deed, jobs: Iterable[Job], *, not_theirs: int = 0) -> Tally:
    """Do this to all of the jobs that it can be done to; `not_theirs` were asked for and are refused."""
    way, asked = WAYS[deed], list(jobs)
    refused = Counter[str]()
    if way.all is not None:
        done = way.all(asked)
        refused[way.missed] += len(asked) - done
    else:
        refused.update(_refusals(way, asked))
        done = len(asked) - refused.total()
    refused[NOT_THEIRS] += not_theirs
    return Tally(done=done, refused=+refused)


def _refusals(way: Way, jobs: Sequence[Job]) -> Iterator[str]:
    """Do it to one after the other; yield why one was not done.

    A transaction is of one member's jobs: with their account it may take counters of the team's budgets,
    which others hold who wait for the next member (LED-07).
    """
    of_member = attrgetter("member_id")
    for _, theirs in groupby(sorted(jobs, key=of_member), key=of_member):
        for some in batched(theirs, AT_ONCE):
            yield from _refused(way, some)


def _refused(way: Way, jobs: Sequence[Job]) -> Iterator[str]:
    with transaction.atomic():
        for job in jobs:
            if why := _refusal(way, job):
                yield why


def _refusal(way: Way, job: Job) -> str:
    assert way.each is not None
    try:
        return "" if way.each(job) else way.missed
    except NotEnoughCredits:
        return "beyond the credits"


def cancel_run(run: Run) -> Tally:
    """Cancel all of a run that was not sent yet."""
    return act(Deed.CANCEL, _jobs(run, BEFORE_SENDING))


def cancel_line(member: Member, experiment: Experiment | None = None) -> Tally:
    """Cancel all of a member's that was not sent yet, or all of one experiment's (B12)."""
    jobs = Job.objects.filter(member=member, state__in=BEFORE_SENDING)
    if experiment is not None:
        jobs = jobs.filter(run__experiment=experiment)
    return act(Deed.CANCEL, jobs.order_by("created_at", "position"))


def retry_run(run: Run) -> Tally:
    """Retry every failed job of a run, as far as the credits reach."""
    return act(Deed.RETRY, _jobs(run, {State.FAILED}))


def lane_of_run(run: Run, lane: Lane) -> Tally:
    """Put what of a run is still in line into the background lane, or take it out (B13)."""
    Run.objects.filter(pk=run.pk).update(lane=lane)
    return act(Deed.BACKGROUND if lane else Deed.NORMAL, _jobs(run, {State.QUEUED}))


def _jobs(run: Run, states: Iterable[State]) -> list[Job]:
    jobs = run.jobs.filter(state__in=states).select_related("run", "key", "member")
    return list(jobs.order_by("position"))
