"""The images that something is handed out of: a board's, those ticked, or all that a search finds.

What the member may not see is left out and counted; nothing says which it was. Reads.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import FETCH_RAISE
from django.http import Http404, HttpRequest

from gallery import guestlinks, selection
from gallery.guestlinks import Origin
from gallery.models import Board, Source
from studio.accounts.models import Member
from studio.generation.access import visible_images
from studio.generation.models import Image, Visibility
from studio.templatetags.look import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The images that a link or a sheet is made of, as the member sees them, and where they are from."""

    images: list[Image]
    refused: int
    origin: Origin
    title: str
    fields: dict[str, str]  # what a form says again to mean the same images
    query: str = ""

    @property
    def private(self) -> int:
        """Return how many only their maker sees, who shows them by this."""
        return sum(image.visibility == Visibility.PRIVATE for image in self.images)

    @property
    def problem(self) -> str:
        """Return why nothing can be made of it, "" where something can."""
        if not self.images:
            return "None of these images is there for you to see. Go back and choose some."
        if len(self.images) > guestlinks.MOST:
            return f"{number(guestlinks.MOST)} images at most. Choose fewer, or narrow the search."
        return ""


def read(request: HttpRequest, member: Member) -> Chosen:
    """Return the images of a form or an address: a board's, those ticked, all of a search. Raises Http404."""
    asked = request.POST if request.method == "POST" else request.GET
    if board := asked.get("board", ""):
        return _of_board(member, board)
    selected = selection.read(request)
    images = _some(selected.images(member).order_by("-pk"))
    words = request.GET.get("q", "")
    fields = {"all": "1"} if selected.all else {"images": " ".join(str(one) for one in selected.uuids)}
    if selected.all and selected.upto is not None:
        fields["upto"] = str(selected.upto)
    source = Source.SEARCH if selected.all else Source.SELECTION
    return Chosen(
        images=images,
        refused=selected.refused(len(images)),
        origin=Origin(source=source, query=words if selected.all else ""),
        title=words[:80] if selected.all else "",
        fields=fields,
        query=f"?{request.GET.urlencode()}" if selected.all else "",
    )


def _of_board(member: Member, text: str) -> Chosen:
    board = Board.objects.filter(pk=_uuid(text), removed_at=None).first()
    if board is None:
        raise Http404("There is no such board.")
    images = _some(visible_images(member).filter(lying__board=board).order_by("-lying__pk"))
    lying = Image.objects.filter(lying__board=board, deleted_at=None).count()
    return Chosen(
        images=images,
        refused=max(0, lying - len(images)) if len(images) <= guestlinks.MOST else 0,
        origin=Origin(source=Source.BOARD, board=board.pk),
        title=board.name[:80],
        fields={"board": str(board.pk)},
    )


def _some(images: Any) -> list[Image]:
    related = images.select_related("member", "job__run__experiment").fetch_mode(FETCH_RAISE)
    return list(related[: guestlinks.MOST + 1])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("There is no such board.") from None
