"""Where one image lies, as its page shows it: boards, tags, whether it is a favourite, what one may do."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from gallery import access
from gallery.boards import there as all_boards
from gallery.models import BoardImage, Favourite, ImageTag
from studio.accounts.models import Member
from studio.generation.models import Image
from studio.prepared import Rows, number, uuid

BOARD, TAG, FAVOURITE, PLACE = "b", "t", "f", "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """A board that an image lies on, or a tag of it: its id as text, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What templates/gallery/placing.html reads; `places` are the boards that it might be put on besides."""

    boards: tuple[Lies, ...]
    places: tuple[Lies, ...]
    tags: tuple[Lies, ...]
    favourite: bool
    may_order: bool
    may_trash: bool


def of(member: Member, image: Image) -> Placing:
    """Return where an image lies. One query."""
    rows = _ALL(image=image.pk, me=member.pk)
    found = sorted(rows, key=lambda row: row[2].casefold())
    lying = _of(found, BOARD)
    return Placing(
        boards=lying,
        places=tuple(one for one in _of(found, PLACE) if one not in lying),
        tags=_of(found, TAG),
        favourite=any(kind == FAVOURITE for kind, _, _ in found),
        may_order=access.is_theirs(image, member, access.ORDERING),
        may_trash=access.is_theirs(image, member, access.CLEARING),
    )


def _rows(rows: QuerySet[Any], kind: str, pk: str, name: str) -> Any:
    text = CharField()
    told = rows.order_by().annotate(kind=Value(kind, output_field=text), key=Cast(pk, text))
    return told.annotate(called=Cast(name, text)).values_list("kind", "key", "called")


def _everything() -> Any:
    image = number("image")
    boards = BoardImage.objects.filter(image=image, board__removed_at=None, board__parent__removed_at=None)
    own = Favourite.objects.filter(image=image, member=uuid("me"))
    return _rows(boards, BOARD, "board_id", "board__name").union(
        _rows(ImageTag.objects.filter(image=image), TAG, "tag_id", "tag__name"),
        _rows(own, FAVOURITE, "id", "id"),
        _rows(all_boards(), PLACE, "id", "name"),
        all=True,
    )


_ALL: Rows[tuple[str, str, str]] = Rows(_everything)


def _of(found: list[tuple[str, str, str]], kind: str) -> tuple[Lies, ...]:
    return tuple(Lies(id=pk, name=name) for which, pk, name in found if which == kind)
