"""What each topic of the gallery tells a card about its images, and what names it knows.

Every function takes the ids of images and asks one query; an image that has nothing to tell is left out.
Boards and tags are told by `Named`: an id that never changes, and the name that is shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from studio.accounts.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A board or a tag: its id (hex digits or a number, as text) and its name."""

    id: str
    name: str


def tags_of(ids: Collection[int]) -> Mapping[int, tuple[Named, ...]]:
    """Return the tags of images."""
    return {}


def boards_of(ids: Collection[int]) -> Mapping[int, tuple[Named, ...]]:
    """Return the boards that images lie on."""
    return {}


def fans_of(ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the hex ids of the members whose favourites images are."""
    return {}


def ratings_of(ids: Collection[int]) -> Mapping[int, tuple[float, int]]:
    """Return the mean of the stars and the number of ratings."""
    return {}


def statuses_of(ids: Collection[int]) -> Mapping[int, str]:
    """Return the status of images; one that is left out is open."""
    return {}


def comments_of(ids: Collection[int]) -> Mapping[int, tuple[str, int]]:
    """Return what was said of images, in one text, and the number of comments."""
    return {}


def tags() -> list[Named]:
    """Return all tags, by name."""
    return []


def boards(member: Member) -> list[Named]:
    """Return the boards that a member may see, by name."""
    return []
