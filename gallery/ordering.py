"""Where images lie and what they are called, told for many at once: what cards are found by. Reads."""

from collections.abc import Collection, Iterable, Mapping

from gallery.models import BoardImage, Favourite, ImageTag, Tag
from studio.generation import many

type Pair = tuple[str, str]
"""The id of a board or a tag as text, and its name."""


def tags_of(ids: Collection[int]) -> Mapping[int, tuple[Pair, ...]]:
    """Return the tags of images, by name. One query."""
    rows = ImageTag.objects.filter(image__in=many.among(ids)).order_by("tag__name")
    found = rows.values_list("image_id", "tag_id", "tag__name")
    return _together((image, (str(tag), name)) for image, tag, name in found)


def boards_of(ids: Collection[int]) -> Mapping[int, tuple[Pair, ...]]:
    """Return the boards that images lie on, and the folders that these lie in. One query.

    Removed boards are left out, and what lies in a removed folder with it.
    """
    rows = BoardImage.objects.filter(
        image__in=many.among(ids), board__removed_at=None, board__parent__removed_at=None
    )
    found = rows.values_list("image_id", "board_id", "board__name", "board__parent_id", "board__parent__name")
    pairs: list[tuple[int, Pair]] = []
    for image, board, name, folder, folders_name in found:
        pairs.append((image, (board.hex, name)))
        if folder is not None:
            pairs.append((image, (folder.hex, folders_name)))
    return _together(dict.fromkeys(pairs))


def fans_of(ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the hex ids of the members whose favourites images are. One query."""
    found: dict[int, tuple[str, ...]] = {}
    rows = Favourite.objects.filter(image__in=many.among(ids))
    for image, member in rows.values_list("image_id", "member_id"):
        found[image] = (*found.get(image, ()), member.hex)
    return found


def tags() -> list[Pair]:
    """Return all tags, by name."""
    return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")]


def _together(pairs: Iterable[tuple[int, Pair]]) -> dict[int, tuple[Pair, ...]]:
    found: dict[int, tuple[Pair, ...]] = {}
    for image, pair in pairs:
        found[image] = (*found.get(image, ()), pair)
    return found
