"""Unfold a template: every prompt it stands for, in one fixed order, none of them twice.

The last choice turns fastest, as the wheels of a counter do: `{a|b} {c|d}` gives a c, a d, b c, b d, and
variables turn slowest. Any one reading can be had by its number, so that a preview of twenty never builds
the other 10^12. What is random or in order multiplies nothing: each image of a variation has its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from textwrap import shorten

from studio.prompts.binding import bind
from studio.prompts.grammar import MOST_CHARACTERS, PromptError, parse
from studio.prompts.lists import NO_LISTS, Lists
from studio.prompts.outline import Piece, needed, outline
from studio.prompts.wheels import Image, Placed, Row, count, too_long

__all__ = ["ChoiceAxis", "Expansion", "Piece", "Variation", "expand", "needed", "outline", "reading"]

LOOKED_AT = 10  # readings for each one previewed: one prompt said a thousand million times ends too
MOST_STEPS = 100_000  # of a preview
MOST_STEPS_BUILT = 400_000  # of all variations together
LABEL_CHARACTERS = 40

DRAWN = re.compile("\0[^\2]*\2")  # the mark of what each image has its own words for


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """The exact prompt of its first image, and what was picked for it at each choice, outermost first.

    A choice with one option is no choice; what is random or in order is not picked here, and within
    a pick it stands as “…”.
    """

    prompt: str
    picks: tuple[str, ...]
    again: "_Again | None" = field(default=None, repr=False, compare=False)

    def take(self, number: int) -> str:
        """Return the exact prompt of image `number` of this variation, from 0.

        Image 0 has `prompt`; others differ from it only where a part is random or in order (A8).
        """
        return self.again.prompt(number) if self.again and number else self.prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceAxis:
    """A choice of the template as an axis of a grid: its values, and the character that it begins at."""

    label: str
    options: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """What a template unfolds into.

    While all are `built`, `count` is their number without duplicates. Otherwise it is the
    number of combinations, and only the first ones are in `variations`. `axes` says of each pick of a
    variation what it was picked from, where the variations fill such a grid; else there are none.
    """

    count: int
    variations: tuple[Variation, ...]
    built: bool
    axes: tuple[ChoiceAxis, ...] = ()


def expand(
    template: str, *, most: int, lists: Lists = NO_LISTS, draw: int = 0, each: int = 1, preview: int = 20
) -> Expansion:
    """Return every variation when there are at most `most` combinations, else the first `preview`.

    What is random is drawn from `draw`, anew for each image; what is in order turns by the image's
    number, where a variation has `each` images. Raises PromptError for a template that cannot be read,
    that names a list which `lists` does not have, or that has a variation no prompt could hold.
    """
    unfolding = _Unfolding(template, lists, draw, each)
    combinations = unfolding.row.count
    if combinations > most:
        first = tuple(islice(unfolding.variations(unfolding.looked_at(preview)), preview))
        return Expansion(count=combinations, variations=first, built=False)
    unfolding.refuse_what_takes_too_long()
    variations = tuple(unfolding.variations(combinations))
    if not variations:
        raise PromptError(
            "Every variation picks the same words twice. Give it more to pick from.", 0, "words"
        )
    axes = unfolding.axes(variations)
    return Expansion(count=len(variations), variations=variations, built=True, axes=axes)


def reading(template: str, number: int, *, lists: Lists = NO_LISTS, draw: int = 0) -> str | None:
    """Return the prompt of combination `number` (from 0) of a template of any size, built alone.

    None is a combination that picks the same words twice. Raises PromptError as `expand` does, and
    IndexError where there are not so many.
    """
    unfolding = _Unfolding(template, lists, draw, 1)
    if not 0 <= number < unfolding.row.count:
        raise IndexError(f"{unfolding.row.count:,} combinations, and no number {number:,}")
    words = unfolding.row.words(number, Image())
    return None if words is None else unfolding.prompt(number, number)


class _Unfolding:
    """A template with its lists, and what is drawn for its images."""

    def __init__(self, template: str, lists: Lists, draw: int, each: int) -> None:
        self.row: Row = bind(parse(template), lists)
        self.draw = draw
        self.each = each
        self.turning = [index for index, one in enumerate(self.row.placed) if count(one.node) > 1]

    def looked_at(self, preview: int) -> int:
        """Return how many readings are looked at for a preview without duplicates."""
        return max(preview, min(LOOKED_AT * preview, MOST_STEPS // (self.row.cost + 1)))

    def refuse_what_takes_too_long(self) -> None:
        if self.row.count * self.row.cost > MOST_STEPS_BUILT:
            says = "This takes too long to put together. Use fewer variations, or fewer parts in each."
            raise PromptError(says, 0, "less")

    def variations(self, most: int) -> Iterator[Variation]:
        """Yield the variations among the first `most` combinations, none twice."""
        seen: set[str] = set()
        for number in range(most):
            words = self.row.words(number, Image())
            bare = None if words is None else _tidy("".join(words[len(self.row.settings) :]))
            if words is None or bare is None or bare in seen:
                continue
            yield self._variation(number, len(seen), bare, words)
            seen.add(bare)

    def _variation(self, number: int, position: int, bare: str, words: list[str]) -> Variation:
        picks = tuple(_label(words[index]) for index in self.turning)
        if not DRAWN.search(bare):
            if len(bare) > MOST_CHARACTERS:
                raise too_long(len(bare))
            return Variation(prompt=bare, picks=picks)
        again = _Again(self, number, position)
        return Variation(prompt=again.prompt(0), picks=picks, again=again)

    def prompt(self, number: int, position: int, image: int = 0) -> str:
        """Return the exact prompt of an image of a combination, the `position`-th that is no duplicate."""
        chance = Random(f"{self.draw}:{position}:{image}").random  # noqa: S311 - a picture, not a secret
        read = self.row.read(number, Image(chance=chance, turn=position * self.each + image))
        assert read is not None
        if len(prompt := _tidy(read)) > MOST_CHARACTERS:
            raise too_long(len(prompt))
        return prompt

    def axes(self, variations: tuple[Variation, ...]) -> tuple[ChoiceAxis, ...]:
        """Return the choices as axes where every combination of their values is there, once."""
        values = [tuple(dict.fromkeys(axis)) for axis in zip(*(one.picks for one in variations), strict=True)]
        cells = 1
        for axis in values:
            cells *= len(axis)
        if cells != len(variations) or len({one.picks for one in variations}) != cells:
            return ()
        placed = [self.row.placed[index] for index in self.turning]
        return tuple(_axis(one, options) for one, options in zip(placed, values, strict=True))


@dataclass(frozen=True, slots=True)
class _Again:
    """How the images of a variation are put together anew."""

    unfolding: _Unfolding
    number: int
    position: int

    def prompt(self, image: int) -> str:
        return self.unfolding.prompt(self.number, self.position, image)


def _axis(placed: Placed, options: tuple[str, ...]) -> ChoiceAxis:
    label = shorten(placed.label, LABEL_CHARACTERS, placeholder=" …")
    return ChoiceAxis(label=label, options=options, position=placed.start)


def _tidy(words: str) -> str:
    return " ".join(words.split())


def _label(words: str) -> str:
    """Return what was picked as a name: tidy, without the comma that joins it, with “…” for what is drawn."""
    return _tidy(DRAWN.sub("…", words)).removeprefix(", ")
