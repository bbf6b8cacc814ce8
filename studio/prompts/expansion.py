"""Unfold a template: every prompt it stands for, in one fixed order, none of them twice.

The last choice turns fastest, as the wheels of a counter do: `{a|b} {c|d}` gives
a c, a d, b c, b d. Any one reading can be had by its number, so that a preview
of twenty never builds the other 10^9.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from studio.prompts.grammar import Choice, PromptError, Sequence, Text, parse
from studio.prompts.lists import NO_LISTS, Lists

LOOKED_AT = 10  # readings for each one previewed: one prompt said a thousand million times ends too


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One exact prompt, and what was picked for it at each choice, outermost first."""

    prompt: str
    picks: tuple[str, ...]

    def take(self, number: int) -> str:
        """Return the exact prompt of image `number` of this variation, from 0.

        Image 0 has `prompt`; others differ from it only where a part is random or in order (A8).
        """
        return self.prompt


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
    or that names a list which `lists` does not have.
    """
    tree = parse(template)
    built = tree.count <= most
    readings = _readings(tree)
    if built:
        variations = tuple(_unique(readings))
    else:
        variations = tuple(islice(_unique(islice(readings, LOOKED_AT * preview)), preview))
    return Expansion(count=len(variations) if built else tree.count, variations=variations, built=built)


def needed(template: str) -> frozenset[str]:
    """Return the names and globs of the lists that a template asks for; none where it cannot be read."""
    return frozenset()


def _unique(readings: Iterator[Variation]) -> Iterator[Variation]:
    seen: set[str] = set()
    for reading in readings:
        if reading.prompt not in seen:
            seen.add(reading.prompt)
            yield reading


def _readings(tree: Sequence) -> Iterator[Variation]:
    for number in range(tree.count):
        words, picks = _sequence(tree, number)
        yield Variation(prompt=" ".join(words.split()), picks=tuple(picks))


def _sequence(tree: Sequence, number: int) -> tuple[str, list[str]]:
    """Return reading `number` of a sequence: its words, and its picks in order."""
    wheels: list[int] = []
    for part in reversed(tree.parts):
        number, wheel = divmod(number, part.count)
        wheels.append(wheel)
    words, picks = "", []
    for part, wheel in zip(tree.parts, reversed(wheels), strict=True):
        more, picked = _part(part, wheel)
        words += more
        picks += picked
    return words, picks


def _part(part: Text | Choice, number: int) -> tuple[str, list[str]]:
    if isinstance(part, Text):
        return part.words, []
    for option in part.options:
        if number < option.count:
            words, _inner = _sequence(option, number)
            return words, [" ".join(words.split())]
        number -= option.count
    raise AssertionError("a reading's number is always below the count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a template for showing: its words, and whether they vary."""

    text: str
    varied: bool


def outline(template: str) -> tuple[Piece, ...]:
    """Return a template in pieces; one that cannot be read comes back as one, as it was typed."""
    try:
        tree = parse(template)
    except PromptError:
        return (Piece(text=template, varied=False),)
    return tuple(
        Piece(text=part.words, varied=False)
        if isinstance(part, Text)
        else Piece(text=", ".join(_options(part)), varied=True)
        for part in tree.parts
    )


def _options(choice: Choice) -> list[str]:
    """Return each option in its first reading; an empty one as a dash."""
    return [" ".join(_sequence(option, 0)[0].split()) or "–" for option in choice.options]
