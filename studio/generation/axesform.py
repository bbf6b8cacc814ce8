"""The axes' part of the composer: rows that are added and taken out, read together into axes (A12).

Its fields are `axis-0-kind`, `axis-0-word` and `axis-0-values`, up to `axis-3-…`; values of several ticks
come as lines of one text, as a draft keeps them. Works with plain posts; nothing typed is lost on an error.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from studio.generation.axes import MOST_AXES, OF_TEXT, OWN, Axis, Kind
from studio.generation.axisreading import NO_STYLE, Around, AxisError, Typed, read
from studio.generation.capabilities import current
from studio.generation.sizes import SHAPES, SIZES
from studio.prompts import saved, styles
from studio.prompts.wordlists import team_lists

FIELD = re.compile(rf"axis-[0-{MOST_AXES - 1}]-(?:kind|word|values)")
MOST_KEPT = 20_000  # characters of one field
NAMES: Mapping[Kind, str] = {
    Kind.REPLACE: "Words",
    Kind.LIST: "List",
    Kind.STYLE: "Style",
    Kind.SIZE: "Size",
    Kind.QUALITY: "Quality",
    Kind.VERSION: "Version",
}
ONCE = frozenset({Kind.SIZE, Kind.QUALITY, Kind.VERSION})


def fields_of(posted: Mapping[str, Any]) -> dict[str, str]:
    """Return the axes' fields out of what was posted, as a draft keeps them; several ticks as lines."""
    return {name: _text(posted, name)[:MOST_KEPT] for name in posted if FIELD.fullmatch(name)}


