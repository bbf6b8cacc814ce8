"""Unfold a recipe into its cells: every combination of its axes with every variation of its text.

The axes asked for turn slowest, in the order they were given; the template's own choices turn
fastest, as always. One combination's text is unfolded once, however many sizes it comes in.
Touches nothing: styles, lists and prices are handed in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice, product
from math import prod

from studio.credits.prices import Range
from studio.generation.axes import MOST_AXES, Asked, Axis, Kind, Place, applied, in_order
from studio.prompts.expansion import Expansion, Variation, expand

PREVIEWED = 20

type Setting = tuple[int, int, str]
"""Width and height in pixels, and the quality: what a price depends on."""
type Combination = tuple[Asked, tuple[Place, ...]]
"""What is asked for where so many places meet, one of each axis that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCell:
    """One image of a plan. Repeats share the `number` of their cell; `picks` is a label for each axis."""

    number: int
    prompt: str
    width: int
    height: int
    quality: str
    picks: tuple[str, ...]
    price: Range
    variation: Variation
    repeat: int = 0

    def repeated(self, repeat: int) -> "PlannedCell":
        """Return the same cell's image of that number, from 0: it differs where something is random."""
        return self if repeat == self.repeat else replace(self, repeat=repeat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One variation of one combination of places, before the template's own axes are known."""

    places: tuple[Place, ...]
    asked: Asked
    variation: Variation

    @property
    def setting(self) -> Setting:
        """Return what its price depends on."""
        return self.asked.width, self.asked.height, self.asked.quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfolded:
    """What a recipe unfolds into, before it is priced.

    While all are `built`, `count` is the number of cells without duplicates. Otherwise it is the number
    of combinations, and only the first ones are in `readings`. `settings` are all sizes and qualities.
    """

    axes: tuple[Axis, ...]
    readings: tuple[Reading, ...]
    count: int
    built: bool
    settings: tuple[Setting, ...]

    @property
    def variations(self) -> tuple[Reading, ...]:
        """Return the readings."""
        return self.readings

    def cells(self, prices: Mapping[Setting, Range]) -> tuple[PlannedCell, ...]:
        """Return the cells in their order, each with the price of its size and quality."""
        own = own_picks([reading.variation for reading in self.readings], self._room)
        return tuple(
            PlannedCell(
                number=number,
                prompt=reading.variation.prompt,
                width=reading.asked.width,
                height=reading.asked.height,
                quality=reading.asked.quality,
                picks=(*(place.label for place in reading.places), *picks),
                price=prices[reading.setting],
                variation=reading.variation,
            )
            for number, (reading, picks) in enumerate(zip(self.readings, own, strict=True))
        )

    @property
    def varies(self) -> bool:
        """Say whether the template varies by itself."""
        return any(any(reading.variation.picks) for reading in self.readings)

    @property
    def _room(self) -> int:
        return MOST_AXES - (len(self.readings[0].places) if self.readings else 0)


def unfold(template: str, setting: Setting, axes: Sequence[Axis], *, most: int) -> Unfolded:
    """Unfold a template over the axes asked for; `most` cells are built at the most.

    Raises PromptError where one of the templates cannot be read.
    """
    width, height, quality = setting
    base = Asked(template=template, width=width, height=height, quality=quality)
    combinations = prod(len(axis.places) for axis in axes)
    looked_at = combinations if combinations <= most else min(PREVIEWED, combinations)
    asked = list(islice(_asked(base, axes), looked_at))
    texts = _texts((one.template for one, _ in asked), most)
    count = sum(texts[one.template].count for one, _ in asked) * combinations // max(1, looked_at)
    built = count <= most and all(expansion.built for expansion in texts.values())
    found = _unique(_readings(asked, texts))
    readings = tuple(found if built else islice(found, PREVIEWED))
    return Unfolded(
        axes=(*axes, *_own_axes(readings, MOST_AXES - len(axes))),
        readings=readings,
        count=len(readings) if built else count,
        built=built,
        settings=_settings(base, axes),
    )


def _texts(templates: Iterable[str], most: int) -> dict[str, Expansion]:
    """Return each template unfolded; together no more is built than may be made."""
    texts: dict[str, Expansion] = {}
    left = most
    for template in templates:
        if template not in texts:
            texts[template] = expand(template, most=left, preview=PREVIEWED)
        left = max(0, left - texts[template].count)
    return texts


def _asked(base: Asked, axes: Sequence[Axis]) -> Iterator[Combination]:
    """Yield what each combination of places asks for, the last axis turning fastest."""
    ordered = in_order(axes)
    for places in product(*(axis.places for axis in axes)):
        at = dict(zip((id(axis) for axis in axes), places, strict=True))
        yield reduce(lambda asked, axis: applied(asked, axis, at[id(axis)]), ordered, base), places


def _readings(asked: Iterable[Combination], texts: Mapping[str, Expansion]) -> Iterator[Reading]:
    for one, places in asked:
        for variation in texts[one.template].variations:
            yield Reading(places=places, asked=one, variation=variation)


def _unique(readings: Iterator[Reading]) -> Iterator[Reading]:
    """Leave out what was asked for before: the same words at the same size and quality (A9)."""
    seen = set()
    for reading in readings:
        same = (reading.variation.prompt, reading.setting)
        if same not in seen:
            seen.add(same)
            yield reading


def _settings(base: Asked, axes: Sequence[Axis]) -> tuple[Setting, ...]:
    """Return every size and quality of the plan; each has the same number of combinations."""
    sized = [axis for axis in axes if axis.kind in {Kind.SIZE, Kind.QUALITY}]
    return tuple((asked.width, asked.height, asked.quality) for asked, _ in _asked(base, sized))


def own_picks(variations: Sequence[Variation], room: int) -> list[tuple[str, ...]]:
    """Return what each variation picked, a label for each of the template's own axes.

    More choices than there is room for become one axis, and so do those of texts that choose differently.
    """
    lengths = {len(variation.picks) for variation in variations}
    if len(lengths) == 1 and max(lengths) <= room:
        return [variation.picks for variation in variations]
    alike = max(room - 1, 0) if len(lengths) == 1 else 0
    return [
        (*variation.picks[:alike], *([_joined(variation.picks[alike:])] if room else []))
        for variation in variations
    ]


def _joined(picks: Sequence[str]) -> str:
    return ", ".join(pick or "–" for pick in picks)


def _own_axes(readings: Sequence[Reading], room: int) -> list[Axis]:
    """Return the template's own axes: what was picked at each, in the order it is met."""
    variations = [reading.variation for reading in readings]
    met = [list(dict.fromkeys(picks)) for picks in zip(*own_picks(variations, room), strict=True)]
    return [
        Axis(
            kind=Kind.CHOICE,
            label=f"{labels[0] or '–'}…",
            places=tuple(Place(label=label, does="") for label in labels),
        )
        for labels in met
    ]
