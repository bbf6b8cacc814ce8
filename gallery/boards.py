"""Boards and folders: made, renamed, moved, removed (C6). Writes Board's rows; images lie untouched.

A folder is a board that holds boards. There are two levels: what lies in a folder holds none itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from gallery import cardparts, tallies, tokens
from gallery.models import Board, BoardImage
from gallery.models.ordering import LONGEST_NAME
from gallery.refusals import Impossible
from studio.accounts.models import Member
from studio.generation.destinations import Destination

MOST_REMOVED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A board as the side draws it: how many images the member finds there, and the boards in it."""

    board: Board
    count: int
    boards: tuple["Shelf", ...] = ()


def there() -> QuerySet[Board]:
    """Return the boards that were not removed, in their order."""
    seen = Board.objects.filter(removed_at=None, parent__removed_at=None)
    return seen.order_by("position", "name", "pk")


def shelves(member: Member) -> list[Shelf]:
    """Return the folders and boards with their counts, in their order. Two queries."""
    boards = list(there())
    counts = tallies.of(member, [tokens.facet("b", board.pk.hex) for board in boards])
    return arranged(boards, {token[2:]: count for token, count in counts.items()})


def arranged(boards: Sequence[Board], counts: Mapping[str, int]) -> list[Shelf]:
    """Return boards, in their order, as folders with what they hold; counts are by hex ids."""
    inside: dict[UUID | None, list[Board]] = {}
    for board in boards:
        inside.setdefault(board.parent_id, []).append(board)
    return [_shelf(board, inside, counts) for board in inside.get(None, ())]


def _shelf(board: Board, inside: Mapping[UUID | None, list[Board]], counts: Mapping[str, int]) -> Shelf:
    held = tuple(_shelf(one, {}, counts) for one in inside.get(board.pk, ()))
    return Shelf(board=board, count=counts.get(board.pk.hex, 0), boards=held)


def destinations(member: Member) -> list[Destination]:
    """Return where the images of a run may go: every board, by its folder. One query."""
    boards = list(there())
    names = {board.pk: board.name for board in boards}
    told = [Destination(id=board.pk, name=board.name, folder=_folder(board, names)) for board in boards]
    return sorted(told, key=lambda one: (one.folder.casefold(), one.name.casefold()))


def make(member: Member, name: str, folder: Board | None = None) -> Board:
    """Return a new board, the last of its folder. Raises Impossible."""
    _check_folder(folder)
    last = Board.objects.filter(parent=folder).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    return Board.objects.create(name=named(name), by=member, parent=folder, position=position)


def rename(board: Board, name: str) -> None:
    """Give a board another name. Raises Impossible."""
    board.name = named(name)
    board.save(update_fields=["name"])


def move(board: Board, folder: Board | None) -> None:
    """Put a board into a folder, or out of any. Raises Impossible where there would be three levels."""
    if folder == board:
        raise Impossible("A board cannot lie in itself.")
    _check_folder(folder)
    if folder is not None and there().filter(parent=board).exists():
        raise Impossible(f"{board.name} holds boards itself, and folders hold boards only.")
    with transaction.atomic():
        board.parent = folder
        board.position = 0
        Board.objects.filter(parent=folder).update(position=F("position") + 1)
        board.save(update_fields=["parent", "position"])
        _refresh([board.pk])


def shift(board: Board, by: int) -> None:
    """Change places with the board before (by < 0) or after it in its folder; at an end nothing happens."""
    beside = list(there().filter(parent=board.parent_id))
    place = next((n for n, one in enumerate(beside) if one.pk == board.pk), 0)
    beside.insert(max(0, place + by), beside.pop(place))
    _number(beside)


def put_beside(board: Board, other: Board, *, after: bool) -> None:
    """Put a board right before or after another, in that one's folder. Raises Impossible as `move` does."""
    if board == other:
        return
    with transaction.atomic():
        if board.parent_id != other.parent_id:
            move(board, other.parent)
        beside = [one for one in there().filter(parent=other.parent_id) if one != board]
        beside.insert(beside.index(other) + after, board)
        _number(beside)


def remove(board: Board) -> None:
    """Take a board out of sight; its images stay where they are, and it can be put back."""
    with transaction.atomic():
        Board.objects.filter(pk=board.pk, removed_at=None).update(removed_at=timezone.now())
        _refresh(_with_inside(board))


def put_back(board: Board) -> None:
    """Show a removed board again, with the images that lay on it."""
    with transaction.atomic():
        Board.objects.filter(pk=board.pk).update(removed_at=None)
        _refresh(_with_inside(board))


def removed(member: Member) -> list[Board]:
    """Return removed boards that the member may put back, the latest first. One query."""
    gone = Board.objects.filter(removed_at__isnull=False, parent__removed_at=None)
    gone = gone if member.is_admin else gone.filter(by=member)
    return list(gone.order_by("-removed_at")[:MOST_REMOVED])


def named(name: str) -> str:
    """Return a name as it is kept: one line, single spaces. Raises Impossible."""
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not name:
        raise Impossible("Give it a name.")
    if len(name) > LONGEST_NAME:
        raise Impossible(f"A name has at most {LONGEST_NAME} characters.")
    return name


def _number(beside: Sequence[Board]) -> None:
    for position, one in enumerate(beside):
        one.position = position
    Board.objects.bulk_update(beside, ["position"])


def _with_inside(board: Board) -> list[UUID]:
    return [board.pk, *Board.objects.filter(parent=board).values_list("pk", flat=True)]


def _refresh(boards: Collection[UUID]) -> None:
    """Bring up to date what the images on these boards are found by."""
    ids = set(BoardImage.objects.filter(board__in=boards).values_list("image_id", flat=True))
    cardparts.held(ids)
    cardparts.boards(ids)


def _check_folder(folder: Board | None) -> None:
    if folder is not None and folder.parent_id is not None:
        raise Impossible(f"{folder.name} lies in a folder itself, and there are two levels only.")


def _folder(board: Board, names: Mapping[UUID, str]) -> str:
    return names.get(board.parent_id, "") if board.parent_id else ""


def flat(shelves: Sequence[Shelf]) -> list[Shelf]:
    """Return folders and boards in one list, each folder before what it holds."""
    return [one for shelf in shelves for one in (shelf, *shelf.boards)]
