"""Unfold a recipe into its cells: every combination of its axes with every variation of its text.

The axes asked for turn slowest, in the order they were given; the template's own choices turn
fastest, as always. One combination's text is unfolded once, however many sizes it comes in.
Touches nothing: styles, lists and prices are handed in.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice, product
from math import prod

from studio.credits.prices import Range
from studio.generation.axes import MOST_AXES, OF_TEXT, Asked, Axis, Kind, Place, applied
from studio.prompts import styling
from studio.prompts.expansion import ChoiceAxis, Expansion, Variation, expand
from studio.prompts.grammar import PromptError
from studio.prompts.lists import NO_LISTS, Lists

PREVIEWED = 20
MOST_COUNTED = 200  # texts that are counted one by one
PLAIN = re.compile(r"[^{}|\\_$#~@!]*")  # words that vary nothing, wherever they are put

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
        return replace(self, repeat=repeat, prompt=self.variation.take(repeat))


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
    of combinations (of far too many that all vary by themselves, about it), and only the first ones are in
    `readings`. `settings` are all sizes and qualities.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is unfolded: a template, the styles put around it, and what the language needs besides."""

    template: str
    styles: tuple[str, ...] = ()
    lists: Lists = NO_LISTS
    draw: int = 0
    each: int = 1


def unfold(text: Text, setting: Setting, axes: Sequence[Axis], *, most: int) -> Unfolded:
    """Unfold a template over the axes asked for; `most` cells are built at the most.

    Raises PromptError where one of the templates cannot be read; it names the places that made it so.
    """
    combinations = prod(len(axis.places) for axis in axes)
    looked_at = combinations if combinations <= most else min(PREVIEWED, combinations)
    asked = list(islice(_asked(text, setting, axes), looked_at))
    texts = _texts(text, asked, axes, most)
    count = sum(texts[one.template].count for one, _ in asked)
    if looked_at < combinations:
        count = _counted(text, setting, axes) or count * combinations // looked_at
    built = count <= most and all(expansion.built for expansion in texts.values())
    found = _unique(_readings(asked, texts))
    readings = tuple(found if built else islice(found, PREVIEWED))
    own = _own_axes(readings, MOST_AXES - len(axes), _alike(texts.values()))
    return Unfolded(
        axes=(*axes, *own),
        readings=readings,
        count=len(readings) if built else count,
        built=built,
        settings=_settings(text, setting, axes),
    )


def _counted(text: Text, setting: Setting, axes: Sequence[Axis]) -> int:
    """Return how many combinations there are without going through all of them, exactly (A9).

    Places that put plain words into a text vary it alike, so that one of them is counted for all. 0 where
    too many places bring choices of their own: how many there are is guessed then from the first ones.
    """
    alike = [_places_alike(axis) for axis in axes]
    if prod(map(len, alike)) > MOST_COUNTED:
        return 0
    few = [replace(axis, places=tuple(often)) for axis, often in zip(axes, alike, strict=True)]
    asked = list(_asked(text, setting, few))
    texts = _texts(text, asked, few, 0)
    return sum(
        texts[one.template].count * prod(often[place] for often, place in zip(alike, places, strict=True))
        for one, places in asked
    )


def _places_alike(axis: Axis) -> Counter[Place]:
    """Return one place for all that vary a text alike, and how many they are."""
    met: dict[str, Place] = {}
    plain = axis.kind in {Kind.SIZE, Kind.QUALITY}
    keys = ["" if plain or PLAIN.fullmatch(_bare(axis, place)) else place.does for place in axis.places]
    return Counter(met.setdefault(key, place) for key, place in zip(keys, axis.places, strict=True))


def _bare(axis: Axis, place: Place) -> str:
    """Return the words that a place puts in; of a style those around {prompt}, of a version none is alike."""
    if axis.kind == Kind.VERSION:
        return f"{{{place.does}}}"
    return place.does.replace(styling.PLACE, "", 1) if axis.kind == Kind.STYLE else place.does


def _texts(text: Text, asked: Iterable[Combination], axes: Sequence[Axis], most: int) -> dict[str, Expansion]:
    """Return each template unfolded; together no more is built than may be made."""
    texts: dict[str, Expansion] = {}
    left = most
    for one, places in asked:
        if one.template not in texts:
            try:
                texts[one.template] = expand(
                    one.template, most=left, lists=text.lists, draw=text.draw, each=text.each
                )
            except PromptError as error:
                raise _named(error, axes, places) from None
        left = max(0, left - texts[one.template].count)
    return texts


def _named(error: PromptError, axes: Sequence[Axis], places: Sequence[Place]) -> PromptError:
    """Return the error with the places that made the template what it is."""
    of_text = {*OF_TEXT, Kind.STYLE}
    made = [
        f"{axis.label} “{place.label}”"
        for axis, place in zip(axes, places, strict=True)
        if axis.kind in of_text
    ]
    if not made:
        return error
    return PromptError(f"{', '.join(made)}: {error.sentence}", error.position, error.expected)


def _asked(text: Text, setting: Setting, axes: Sequence[Axis]) -> Iterator[Combination]:
    """Yield what each combination of places asks for, the last axis turning fastest.

    The text comes first, then the words in it, then its styles, and the style of an axis last.
    """
    width, height, quality = setting
    base = Asked(template=text.template, width=width, height=height, quality=quality)
    early = sorted(
        (n for n, axis in enumerate(axes) if axis.kind in OF_TEXT), key=lambda n: OF_TEXT.index(axes[n].kind)
    )
    late = [n for n in range(len(axes)) if n not in early]
    for places in product(*(axis.places for axis in axes)):
        asked = reduce(lambda one, n: applied(one, axes[n], places[n]), early, base)
        asked = replace(asked, template=reduce(_in_style, text.styles, asked.template))
        yield reduce(lambda one, n: applied(one, axes[n], places[n]), late, asked), places


def _in_style(template: str, style: str) -> str:
    return styling.apply(style, template)


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


def _settings(text: Text, setting: Setting, axes: Sequence[Axis]) -> tuple[Setting, ...]:
    """Return every size and quality of the plan; each has the same number of combinations."""
    sized = [axis for axis in axes if axis.kind in {Kind.SIZE, Kind.QUALITY}]
    return tuple((asked.width, asked.height, asked.quality) for asked, _ in _asked(text, setting, sized))


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


def _alike(texts: Iterable[Expansion]) -> tuple[ChoiceAxis, ...]:
    """Return the axes that all texts have alike; none where they differ."""
    found = {
        tuple((axis.label, axis.options) for axis in expansion.axes): expansion.axes for expansion in texts
    }
    return next(iter(found.values())) if len(found) == 1 else ()


def _own_axes(readings: Sequence[Reading], room: int, named: Sequence[ChoiceAxis]) -> list[Axis]:
    """Return the template's own axes: what was picked at each, in the order it is met."""
    variations = [reading.variation for reading in readings]
    met = [list(dict.fromkeys(picks)) for picks in zip(*own_picks(variations, room), strict=True)]
    names = [axis.label for axis in named] if len(named) == len(met) else []
    return [
        Axis(
            kind=_kind(labels),
            label=names[number] if names else f"{labels[0] or '–'}…",
            places=tuple(Place(label=label, does="") for label in labels),
        )
        for number, labels in enumerate(met)
    ]


def _kind(labels: Sequence[str]) -> Kind:
    """Return what an axis of the template's own is: a part that is there or not, or a choice (A14)."""
    return Kind.PART if len(labels) == 2 and not labels[0] else Kind.CHOICE
