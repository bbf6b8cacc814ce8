"""A contact sheet put together: numbered pictures and what the team says of each, for paper (C26)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import FETCH_RAISE
from django.http import QueryDict

from gallery import manifest, prose
from gallery.chosen import Chosen
from gallery.models import Comment, Status
from studio.generation.models import Image
from studio.templatetags.look import credits_

PAPERS = {"a4": "A4", "letter": "Letter"}
COLUMNS = ("2", "3", "4")
PARTS = {
    "status": "Status",
    "stars": "Stars",
    "comments": "Comments",
    "prompts": "Prompts",
    "names": "Who made it",
    "costs": "Cost",
}
USUAL = ("status", "comments")
MOST_COMMENTS = 3  # of one picture: a sheet is for looking
KINDS = {
    Status.CHANGES: "warn", Status.APPROVED: "ok", Status.FINAL: "ok", Status.REJECTED: "bad"
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a sheet is laid out, and what stands on it."""

    paper: str = "a4"
    columns: str = "3"
    parts: tuple[str, ...] = USUAL
    title: str = ""

    @property
    def papers(self) -> list[tuple[str, str, bool]]:
        """Return the papers to choose from."""
        return [(value, name, value == self.paper) for value, name in PAPERS.items()]

    @property
    def numbers(self) -> list[tuple[str, bool]]:
        """Return the numbers of columns to choose from."""
        return [(value, value == self.columns) for value in COLUMNS]

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """Return what may stand on it."""
        return [(value, name, value in self.parts) for value, name in PARTS.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody said of a picture, in words alone."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One picture of a sheet, and the words below it; what is not to stand there is empty."""

    number: int
    image: Image
    src: str
    status: str
    kind: str
    stars: str
    prompt: str
    name: str
    cost: str
    comments: tuple[Remark, ...]


def read(asked: QueryDict, title: str) -> Layout:
    """Return the layout of a form or an address; what makes no sense is as usual."""
    paper, columns = asked.get("paper", ""), asked.get("columns", "")
    parts = tuple(part for part in PARTS if part in asked.getlist("part"))
    said = " ".join(asked.get("title", title).replace("\0", "").split())[:80]
    return Layout(
        paper=paper if paper in PAPERS else "a4",
        columns=columns if columns in COLUMNS else "3",
        parts=parts if asked.get("laid") == "1" else USUAL,
        title=said or "Contact sheet",
    )


def prints(chosen: Chosen, layout: Layout) -> list[Print]:
    """Return the pictures of a sheet. Three queries for any number."""
    ids = [image.pk for image in chosen.images]
    said = manifest.said_of(ids)
    comments = _comments(ids) if "comments" in layout.parts else {}
    return [
        _print(number, image, layout.parts, said, comments.get(image.pk, ()))
        for number, image in enumerate(chosen.images, 1)
    ]


def _comments(ids: Collection[int]) -> Mapping[int, tuple[Remark, ...]]:
    """Return what is still open of what was said, the latest of each picture, in its order."""
    rows = Comment.objects.filter(image__in=ids, parent=None, deleted_at=None, resolved_at=None)
    found: dict[int, tuple[Remark, ...]] = {}
    for comment in rows.select_related("member").order_by("pk").fetch_mode(FETCH_RAISE):
        remark = Remark(name=str(comment.member), text=prose.plain(comment.text))
        found[comment.image_id] = (*found.get(comment.image_id, ()), remark)[-MOST_COMMENTS:]
    return found


def _print(
    number: int,
    image: Image,
    parts: Sequence[str],
    said: manifest.Said,
    comments: tuple[Remark, ...],
) -> Print:
    status = Status(said.statuses.get(image.pk, Status.OPEN))
    return Print(
        number=number,
        image=image,
        src=image.shown(512),
        status=status.label if "status" in parts else "",
        kind=KINDS.get(status, ""),
        stars=said.stars(image) if "stars" in parts else "",
        prompt=image.prompt if "prompts" in parts else "",
        name=image.member.name if "names" in parts else "",
        cost=credits_(image.cost) if "costs" in parts else "",
        comments=comments,
    )


def page(chosen: Chosen, layout: Layout) -> dict[str, Any]:
    """Return what templates/gallery/contact.html reads."""
    return {"chosen": chosen, "layout": layout, "prints": [] if chosen.problem else prints(chosen, layout)}
