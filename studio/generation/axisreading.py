"""From what was typed for an axis to its places, or a sentence that names the axis and the value (A12).

One reader for each kind. Reads the team's styles, lists and saved prompts; changes nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from studio.generation.axes import Axis, Kind, Place
from studio.generation.capabilities import LEAST_SIDE, MOST_SIDE, Provider
from studio.generation.sizes import SHAPES, SIZES, Shape, Size, dimensions
from studio.prompts import styles
from studio.prompts.flattening import alone
from studio.prompts.grammar import parse
from studio.prompts.lists import Lists
from studio.prompts.marks import plain
from studio.prompts.models import PromptVersion
from studio.prompts.syntax import PromptError
from studio.prompts.wordplaces import places

MOST_PLACES = 100
MOST_CHARACTERS = 400  # of one value
NO_STYLE = "none"
NOTHING = frozenset({"-", "–", "—"})
"""Values that put nothing in the place of the word."""
SIDES = re.compile(r"([1-9]\d{1,4})\s*[x×*]\s*([1-9]\d{1,4})", re.IGNORECASE)


class AxisError(ValueError):
    """What was typed for an axis cannot be used; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One axis as it was typed: a word, and values parted by lines, bars or commas."""

    kind: Kind
    word: str
    values: str

    @property
    def lines(self) -> list[str]:
        """Return the values one by one: by lines where there are some, else by bars, else by commas."""
        mark = next((mark for mark in ("\n", "|") if mark in self.values.strip()), ",")
        parts = _outside_braces(self.values, mark) if mark != "\n" else self.values.splitlines()
        return [part.strip() for part in parts if part.strip()]


def _outside_braces(text: str, mark: str) -> list[str]:
    """Split a text at a mark, but not within braces: `{red|blue} car | bike` are two values."""
    parts, depth = [""], 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == mark and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an axis is read against: the rest of the form, the team's lists, what the provider can do."""

    template: str
    shape: Shape | None
    size: Size | None
    lists: Lists
    provider: Provider


def read(typed: Typed, around: Around) -> Axis:
    """Return the axis. Raises AxisError with a sentence."""
    axis = READERS[typed.kind](typed, around)
    _check(axis)
    return axis


def _check(axis: Axis) -> None:
    if len(axis.places) < 2:
        raise AxisError("One value is no choice. Give two or more, or take the axis out.")
    if len(axis.places) > MOST_PLACES:
        raise AxisError(f"{len(axis.places):,} values: an axis takes {MOST_PLACES}. Take some out.")
    seen = set()
    for place in axis.places:
        if place.label in seen:
            raise AxisError(f"“{place.label}” is there twice. Take one out.")
        if len(place.does) > MOST_CHARACTERS and axis.kind == Kind.REPLACE:
            raise AxisError(f"“{place.label[:30]}…” is longer than {MOST_CHARACTERS} characters. Shorten it.")
        seen.add(place.label)


def _replace(typed: Typed, around: Around) -> Axis:
    values = typed.lines
    if not values:
        raise AxisError("No values are written. Write two or more, one a line, or take the axis out.")
    word = typed.word or values[0]  # as elsewhere: without a word, the first value is what is replaced
    _must_occur(word, around.template)
    places = tuple(_words(value) for value in values)
    return Axis(kind=Kind.REPLACE, label=word, places=places, word=word)


def _words(value: str) -> Place:
    """Return a value as a place. Raises AxisError with the character of the value where it cannot be read."""
    try:
        parse(value)
    except PromptError as error:
        raise AxisError(f"“{value[:30]}”: {error.sentence}") from None
    return Place(label="–", does="") if value in NOTHING else Place(label=value, does=value)


def _must_occur(word: str, template: str) -> None:
    if places(template, word):
        return
    if word in template:
        raise AxisError(
            f"“{word[:60]}” is no word of its own in the prompt, but part of a longer one, of a note or of "
            "braces, numbers and names. Write a word as it stands there."
        )
    raise AxisError(f"“{word[:60]}” does not stand in the prompt. Write a word as it is written there.")


def _list(typed: Typed, around: Around) -> Axis:
    name = typed.values.strip().strip("_")
    if not name:
        raise AxisError("No list is chosen. Choose one, or take the axis out.")
    entries = around.lists.entries(name)
    if not entries:
        raise AxisError(f"The team has no word list “{name[:60]}”. Choose another.")
    word = typed.word or _named_in(around.template, name)
    if not word:
        raise AxisError(f"Say which word the list replaces, or write __{name}__ in the prompt.")
    _must_occur(word, around.template)
    places = dict.fromkeys(_entry(entry, name) for entry in entries)
    if len(places) > MOST_PLACES:
        raise AxisError(
            f"The list “{name}” has {len(places):,} entries, and an axis takes {MOST_PLACES}. "
            f"Choose a smaller list, or leave the axis out and write __{name}__ in the prompt."
        )
    return Axis(kind=Kind.LIST, label=name, places=tuple(places), word=word)


def _entry(entry: str, name: str) -> Place:
    """Return an entry as __name__ would say it: its weight is no word, and its bars are (A7)."""
    try:
        words = alone(entry)
    except PromptError as error:
        raise AxisError(f"“{entry[:30]}” in the list “{name}” cannot be read: {error.sentence}") from None
    return Place(label=plain(words), does=words)


