"""Where a run's images may be put besides the wall: told by a room above that keeps such places (A1).

That room gives the one function that lists them; the run keeps the id it was started with, and that room
puts each image there as it comes, whatever was renamed or chosen meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from studio.accounts.models import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A place for images: its id, its name, and the name of the folder it lies in, "" for none."""

    id: UUID
    name: str
    folder: str


type Offer = Callable[[Member], list[Destination]]

_offers: list[Offer] = []


def told_by(offer: Offer) -> None:
    """Have places listed by this function from now on, and by no other."""
    _offers[:] = [offer]


def of(member: Member) -> list[Destination]:
    """Return the places that a member may choose; none where no room keeps any."""
    return [one for offer in _offers for one in offer(member)]
