"""What the compare page is asked for, out of its address and back into one. Pure (C16, A25).

The choice is the address: /compare?image=…&image=…&view=slider. It can be kept, sent to a colleague
and built by plain links and tick boxes; the first image is the one that the others are held against.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, QueryDict

LEAST, MOST = 2, 4
MOST_READ = 40  # ids of an address that are looked at: more are as wrong as five
STEP = 10  # per cent; where the slider may stand without script
MOST_CHARACTERS = 200


class View(StrEnum):
    """How the pictures stand to each other."""

    SIDE = "side"
    SLIDER = "slider"
    FLICKER = "flicker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which images, how they stand, and what is searched for to add to them."""

    images: tuple[UUID, ...] = ()
    view: View = View.SIDE
    other: int = 1  # the image that the slider holds against the first, by its place
    at: int = 50  # per cent of the width that show the first
    adding: bool = False
    words: str = ""

    @property
    def enough(self) -> bool:
        """Say whether there is something to compare."""
        return LEAST <= len(self.images) <= MOST

    @property
    def query(self) -> str:
        """Return the address's end that asks for this, without what is as it would be anyway."""
        pairs: list[tuple[str, object]] = [("image", uuid) for uuid in self.images]
        if self.view is not View.SIDE:
            pairs.append(("view", self.view))
        if self.view is View.SLIDER and self.other != 1:
            pairs.append(("other", self.other))
        return f"?{urlencode(pairs)}" if pairs else ""

    def without(self, uuid: UUID) -> "Asked":
        """Return the same without an image."""
        return replace(self, images=tuple(one for one in self.images if one != uuid), other=1)

    def led_by(self, uuid: UUID) -> "Asked":
        """Return the same with an image as the first."""
        return replace(self, images=(uuid, *self.without(uuid).images), other=1)


def read(asked: QueryDict) -> Asked:
    """Return what an address asks for; a view or place that makes no sense is as if it was not there.

    Raises Http404 for an id that is none.
    """
    images = tuple(dict.fromkeys(_uuid(text) for text in asked.getlist("image")[:MOST_READ]))
    view = asked.get("view", "")
    at = _number(asked.get("at", ""), 50, most=100)
    return Asked(
        images=images,
        view=View(view) if view in set(View) else View.SIDE,
        other=max(1, _number(asked.get("other", ""), 1, most=max(1, len(images) - 1))),
        at=round(at / STEP) * STEP,
        adding=asked.get("add") == "1",
        words=" ".join(asked.get("q", "").replace("\0", " ").split())[:MOST_CHARACTERS],
    )


def counted(images: Sequence[object]) -> str:
    """Return what is wrong with a choice that cannot be compared, "" where nothing is."""
    match len(images):
        case 0:
            return "Choose two to four images to compare."
        case 1:
            return "One image is chosen. Choose one to three more to compare it with."
        case count if count > MOST:
            return f"{count} images are chosen, and four can be compared at once. Take {count - MOST} out."
    return ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("There is no such image.") from None


def _number(text: str, otherwise: int, *, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 4 else otherwise
