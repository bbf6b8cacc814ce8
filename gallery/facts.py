"""What each topic of the gallery tells a card about its images, and what names it knows.

Every function takes the ids of images and asks one query; an image that has nothing to tell is left out.
Boards and tags are told by `Named`: an id that never changes, and the name that is shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gallery import judged, ordering, thread
from gallery.models import Board
from studio.accounts.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A board or a tag: its id (hex digits or a number, as text) and its name."""

    id: str
    name: str


def tags_of(ids: Collection[int]) -> Mapping[int, tuple[Named, ...]]:
    """Return the tags of images."""
    return _named(ordering.tags_of(ids))


def boards_of(ids: Collection[int]) -> Mapping[int, tuple[Named, ...]]:
    """Return the boards that images lie on, and the folders of these."""
    return _named(ordering.boards_of(ids))


def fans_of(ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the hex ids of the members whose favourites images are."""
    return ordering.fans_of(ids)


def raters_of(ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the hex ids of the members who gave images stars."""
    return judged.raters(ids)


def ratings_of(ids: Collection[int]) -> Mapping[int, tuple[float, int]]:
    """Return the mean of the stars and the number of ratings."""
    return judged.means(ids)


def statuses_of(ids: Collection[int]) -> Mapping[int, str]:
    """Return the status of images; one that is left out is open."""
    return judged.statuses(ids)


def comments_of(ids: Collection[int]) -> Mapping[int, tuple[str, int]]:
    """Return what was said of images, in one text, and the number of comments."""
    return thread.texts(ids)


def tags() -> list[Named]:
    """Return all tags, by name."""
    return [Named(id=pk, name=name) for pk, name in ordering.tags()]


def boards(member: Member) -> list[Named]:
    """Return the boards that a member may see, by name: all that were not removed."""
    seen = Board.objects.filter(removed_at=None, parent__removed_at=None).order_by("name", "pk")
    return [Named(id=pk.hex, name=name) for pk, name in seen.values_list("pk", "name")]


def _named(found: Mapping[int, tuple[ordering.Pair, ...]]) -> Mapping[int, tuple[Named, ...]]:
    return {image: tuple(Named(id=pk, name=name) for pk, name in pairs) for image, pairs in found.items()}