def fields_of_run(stored: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the fields that ask for a run's axes again, of those that it keeps; its prompt has its own."""
    asked = [axis for axis in stored if axis["kind"] not in OWN]
    fields: dict[str, str] = {}
    for number, axis in enumerate(asked):
        known = {"kind": axis["kind"], "word": axis.get("word", ""), "values": _values_of(axis)}
        fields |= {f"axis-{number}-{name}": text for name, text in known.items()}
    return fields


def _values_of(axis: Mapping[str, Any]) -> str:
    match axis["kind"]:
        case Kind.LIST:
            return str(axis["label"])
        case Kind.VERSION:
            numbers = (re.match(r"Version (\d+)", label) for label in axis["values"])
            return ", ".join(met[1] for met in numbers if met)
        case Kind.STYLE:
            return "\n".join(row or NO_STYLE for row in axis.get("rows", []))
    return "\n".join(axis.get("does") or axis["values"])


def _text(posted: Mapping[str, Any], name: str) -> str:
    values = posted.getlist(name) if isinstance(posted, QueryDict) else [str(posted[name])]
    return "\n".join(values).replace("\r\n", "\n").replace("\0", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something to tick or choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One axis as it was typed, and what is wrong with it."""

    number: int
    typed: Typed
    error: str = ""

    @property
    def kind(self) -> Kind:
        """Return its kind."""
        return self.typed.kind

    @property
    def name(self) -> str:
        """Return what its kind is called."""
        return NAMES[self.typed.kind]

    @property
    def field(self) -> str:
        """Return how the names of its fields begin."""
        return f"axis-{self.number}"

    @property
    def title(self) -> str:
        """Return how sentences call it."""
        return f"Axis {self.number + 1}, {self.name.lower()}"

    @property
    def options(self) -> list[Option]:
        """Return what may be ticked or chosen for its values."""
        chosen = set(self.typed.lines)
        return [Option(value=v, label=label, chosen=v in chosen) for v, label in OFFERED[self.kind]()]

    @property
    def shapes(self) -> list[Option]:
        """Return the shapes that may be ticked, of an axis of sizes."""
        chosen = set(self.typed.lines)
        return [Option(value=s.name, label=s.label, chosen=s.name in chosen) for s in SHAPES.values()]

    @property
    def prompts(self) -> list[Option]:
        """Return the saved prompts, of an axis of versions. One query."""
        found = saved.listed()
        return [
            Option(value=str(one.pk), label=one.name, chosen=str(one.pk) == self.typed.word) for one in found
        ]


def _styles() -> list[tuple[str, str]]:
    return [(NO_STYLE, "No style"), *((str(style.pk), style.name) for style in styles.listed())]


def _qualities() -> list[tuple[str, str]]:
    parameter = current().parameter("quality")
    return list((parameter.choices or {}).items()) if parameter else []


def _lists() -> list[tuple[str, str]]:
    return [(name, name) for name in team_lists().names()]


OFFERED = {
    Kind.REPLACE: list[tuple[str, str]],
    Kind.LIST: _lists,
    Kind.STYLE: _styles,
    Kind.SIZE: lambda: [(size.name, size.label) for size in SIZES.values()],
    Kind.QUALITY: _qualities,
    Kind.VERSION: list[tuple[str, str]],
}


class AxesForm:
    """The rows of a form's axes. `axes` are there once `read` was called and found no fault."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.rows = _rows(fields_of(fields))
        self.axes: tuple[Axis, ...] = ()

    @property
    def errors(self) -> list[str]:
        """Return the sentences of all rows, each with the name of its axis."""
        return [f"{row.title}: {row.error}" for row in self.rows if row.error]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Return the kinds that may be added now, by value and name."""
        taken = {row.kind for row in self.rows} & ONCE
        return [(str(kind), name) for kind, name in NAMES.items() if kind not in taken] if self.room else []

    @property
    def room(self) -> int:
        """Return how many more axes there may be."""
        return MOST_AXES - len(self.rows)

    def add(self, kind: str) -> None:
        """Add an empty row; an unknown kind, or one too many, changes nothing."""
        if kind in dict(self.kinds):
            row = Row(number=len(self.rows), typed=Typed(kind=Kind(kind), word="", values=""))
            self.rows = [*self.rows, row]

    def remove(self, number: str) -> None:
        """Take a row out; the others move up."""
        left = [row for row in self.rows if str(row.number) != number]
        self.rows = [replace(row, number=place) for place, row in enumerate(left)]

    def fields(self) -> dict[str, str]:
        """Return its fields as a draft keeps them."""
        return {
            f"{row.field}-{name}": text
            for row in self.rows
            for name, text in (
                *(("kind", str(row.kind)), ("word", row.typed.word)),
                ("values", row.typed.values),
            )
        }

    def read(self, around: Around) -> bool:
        """Read the rows into `axes`; say whether all of them could be. A row that could not says why."""
        found: list[Axis] = []
        rows = []
        around = replace(around, template=_text_of(self.rows, around))
        for row in self.rows:
            try:
                axis = read(row.typed, around)
                _refuse_again(axis, found)
                found.append(axis)
            except AxisError as error:
                row = replace(row, error=str(error))
            rows.append(row)
        self.rows = rows
        self.axes = tuple(found) if not self.errors else ()
        return not self.errors


def _rows(fields: Mapping[str, str]) -> list[Row]:
    """Return the rows of known kinds, numbered anew."""
    rows: list[Row] = []
    for number in range(MOST_AXES):
        kind = fields.get(f"axis-{number}-kind", "")
        if kind in set(Kind) - OWN:
            typed = Typed(
                kind=Kind(kind),
                word=fields.get(f"axis-{number}-word", "").strip(),
                values=fields.get(f"axis-{number}-values", ""),
            )
            rows.append(Row(number=len(rows), typed=typed))
    return rows


def _text_of(rows: Sequence[Row], around: Around) -> str:
    """Return the text in which words have to stand: of all chosen versions, where there is such an axis."""
    for row in rows:
        if row.kind == Kind.VERSION:
            try:
                return "\n".join(place.does for place in read(row.typed, around).places)
            except AxisError:  # it is said of its own row
                break
    return around.template


def _refuse_again(axis: Axis, before: Sequence[Axis]) -> None:
    for other in before:
        if axis.kind in ONCE and other.kind == axis.kind:
            raise AxisError(f"There is an axis of {NAMES[axis.kind].lower()} already. Take one out.")
        if axis.kind in OF_TEXT and axis.word and axis.word == other.word:
            raise AxisError(f"“{axis.word}” is replaced by another axis already. Choose another word.")
