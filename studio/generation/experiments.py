"""An experiment as a question: what it asks, what it may cost, what was found, how it ended (A30).

The verbs write an experiment's own row and its findings. A budget is a note: it is shown beside what was
spent and said in the composer, and nothing is refused by it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation.models import Experiment, Finding, Image, Job
from studio.generation.states import State
from studio.templatetags.look import credits_, number

UNDER_WAY = Q(finished_at=None) & ~Q(state=State.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What an experiment cost so far, the most that what is under way can add, its budget: in credits.

    And how many images came of how many runs.
    """

    spent: int
    open: int
    budget: int | None
    images: int
    runs: int

    @property
    def over(self) -> int:
        """Return by how many credits the spent passes the budget, 0 where it does not."""
        return max(0, self.spent - self.budget) if self.budget is not None else 0

    @property
    def said(self) -> str:
        """Return it in words."""
        of = f"{number(self.spent)} of {credits_(self.budget)} spent" if self.budget is not None else ""
        words = of or f"{credits_(self.spent)} spent"
        return f"{words}, up to {number(self.open)} more under way" if self.open else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is written about an experiment: its name, its question, its budget in credits."""

    title: str
    question: str
    budget: int | None


def write(experiment: Experiment, ask: Ask) -> None:
    """Keep an experiment's name, question and budget."""
    experiment.title, experiment.question, experiment.budget = ask.title, ask.question, ask.budget
    experiment.save(update_fields=["title", "question", "budget"])


def close(experiment: Experiment, conclusion: str) -> None:
    """End an experiment with one sentence; said again, the sentence is put in the former's place."""
    experiment.conclusion = conclusion
    experiment.closed_at = experiment.closed_at or timezone.now()
    experiment.save(update_fields=["conclusion", "closed_at"])


def note(experiment: Experiment, conclusion: str) -> None:
    """Keep what is concluded so far; the experiment stays as open or closed as it is."""
    experiment.conclusion = conclusion
    experiment.save(update_fields=["conclusion"])


def reopen(experiment: Experiment) -> None:
    """Go on with an experiment; what was concluded stays, to be written anew."""
    experiment.closed_at = None
    experiment.save(update_fields=["closed_at"])


def find(experiment: Experiment, shown: Collection[UUID], chosen: Collection[UUID]) -> None:
    """Let those chosen of the images shown be the findings; findings that were not shown stay.

    Ids of images that the experiment did not make are left out.
    """
    made = Image.objects.filter(job__run__experiment=experiment, deleted_at=None, uuid__in=[*shown, *chosen])
    wanted = [image for image in made.order_by("pk") if image.uuid in chosen]
    dropped = [image.pk for image in made if image.uuid not in chosen]
    Finding.objects.filter(experiment=experiment, image__in=dropped).delete()
    Finding.objects.bulk_create(
        [Finding(experiment=experiment, image=image) for image in wanted], ignore_conflicts=True
    )


def figures(experiment: Experiment) -> Figures:
    """Return what came of an experiment, and what its jobs were charged. One query."""
    jobs = Job.objects.filter(run__experiment=experiment)
    most = Coalesce(F("approved"), F("run__most_each"), 0)
    sums = jobs.aggregate(
        spent=Sum("cost", default=0) + Sum("charged_late", default=0),
        open=Sum(most, filter=UNDER_WAY & Q(cost=None), default=0),
        images=Count("pk", filter=Q(state=State.DONE)),
        runs=Count("run", distinct=True),
    )
    return Figures(**sums, budget=experiment.budget)


def passing(member: Member, experiment_id: UUID | None, *, least: int, most: int) -> str:
    """Return a warning for the composer where a run may pass its experiment's budget, "" where it cannot.

    `least` and `most` are what the whole run costs, in credits. One query where no budget is noted.
    """
    if experiment_id is None:
        return ""
    noted = Experiment.objects.filter(member=member, pk=experiment_id, budget__isnull=False).first()
    if noted is None:
        return ""
    so_far, budget = figures(noted), noted.budget or 0
    if so_far.spent + so_far.open + most <= budget:
        return ""
    passes = "passes" if so_far.spent + least > budget else "may pass"
    return f"This {passes} the experiment’s budget: {so_far.said}. The budget is a note; nothing is stopped."
