"""The only way from an id in an address to an object for this person.

A stranger's id gives 404, as if it were not there. Every lookup of the room's views is here.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import FETCH_RAISE, Q, QuerySet
from django.http import Http404

from studio import prepared
from studio.accounts.models import Key, Member, Policy
from studio.accounts.models.key import IN_USE
from studio.generation.models import Batch, Draft, Experiment, Image, Job, Pause, Run, Visibility


def visible_images(member: Member) -> QuerySet[Image]:
    """Return the images a member may see: the team's, and their own (C7), and none in the trash (C20)."""
    return Image.objects.filter(Q(visibility=Visibility.TEAM) | Q(member=member), deleted_at=None)


def image_for(member: Member, uuid: UUID) -> Image:
    """Return an image the member may see. Raises Http404."""
    return _found(_IMAGE.first(uuid=uuid, me=member.pk), "image")


def image_values_for(member: Member, uuid: UUID, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return columns of an image the member may see, for what is shown too often for instances.

    Raises Http404.
    """
    return _found(_values(names).first(uuid=uuid, me=member.pk), "image")


def _image() -> QuerySet[Image]:
    theirs = Q(visibility=Visibility.TEAM) | Q(member=prepared.uuid("me"))
    return Image.objects.filter(theirs, uuid=prepared.uuid("uuid"), deleted_at=None)


_IMAGE: prepared.Rows[Image] = prepared.Rows(lambda: _image().select_related("member", "job__run"))


@cache
def _values(names: tuple[str, ...]) -> prepared.Rows[tuple[Any, ...]]:
    return prepared.Rows(lambda: _image().values_list(*names))


def images_for(member: Member, uuids: Sequence[UUID]) -> list[Image]:
    """Return images the member may see, in the order asked for; one named twice once. One query.

    Raises Http404 where any of them is not there or not theirs to see.
    """
    found = visible_images(member).select_related("member", "job__run").filter(uuid__in=uuids)
    by_uuid = {image.uuid: image for image in found.fetch_mode(FETCH_RAISE)}
    return [_found(by_uuid.get(uuid), "image") for uuid in dict.fromkeys(uuids)]


def image_of_job(member: Member, pk: UUID) -> Image | None:
    """Return the image of a job, if it has one and the member may see it."""
    return visible_images(member).filter(job=pk).first()


def run_for(member: Member, pk: UUID) -> Run:
    """Return a run of the member's own. Raises Http404."""
    return _found(Run.objects.select_related("experiment").filter(pk=pk, member=member).first(), "run")


def job_for(member: Member, pk: UUID) -> Job:
    """Return a job of the member's own. Raises Http404."""
    return _found(Job.objects.select_related("run", "key").filter(pk=pk, member=member).first(), "image")


def jobs_of_line(member: Member) -> QuerySet[Job]:
    """Return the jobs that a member's queue page lists: their own; of an admin, everybody's (E10)."""
    return Job.objects.all() if member.is_admin else Job.objects.filter(member=member)


def jobs_to_steer(member: Member, ids: Collection[UUID], *, others: bool) -> list[Job]:
    """Return those of these jobs that the member may steer, as they stand in line; with `others` an admin
    anybody's. An id of somebody else's is left out, as if it were nobody's.
    """
    jobs = jobs_of_line(member) if others else Job.objects.filter(member=member)
    jobs = jobs.filter(pk__in=ids).select_related("run", "key", "member")
    return list(jobs.order_by("lane", "rank", "created_at", "position"))


def wired_job_for(member: Member, pk: UUID) -> Job:
    """Return a job whose wire a member may read: their own; an admin anybody's (B21). Raises Http404."""
    jobs = jobs_of_line(member).select_related("run__experiment", "key", "member")
    return _found(jobs.filter(pk=pk).first(), "image")


def may_read_prompt(member: Member, job: Job, *, private: bool) -> bool:
    """Say whether a member may read what a job asks for: a private run's is its owner's alone (E10).

    With `private`, as the team may want it, every run's is.
    """
    return job.member_id == member.pk or (job.run.visibility == Visibility.TEAM and not private)


def prompts_are_private() -> bool:
    """Say whether the team wants nobody to read another's prompts in the queue. One query."""
    return Policy.present().private_prompts


def pause_for(member: Member, pk: UUID) -> Pause:
    """Return an open pause that is over the member; an admin any. Raises Http404."""
    pause = Pause.objects.select_related("key", "member", "by").filter(pk=pk, ended_at=None).first()
    seen = pause is not None and (member.is_admin or pause.member_id == member.pk or pause.by_id == member.pk)
    return _found(pause if seen else None, "pause")


def key_to_pause(pk: UUID) -> Key:
    """Return a key in use; only for doors that know that an admin asks. Raises Http404."""
    return _found(Key.objects.filter(IN_USE, pk=pk).first(), "key")


def experiment_for(member: Member, pk: UUID) -> Experiment:
    """Return an experiment of the member's own. Raises Http404."""
    return _found(Experiment.objects.filter(pk=pk, member=member).first(), "experiment")


def draft_for(member: Member, pk: UUID) -> Draft:
    """Return a draft of the member's own. Raises Http404."""
    return _found(Draft.objects.filter(pk=pk, member=member).first(), "draft")


def batch_for(member: Member, pk: UUID) -> Batch:
    """Return a batch of the member's own, with its run where it was started. Raises Http404."""
    return _found(Batch.objects.select_related("run", "member").filter(pk=pk, member=member).first(), "batch")


def batch_of_run(member: Member, pk: UUID) -> Batch:
    """Return the batch that a run of the member's own was made from. Raises Http404."""
    return _found(Batch.objects.filter(run=pk, member=member).defer("rows").first(), "batch")


def started_batch_for(member: Member, pk: UUID) -> Batch:
    """Return a batch of the member's own that was started. Raises Http404."""
    batch = batch_for(member, pk)
    return _found(batch if batch.run_id is not None else None, "batch")


def _found[T](row: T | None, what: str) -> T:
    if row is None:
        raise Http404(f"There is no such {what}, or it is not yours to see.")
    return row
