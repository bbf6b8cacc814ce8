"""The family of an image: what it was remixed from, and what was remixed from it (A24).

A run keeps the image it was made from (`Run.source`), and so each of its images has a parent. One query
reads the line of ancestors, the children, and the neighbours in a search. What a member may not see is left
out as if it were not there; the line goes on behind it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal
from uuid import UUID

from django.db import models
from django.db.models.expressions import RawSQL

from gallery.models import Review
from gallery.search import Neighbours
from studio.accounts.models import Member
from studio.generation.models import Image, Job, Run, Visibility
from studio.prepared import Rows, number, uuid
from studio.prompts.worddiff import Part, diff

DEEPEST = 20  # ancestors that are looked for: a line longer than that is cut
MOST_CHILDREN = 12
IMAGE, JOB, RUN = (model._meta.db_table for model in (Image, Job, Run))
PARENT = f"""SELECT r.source_id FROM {IMAGE} i JOIN {JOB} j ON j.id = i.job_id JOIN {RUN} r ON r.id = j.run_id
    WHERE i.id = %s AND r.source_id IS NOT NULL"""  # noqa: S608 - the names of our own tables
LINE = f"""WITH RECURSIVE line(image_id, depth) AS (
    SELECT parent.source_id, 1 FROM ({PARENT}) AS parent
    UNION
    SELECT r.source_id, line.depth + 1 FROM line JOIN {IMAGE} i ON i.id = line.image_id
    JOIN {JOB} j ON j.id = i.job_id JOIN {RUN} r ON r.id = j.run_id
    WHERE r.source_id IS NOT NULL AND line.depth < {DEEPEST}
) SELECT image_id FROM line"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Ancestors, the first of them first; children, the oldest first; the neighbours in the search."""

    ancestors: tuple[Image, ...]
    children: tuple[Image, ...]
    more: bool
    newer: UUID | None
    older: UUID | None
    review: Review | None  # of the image itself, read along


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An image of the line as it is drawn: how it differs from the one it came from, in a few words."""

    image: Image
    words: str
    place: Literal["before", "this", "after"]


def of(member: Member, image: Image, beside: Neighbours) -> Family:
    """Return the family that a member may see, and the neighbours of these ids. One query."""
    rows = _rows(member, image, beside)
    uuids = {row.pk: row.uuid for row in rows}
    kin = [row for row in rows if row.kin]
    children = [row for row in kin if row.job.run.source_id == image.pk]
    ancestors = [row for row in kin if row.pk != image.pk and row not in children]
    return Family(
        ancestors=tuple(ancestors),
        children=tuple(children[:MOST_CHILDREN]),
        more=len(children) > MOST_CHILDREN,
        newer=uuids.get(beside.newer or 0),
        older=uuids.get(beside.older or 0),
        review=next((getattr(row, "review", None) for row in rows if row.pk == image.pk), None),
    )


def beside(member: Member, near: Neighbours) -> tuple[UUID | None, UUID | None]:
    """Return the neighbours of these ids, newer and older, where the member may see them. One query."""
    found = dict(_BESIDE(me=member.pk, newer=near.newer or 0, older=near.older or 0))
    return found.get(near.newer or 0), found.get(near.older or 0)


def line(family: Family, image: Image) -> list[Step]:
    """Return the whole line to be drawn, [] for an image without a family."""
    if not (family.ancestors or family.children):
        return []
    down = [*family.ancestors, image]
    steps = [
        Step(image=one, words=words, place="this" if one is image else "before")
        for one, words in zip(down, _between(down), strict=True)
    ]
    came = family.children
    return steps + [Step(image=one, words=changed(image.prompt, one.prompt), place="after") for one in came]


def parent(family: Family, image: Image) -> Image | None:
    """Return the image that this one was made from, if the member may see it."""
    return next((one for one in family.ancestors if one.pk == image.job.run.source_id), None)


def changed(before: str, after: str) -> str:
    """Return how much of a prompt was changed, in a few words."""
    count = _words(diff(before, after))
    return f"{count} word{'' if count == 1 else 's'} changed" if count else "same words"


def _words(parts: list[Part]) -> int:
    """Return how many words changed: of what was taken out and put in, the longer."""
    counts = (
        sum(len(part.text.split()) for part in parts if part.kind == kind) for kind in ("removed", "added")
    )
    return max(counts)


def _between(down: list[Image]) -> list[str]:
    return ["", *(changed(before.prompt, after.prompt) for before, after in pairwise(down))]


def _rows(member: Member, image: Image, beside: Neighbours) -> list[Any]:
    """Return the image, its ancestors and children (`kin`), and its neighbours; the oldest first."""
    return _ALL(image=image.pk, me=member.pk, newer=beside.newer or 0, older=beside.older or 0)


def _seen() -> models.QuerySet[Image]:
    theirs = models.Q(visibility=Visibility.TEAM) | models.Q(member=uuid("me"))
    return Image.objects.filter(theirs, deleted_at=None)


def _near() -> models.QuerySet[Image, tuple[int, UUID]]:
    near = models.Q(pk=number("newer")) | models.Q(pk=number("older"))
    return _seen().filter(near).values_list("pk", "uuid")


_BESIDE = Rows(_near)


def _everybody() -> models.QuerySet[Image]:
    image = number("image")
    seen = _seen()
    children = seen.filter(job__run__source=image).order_by("pk").values(image_id=models.F("pk"))
    sql, params = children[: MOST_CHILDREN + 1].query.sql_with_params()
    union = f"""SELECT %s UNION ALL SELECT image_id FROM ({LINE}) AS line
        UNION ALL SELECT image_id FROM ({sql}) AS children"""  # noqa: S608
    kin = models.Q(pk__in=RawSQL(union, [image, image, *params]))  # noqa: S611 - our own words, bound values
    rows = seen.filter(kin | models.Q(pk=number("newer")) | models.Q(pk=number("older")))
    rows = rows.annotate(kin=models.ExpressionWrapper(kin, models.BooleanField()))
    rows = rows.select_related("member", "job__run", "review")
    return rows.order_by("pk").fetch_mode(models.FETCH_RAISE)


_ALL: Rows[Any] = Rows(_everybody)
