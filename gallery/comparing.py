"""The compare page put together: the pictures, what their prompts and settings differ in (C16, A25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from django.urls import reverse

from gallery import found, queries, shown, standing
from gallery.choice import MOST, STEP, Asked, View, counted
from gallery.filters import Filters
from gallery.standing import Standing
from studio.accounts.models import Member
from studio.generation.access import images_for
from studio.generation.models import Image
from studio.generation.tiles import ALT_CHARACTERS
from studio.prompts.worddiff import Part, diff
from studio.templatetags.look import number, ratio_class, signed

LETTERS = "ABCD"
VIEWS = {View.SIDE: "Side by side", View.SLIDER: "Slider", View.FLICKER: "Flicker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One of the pictures: its letter, image and standing, and where it can be left out or put first."""

    letter: str
    image: Image
    alt: str
    out: str
    first: str
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How an image's prompt and cost differ from the first's."""

    letter: str
    parts: tuple[Part, ...]
    words: str
    cost: str

    @property
    def same(self) -> bool:
        """Say whether the two prompts are the same."""
        return all(part.kind == "same" for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One setting or figure of all the images, in their order."""

    name: str
    values: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Say whether all the images have it alike."""
        return len(set(self.values)) == 1

    @property
    def marked(self) -> list[tuple[str, bool]]:
        """Return each value, and whether it differs from the first's."""
        return [(value, value != self.values[0]) for value in self.values]


def page(member: Member, asked: Asked, *, typed: found.FoundForm | None = None) -> dict[str, Any]:
    """Return what templates/gallery/compare.html reads; `typed` of an experiment where it came back.

    Raises Http404.
    """
    images = images_for(member, asked.images)
    choosing = asked.adding or not asked.enough
    stands = {} if choosing else standing.of(member, images)
    context: dict[str, Any] = {
        "asked": asked,
        "here": _address(asked),
        "shown": [_shown(place, image, asked, stands) for place, image in enumerate(images)],
        "problem": counted(images),
        "choosing": choosing,
        "room": max(0, MOST - len(images)),
    }
    if choosing:
        return context | _choosing(member, asked, images)
    return context | _comparing(asked, images) | {"found": found.cards(member, images, LETTERS, typed)}


def _comparing(asked: Asked, images: Sequence[Image]) -> dict[str, Any]:
    rows = _rows(images)
    return {
        "ratio": _frame([images[0], images[asked.other]] if asked.view is View.SLIDER else images),
        "views": [_view(asked, view) for view in View],
        "against": [_against(asked, place) for place in range(1, len(images))],
        "other": asked.other,
        "step": STEP,
        "differences": [_difference(images, place) for place in range(1, len(images))],
        "rows": [row for row in rows if not row.same],
        "alike": [(row.name, row.values[0]) for row in rows if row.same],
        "more": _address(asked) + "&add=1" if len(images) < MOST else "",
    }


def _frame(images: Sequence[Image]) -> str:
    """Return the frame they all lie in: between the widest and the tallest, so that none is a strip."""
    ratios = [image.width / image.height for image in images]
    return ratio_class(round(1000 * sqrt(min(ratios) * max(ratios))), 1000)


def _choosing(member: Member, asked: Asked, images: Sequence[Image]) -> dict[str, Any]:
    """Return images to add: those of the last one's run first, then the newest. One query."""
    found = queries.to_compare(member, Filters(words=asked.words), images)
    return {
        "offered": found[: queries.OFFERED],
        "more": len(found) > queries.OFFERED,
        "back": _address(replace(asked, adding=False)),
    }


def _shown(place: int, image: Image, asked: Asked, stands: Mapping[int, Standing]) -> Shown:
    return Shown(
        letter=LETTERS[place] if place < MOST else "",
        image=image,
        alt=image.prompt[:ALT_CHARACTERS],
        out=_address(asked.without(image.uuid)),
        first=_address(asked.led_by(image.uuid)) if place else "",
        standing=stands.get(image.pk),
    )


def _view(asked: Asked, view: View) -> dict[str, Any]:
    return {"text": VIEWS[view], "href": _address(replace(asked, view=view)), "current": asked.view is view}


def _against(asked: Asked, place: int) -> dict[str, Any]:
    href = _address(replace(asked, other=place))
    return {"text": f"A and {LETTERS[place]}", "href": href, "current": asked.other == place}


def _address(asked: Asked) -> str:
    return reverse("compare") + asked.query


def _difference(images: Sequence[Image], place: int) -> Difference:
    first, image = images[0], images[place]
    parts = tuple(diff(first.prompt, image.prompt))
    return Difference(
        letter=LETTERS[place], parts=parts, words=_words(parts), cost=cost_difference(first.cost, image.cost)
    )


def _words(parts: Sequence[Part]) -> str:
    """Return how many words were taken out and put in, in words."""
    counts = {kind: _count(parts, kind) for kind in ("removed", "added")}
    said = [f"{count} word{'' if count == 1 else 's'} {kind}" for kind, count in counts.items() if count]
    return ", ".join(said) or ("Only signs differ" if len(parts) > 1 else "The same prompt")


def _count(parts: Sequence[Part], kind: str) -> int:
    words = " ".join(part.text for part in parts if part.kind == kind).split()
    return sum(1 for word in words if any(letter.isalnum() for letter in word))


def cost_difference(first: int | None, other: int | None) -> str:
    """Return what an image cost beside the first, in credits; what nobody confirmed is not made up."""
    if first is None or other is None:
        return "Its cost is not confirmed" if other is None else "The cost of A is not confirmed"
    if first == other:
        return f"Both cost {number(first)}"
    share = f", {signed(round(100 * (other - first) / first))} %" if first else ""
    return f"{signed(other - first)} credit{'' if abs(other - first) == 1 else 's'}{share}"


def _rows(images: Sequence[Image]) -> list[Row]:
    """Return the settings and figures, in the order that the page of an image has them."""
    pairs = [_facts(image) for image in images]
    names = dict.fromkeys(name for facts in pairs for name in facts)
    return [Row(name=name, values=tuple(facts.get(name, "–") for facts in pairs)) for name in names]


def _facts(image: Image) -> dict[str, str]:
    facts = dict(shown.params(shown.of(image)))
    for differs_anyway in ("Doitong’s id", "File"):
        facts.pop(differs_anyway, None)
    return facts | {"Made by": str(image.member), "Made": shown.made(image.created_at)}
