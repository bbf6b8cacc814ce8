"""What is known of a run before it is sent: needed, free, each budget, the day, the time (D17). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from studio.credits.rooms import Room
from studio.generation.estimate import Estimate
from studio.templatetags.look import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of it: a name, what it is, and whether it stands in the way."""

    name: str
    said: str
    bad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Beforehand:
    """The outcome in a few words, its kind for a badge, and what it comes of."""

    kind: str
    outcome: str
    facts: Sequence[Fact]


def beforehand(found: Estimate, soon: str, day_left: int | None, day_ends: datetime) -> Beforehand | None:
    """Return what is told of a plan; None where there is none that could be made.

    `day_left` is how many images the key's account may still ask for until `day_ends`; None is no limit.
    """
    if found.plan is None or not found.images or found.plan.too_many or found.key is None:
        return None
    kind, outcome = _outcome(found)
    least, most = found.plan.least, found.plan.most
    needed = number(most) if least == most else f"{number(least)}–{number(most)}"
    facts = [
        Fact(name="Needed", said=f"{needed} credits"),
        Fact(name="Available", said=f"{max(found.available, 0):,} credits", bad=most > found.available),
        Fact(name="Held for other images", said=f"{found.held:,} credits"),
        *(_of(room, most) for room in sorted(found.rooms, key=lambda room: room.left)),
        _day(found.images, day_left, day_ends),
        Fact(name="Time", said=soon or "Not known yet"),
    ]
    return Beforehand(kind=kind, outcome=outcome, facts=facts)


def _outcome(found: Estimate) -> tuple[str, str]:
    if found.fits >= found.images:
        return "ok", "Fits"
    if found.fits:
        return "warn", f"Fits partly: {found.fits:,} of {number(found.images)}"
    return "bad", "Does not fit"


def _of(room: Room, most: int) -> Fact:
    said = f"{max(room.left, 0):,} of {room.limit:,} left {room.when}"
    return Fact(name=room.title, said=said, bad=most > room.left)


def _day(images: int, left: int | None, ends: datetime) -> Fact:
    if left is None:
        return Fact(name="Daily limit", said="None")
    said = f"{left:,} image{'s' if left != 1 else ''} left today"
    if images > left:
        said += f", the rest after {timezone.localtime(ends):%H:%M}"
    return Fact(name="Daily limit", said=said, bad=images > left)
