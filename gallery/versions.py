"""From an image to the saved prompt's version that made it (A20). Reads; changes nothing."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from studio.generation.axes import Kind
from studio.generation.models import Image
from studio.prompts import saved


def of_image(image: Image) -> UUID | None:
    """Return the id of the version that an image was made from: its cell's, else its run's. No query."""
    run = image.job.run
    return among(run.axes, image.job.picks, run.prompt_version)


def among(axes: Iterable[Any], picks: Iterable[Any], otherwise: UUID | None) -> UUID | None:
    """Return the id of the version that a cell has among a run's axes; the run's own where it has none."""
    for axis, pick in zip(axes, picks, strict=False):
        if axis["kind"] == Kind.VERSION and pick in axis["values"]:
            return UUID(axis["rows"][axis["values"].index(pick)])
    return otherwise


def address_of(image: Image) -> str:
    """Return where that version is read. Raises Http404 where there is none, or its prompt was deleted."""
    pk = of_image(image)
    version = saved.version(pk) if pk else None
    if version is None or version.prompt.deleted_at is not None:
        raise Http404("The saved prompt that this image was made from is not in the library any more.")
    return f"{reverse('library_prompt', args=[version.prompt_id])}?b={version.number}"
