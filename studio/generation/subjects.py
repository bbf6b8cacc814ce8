"""What the ledger's entries were for: a purchase is of a job, and a job may have a picture."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from studio.credits import subjects
from studio.credits.subjects import Subject
from studio.generation.models import Job, Purchase


def register() -> None:
    """Have the ledger's pages ask here."""
    subjects.register(resolve)


def resolve(references: Collection[UUID]) -> dict[UUID, Subject]:
    """Return the subject of each reference that is a purchase. One query for any number."""
    purchases = Purchase.objects.filter(pk__in=references).select_related("job__image")
    return {purchase.pk: _subject(purchase.job) for purchase in purchases}


def _subject(job: Job) -> Subject:
    image = getattr(job, "image", None)
    thrown = image is not None and image.deleted_at is not None  # its small pictures are put out of reach
    return Subject(
        title=job.prompt[:140],
        href=reverse("job", args=[job.pk]),
        src=image.shown(128) if image and not thrown else None,
        note="In the trash" if thrown else "" if image else job.get_state_display(),
    )
