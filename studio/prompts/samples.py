"""What a style's sample image looks like, without knowing images: a room above registers how to find out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from studio.accounts.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An image that a member may see: where its small picture is, where it leads, what it shows."""

    id: UUID
    src: str
    href: str
    title: str


type Finder = Callable[[Member, Collection[UUID]], Mapping[UUID, Sample]]
type Offerer = Callable[[Member, int], list[Sample]]

_finders: list[Finder] = []
_offerers: list[Offerer] = []


def register(finder: Finder, offerer: Offerer) -> None:
    """Have the finder asked for samples by their ids, and the offerer for recent images to choose from."""
    if finder not in _finders:
        _finders.append(finder)
        _offerers.append(offerer)


def find(member: Member, ids: Collection[UUID]) -> dict[UUID, Sample]:
    """Return those of the images that the member may see; one is absent that they may not."""
    found: dict[UUID, Sample] = {}
    for finder in _finders if ids else ():
        found |= finder(member, ids)
    return found


def offered(member: Member, most: int) -> list[Sample]:
    """Return recent images that the whole team sees."""
    return [sample for offerer in _offerers for sample in offerer(member, most)][:most]
