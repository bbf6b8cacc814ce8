"""The only way from an id in an address to an object for this person.

A stranger's id gives 404, as if it were not there. Every lookup of the room's views is here.
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from studio.accounts.models import Member
from studio.generation.models import Draft, Experiment, Image, Job, Run, Visibility


def visible_images(member: Member) -> QuerySet[Image]:
    """Return the images a member may see: the team's, and their own (C7)."""
    return Image.objects.filter(Q(visibility=Visibility.TEAM) | Q(member=member))


def image_for(member: Member, uuid: UUID) -> Image:
    """Return an image the member may see. Raises Http404."""
    image = visible_images(member).select_related("member", "job__run").filter(uuid=uuid).first()
    return _found(image, "image")


def own_image_for(member: Member, uuid: UUID) -> Image:
    """Return an image the member may change: their own. Raises Http404 for one they may not see."""
    return _found(Image.objects.filter(uuid=uuid, member=member).first(), "image")


def image_of_job(member: Member, pk: UUID) -> Image | None:
    """Return the image of a job, if it has one and the member may see it."""
    return visible_images(member).filter(job=pk).first()


def run_for(member: Member, pk: UUID) -> Run:
    """Return a run of the member's own. Raises Http404."""
    return _found(Run.objects.select_related("experiment").filter(pk=pk, member=member).first(), "run")


def job_for(member: Member, pk: UUID) -> Job:
    """Return a job of the member's own. Raises Http404."""
    return _found(Job.objects.select_related("run", "key").filter(pk=pk, member=member).first(), "image")


def experiment_for(member: Member, pk: UUID) -> Experiment:
    """Return an experiment of the member's own. Raises Http404."""
    return _found(Experiment.objects.filter(pk=pk, member=member).first(), "experiment")


def draft_for(member: Member, pk: UUID) -> Draft:
    """Return a draft of the member's own. Raises Http404."""
    return _found(Draft.objects.filter(pk=pk, member=member).first(), "draft")


def _found[T](row: T | None, what: str) -> T:
    if row is None:
        raise Http404(f"There is no such {what}, or it is not yours to see.")
    return row
