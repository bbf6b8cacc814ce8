"""A book as a table: CSV for spreadsheets, JSON for programs, and the files of its ZIP (A17)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.utils import timezone

from studio.generation import originals
from studio.generation.gridbook import Book, Picture
from studio.generation.models import Job
from studio.generation.states import State
from studio.generation.zipping import sheet, zipped

log = logging.getLogger(__name__)

COLUMNS = ("file", "state", "prompt", "width", "height", "quality", "credits", "image", "made")


def as_csv(book: Book, *, lost: Sequence[str] = ()) -> bytes:
    """Return a row for each image: a column an axis, then COLUMNS. No text is taken for a formula."""
    facts = [_facts(picture, lost) for picture in book.pictures]
    rows = ((*picks, *[fact[name] for name in COLUMNS]) for picks, fact in facts)
    return sheet((*book.axes, *COLUMNS), rows)


def as_json(book: Book) -> dict[str, Any]:
    """Return the same as values: what was asked, the axes, and each image with its picks by axis."""
    images = []
    for picks, fact in (_facts(picture, ()) for picture in book.pictures):
        images.append({"picks": dict(zip(book.axes, picks, strict=False)), **fact})
    return {
        "title": book.title,
        "template": book.template,
        "axes": list(book.axes),
        "missing": book.missing,
        "images": images,
    }


def as_zip(book: Book) -> Iterator[bytes]:
    """Yield a ZIP of the originals under their names, and images.csv; one picture in memory at a time."""
    return zipped(_files(book), timezone.localtime())


def _files(book: Book) -> Iterator[tuple[str, Callable[[], bytes]]]:
    lost = []
    for picture in book.pictures:
        if picture.image is None:
            continue
        try:
            data = originals.read(picture.image.original)
        except OSError:
            log.exception("image %s: its original is missing", picture.image.uuid)
            lost.append(picture.name)
            continue
        yield picture.name, partial(bytes, data)
    yield "images.csv", partial(as_csv, book, lost=lost)


def _facts(picture: Picture, lost: Sequence[str]) -> tuple[tuple[str, ...], dict[str, Any]]:
    job, image = picture.job, picture.image
    state = State(job.state).label.lower() + (", its file is missing" if picture.name in lost else "")
    return tuple(job.picks), {
        "file": picture.name,
        "state": state,
        "prompt": job.prompt,
        "width": image.width if image else job.width,
        "height": image.height if image else job.height,
        "quality": job.quality,
        "credits": _credits(job),
        "image": str(image.uuid) if image else "",
        "made": timezone.localtime(image.created_at).isoformat(timespec="seconds") if image else "",
    }


def _credits(job: Job) -> int | str:
    return "" if job.cost is None else job.cost + job.charged_late
