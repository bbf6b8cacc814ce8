"""Where images lie and what they are called, told for many at once: what cards are found by. Reads."""

from collections.abc import Collection, Iterable, Mapping

from gallery.models import BoardImage, Favourite, ImageTag, Tag
from studio.generation import many
from studio.prepared import Rows

type Pair = tuple[str, str]
"""The id of a board or a tag as text, and its name."""


def tags_of(ids: Collection[int]) -> Mapping[int, tuple[Pair, ...]]:
    """Return the tags of images, by name. One query."""
    return _together((image, (str(tag), name)) for image, tag, name in _TAGS(ids=ids))


_TAGS = Rows(
    lambda: (
        ImageTag.objects.filter(image__in=many.given())
        .order_by("tag__name")
        .values_list("image_id", "tag_id", "tag__name")
    )
)


def boards_of(ids: Collection[int]) -> Mapping[int, tuple[Pair, ...]]:
    """Return the boards that images lie on, and the folders that these lie in. One query.

    Removed boards are left out, and what lies in a removed folder with it.
    """
    pairs: list[tuple[int, Pair]] = []
    for image, board, name, folder, folders_name in _BOARDS(ids=ids):
        pairs.append((image, (board.hex, name)))
        if folder is not None:
            pairs.append((image, (folder.hex, folders_name)))
    return _together(dict.fromkeys(pairs))


_BOARDS = Rows(
    lambda: BoardImage.objects.filter(
        image__in=many.given(), board__removed_at=None, board__parent__removed_at=None
    ).values_list("image_id", "board_id", "board__name", "board__parent_id", "board__parent__name")
)


def fans_of(ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the hex ids of the members whose favourites images are. One query."""
    found: dict[int, tuple[str, ...]] = {}
    for image, member in _FANS(ids=ids):
        found[image] = (*found.get(image, ()), member.hex)
    return found


_FANS = Rows(lambda: Favourite.objects.filter(image__in=many.given()).values_list("image_id", "member_id"))


def tags() -> list[Pair]:
    """Return all tags, by name."""
    return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")]


def _together(pairs: Iterable[tuple[int, Pair]]) -> dict[int, tuple[Pair, ...]]:
    found: dict[int, tuple[Pair, ...]] = {}
    for image, pair in pairs:
        found[image] = (*found.get(image, ()), pair)
    return found
