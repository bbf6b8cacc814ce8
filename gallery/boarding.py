"""Images put on boards and taken from them, many at once (C6, C19). Writes BoardImage's rows.

Which images a member may order is decided before; here their boards are found and the rows written.
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from gallery import access, boards, cardparts, deeds
from gallery.models import Board, BoardImage, Deed
from gallery.refusals import Impossible
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image


def put(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Put images on the board named by `board`, or on a new one named by `name`.

    With `from` they are moved: they leave that board. Raises Impossible and Http404.
    """
    ids = _ids(images)
    board, made = _board(member, form)
    left = access.board_for(form.get("from", "")) if form.get("from") else None
    came = many.add(BoardImage, ids, board=board, by=member, at=timezone.now())
    gone = _remove(left, ids) if left is not None and left != board else {}
    cardparts.boards({*came, *_all(gone)})
    verb = "moved to" if left else "put on"
    sentence = f"{deeds.counted(len(ids))} {verb} {board.name}"
    return deeds.did(member, "board", sentence, ids, board=str(board.pk), came=came, made=made, gone=gone)


def unput(deed: Deed) -> None:
    """Take the images that came from the board again, and put those that left back where they lay.

    A board that was made for them goes with them, unless something else was put on it since.
    """
    came = access.still_theirs(deed.member, deed.kept["came"], access.may_order)
    board = Board.objects.filter(pk=deed.kept["board"]).first()
    if board is not None:
        BoardImage.objects.filter(board=board, image__in=many.among(came)).delete()
        if deed.kept["made"] and not BoardImage.objects.filter(board=board).exists():
            boards.remove(board)
    cardparts.boards({*came, *_put_back(deed)})


def take(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Take images from the board named by `off`, else by `board`. Raises Impossible and Http404."""
    left = form.get("off") or form.get("board")
    if not left:
        raise Impossible("Choose the board that they leave.")
    board = access.board_for(left)
    gone = _remove(board, _ids(images))
    changed = _all(gone)
    cardparts.boards(changed)
    sentence = f"{deeds.counted(len(changed))} taken from {board.name}"
    return deeds.did(member, "unboard", sentence, changed, gone=gone)


def untake(deed: Deed) -> None:
    """Put them back."""
    cardparts.boards(_put_back(deed))


def arrive(image: Image) -> None:
    """Put a new image on the board that its run was to go to, whatever that is called by now (A1).

    One that was removed meanwhile keeps it too, and has it if the removal is taken back.
    """
    destination = image.job.run.board
    if destination is not None and Board.objects.filter(pk=destination).exists():
        many.add(BoardImage, [image.pk], board=destination, by=image.member, at=timezone.now())


def _board(member: Member, form: QueryDict) -> tuple[Board, bool]:
    """Return the board that a form means, and whether it was made for it."""
    if name := form.get("name", "").strip():
        return boards.make(member, name), True
    if not form.get("board"):
        raise Impossible("Choose a board, or write the name of a new one.")
    return access.board_for(form.get("board", "")), False


def _remove(board: Board, ids: list[int]) -> dict[str, list[int]]:
    """Take images from a board and, if it is a folder, from the boards in it; return what lay where."""
    lying = BoardImage.objects.filter(Q(board=board) | Q(board__parent=board), image__in=many.among(ids))
    there: dict[str, list[int]] = {}
    for pk, image in lying.values_list("board_id", "image_id"):
        there.setdefault(str(pk), []).append(image)
    BoardImage.objects.filter(board__in=[UUID(pk) for pk in there], image__in=many.among(ids)).delete()
    return there


def _put_back(deed: Deed) -> list[int]:
    """Put what a deed took from boards back on those that are still there."""
    there = Board.objects.in_bulk([UUID(pk) for pk in deed.kept["gone"]])
    changed: list[int] = []
    for board in there.values():
        ids = access.still_theirs(deed.member, deed.kept["gone"][str(board.pk)], access.may_order)
        changed += many.add(BoardImage, ids, board=board, by=deed.member, at=timezone.now())
    return changed


def _all(gone: dict[str, list[int]]) -> list[int]:
    return sorted({pk for ids in gone.values() for pk in ids}, reverse=True)


def _ids(images: QuerySet[Image]) -> list[int]:
    return list(images.order_by("-pk").values_list("pk", flat=True))
