"""A member's corner of the studio: a run in several states, an image, a draft; and the books to compare."""

from typing import Any

from django.urls import reverse

from studio.accounts.models import Member
from studio.generation import runs
from studio.generation.models import Draft, Job, Pause, Run, Visibility
from studio.generation.states import Reason, State
from tests.studio.generation.pages import posted
from tests.studio.generation.rows import a_key, an_image
from tests.studio.generation.world import give_credits, recipe


class Place:
    """A designer with a run of four jobs in four states, a private image, a draft, and credits."""

    def __init__(self, person: Member) -> None:
        self.person = person
        a_key()
        give_credits(person, 1_000)
        self.run = runs.start(person, recipe("a {red|blue} {dune|sea}"), token="f" * 32)
        jobs = list(Job.objects.filter(run=self.run).order_by("position"))
        self.waiting, self.failed, self.unknown, self.done = jobs
        self.put(self.failed, State.FAILED, Reason.PROVIDER)
        self.put(self.unknown, State.UNKNOWN, Reason.NO_ANSWER)
        self.put(self.done, State.DONE, Reason.NONE)
        self.image = an_image(self.done, visibility=Visibility.PRIVATE)
        self.draft = Draft.objects.create(member=person, fields={"template": "unsent"})

    def put(self, job: Job, state: State, reason: Reason) -> None:
        Job.objects.filter(pk=job.pk).update(state=state, reason=reason)

    def posted(self) -> dict[str, Any]:
        """Return what any button of theirs posts."""
        experiment = {"title": "Dunes", "question": "Which light?", "conclusion": "The low one."}
        return posted(do=f"cancel:{self.waiting.pk}", what="me", **experiment)

    def pause(self) -> Pause:
        """Return a pause of theirs over themselves."""
        return Pause.objects.get_or_create(member=self.person, by=self.person, ended_at=None)[0]

    def url(self, name: str) -> str:
        """Return the address of a door on this member's own objects."""
        if name == "pause_end":
            return reverse(name, args=[self.pause().pk])
        if name == "run_export":
            return reverse(name, args=[self.run.pk, "csv"])
        if name == "report" or name.startswith("experiment_"):
            return reverse(name, args=[self.run.experiment_id])
        ids = {
            "run": self.run.pk, "run_cancel": self.run.pk, "run_retry": self.run.pk,
            "job": self.waiting.pk, "job_cancel": self.waiting.pk, "job_retry": self.failed.pk,
            "job_give_up": self.unknown.pk, "job_edit": self.unknown.pk, "experiment": self.run.experiment_id,
            "run_lane": self.run.pk, "run_begin": self.run.pk, "job_begin": self.waiting.pk,
            "wire": self.waiting.pk, "remix": self.image.uuid, "draft_discard": self.draft.pk,
        }  # fmt: skip
        return reverse(name, args=[ids[name]] if name in ids else [])


def books() -> tuple[object, ...]:
    """Return all that a door may change, to see that it did not."""
    jobs = list(Job.objects.order_by("pk").values_list("pk", "state", "version", "purchase"))
    return jobs, Run.objects.count(), list(Draft.objects.order_by("pk").values_list("pk", "fields"))