def _named_in(template: str, name: str) -> str:
    """Return the list as the template asks for it, with its mode; "" where it does not."""
    found = re.search(rf"__[~!@]?\s*{re.escape(name)}\s*__", template)
    return found[0] if found else ""


def _style(typed: Typed, around: Around) -> Axis:
    chosen = typed.lines
    if not chosen:
        raise AxisError("No style is chosen. Tick two or more, or take the axis out.")
    try:
        found = {str(style.pk): style for style in styles.get(UUID(one) for one in chosen if one != NO_STYLE)}
        places = tuple(
            Place(label=found[one].name, does=found[one].text, row=one)
            if one != NO_STYLE
            else Place(label="No style", does="")
            for one in dict.fromkeys(str(UUID(one)) if one != NO_STYLE else one for one in chosen)
        )
    except (ValueError, styles.UnknownStyle):
        raise AxisError("One of its styles was deleted. Tick the others again.") from None
    return Axis(kind=Kind.STYLE, label="Style", places=places)


def _size(typed: Typed, around: Around) -> Axis:
    chosen = typed.lines
    shapes = [SHAPES[one] for one in chosen if one in SHAPES]
    sizes = [SIZES[one] for one in chosen if one in SIZES]
    places = _sized(shapes, sizes, around) if shapes or sizes else []
    in_pixels = [one for one in chosen if one not in SHAPES and one not in SIZES]
    places += [_sides(one) for one in [*in_pixels, *_parts(typed.word)]]
    if not places:
        raise AxisError("No size is chosen. Tick two or more, or take the axis out.")
    return Axis(kind=Kind.SIZE, label="Size", places=tuple(places))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]


def _sized(shapes: Sequence[Shape], sizes: Sequence[Size], around: Around) -> list[Place]:
    """Return every ticked shape at every ticked size, called by what was ticked of the two.

    Where only one of the two was ticked, the form says the other.
    """
    with_shapes: Sequence[Shape | None] = shapes or [around.shape]
    with_sizes: Sequence[Size | None] = sizes or [around.size]
    places = []
    for size in with_sizes:
        for shape in with_shapes:
            if shape is None or size is None:
                raise AxisError(
                    "The form asks for a size in pixels. Tick shapes and sizes, or write sizes in pixels."
                )
            names = [shape.label] * bool(shapes) + [size.label] * bool(sizes)
            width, height = dimensions(shape, size)
            places.append(Place(label=" at ".join(names), does=f"{width}x{height}"))
    return places


def _sides(text: str) -> Place:
    found = SIDES.fullmatch(text)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in (width, height)):
        raise AxisError(
            f"“{text[:30]}” is no size. Write it as 1920x1080, "
            f"each side from {LEAST_SIDE} to {MOST_SIDE} pixels."
        )
    return Place(label=f"{width} × {height}", does=f"{width}x{height}")


def _quality(typed: Typed, around: Around) -> Axis:
    parameter = around.provider.parameter("quality")
    known = parameter.choices if parameter and parameter.choices else {}
    for one in typed.lines:
        if one not in known:
            raise AxisError(f"“{one[:30]}” is no quality of {around.provider.name}’s. Tick others.")
    if not typed.lines:
        raise AxisError("No quality is chosen. Tick two or more, or take the axis out.")
    places = tuple(Place(label=known[one], does=one) for one in dict.fromkeys(typed.lines))
    return Axis(kind=Kind.QUALITY, label="Quality", places=places)


def _version(typed: Typed, around: Around) -> Axis:
    """Read a saved prompt by its id and numbers of its versions, such as `1, 3-5`; without any, all."""
    try:
        versions = list(
            PromptVersion.objects.filter(prompt=UUID(typed.word), prompt__deleted_at=None)
            .select_related("prompt")
            .order_by("number")
        )
    except ValueError:
        versions = []
    if not versions:
        raise AxisError("No saved prompt is chosen. Choose one, or take the axis out.")
    known = {version.number: version for version in versions}
    chosen = [number for one in typed.lines for number in _numbers(one)] or list(known)
    for number in chosen:
        if number not in known:
            raise AxisError(f"There is no version {number}: {versions[0].prompt.name} has {len(known)}.")
    places = tuple(_of_version(known[number]) for number in dict.fromkeys(chosen))
    prompt = versions[0].prompt
    return Axis(kind=Kind.VERSION, label=prompt.name, places=places, word=str(prompt.pk))


def _of_version(version: PromptVersion) -> Place:
    label = f"Version {version.number}" + (f": {version.note}" if version.note else "")
    return Place(label=label, does=version.template, row=str(version.pk))


def _numbers(text: str) -> range:
    found = re.fullmatch(r"[vV]?(\d{1,5})(?:\s*[-–]\s*[vV]?(\d{1,5}))?", text)
    if not found:
        raise AxisError(f"“{text[:30]}” is no version. Write numbers, such as 1, 3-5.")
    first, last = int(found[1]), int(found[2] or found[1])
    return range(first, min(last, first + MOST_PLACES) + 1)


READERS: Mapping[Kind, Callable[[Typed, Around], Axis]] = {
    Kind.REPLACE: _replace,
    Kind.LIST: _list,
    Kind.STYLE: _style,
    Kind.SIZE: _size,
    Kind.QUALITY: _quality,
    Kind.VERSION: _version,
}
