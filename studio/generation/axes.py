"""Axes: what varies over a run's cells, as values that travel. Pure; knows no form and no row (A12).

An axis changes one thing at a time: a word of the template, its style or version, the size, the quality.
What the template itself varies (`{a|b}`, optional parts) becomes an axis too once it is unfolded, so that
a grid reads all of them alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from studio.prompts import styling
from studio.prompts.wordplaces import replaced

MOST_AXES = 4  # of one run, the template's own among them (A13)


class Kind(StrEnum):
    """What an axis varies; `choice` and `part` are the template's own, for showing."""

    CHOICE = "choice"
    PART = "part"
    REPLACE = "replace"
    LIST = "list"
    STYLE = "style"
    SIZE = "size"
    QUALITY = "quality"
    VERSION = "version"


OWN = frozenset({Kind.CHOICE, Kind.PART})
OF_TEXT = (Kind.VERSION, Kind.REPLACE, Kind.LIST)
"""What changes the template before its styles are put around it, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place on an axis: its label, and what it does.

    `does` is the words put in (replace, list), the style's template, the version's text, the quality, or
    a size as "1248x832" in pixels. `row` names the style or version it is, "" for the others.
    """

    label: str
    does: str
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What varies, and its places in order.

    `word` is what is replaced in the template (replace, list), or the id of the saved prompt (version).
    """

    kind: Kind
    label: str
    places: tuple[Place, ...]
    word: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of its places."""
        return tuple(place.label for place in self.places)

    def stored(self) -> dict[str, Any]:
        """Return it as `Run.axes` keeps it: kind, label and values, and what asking for it again takes.

        `rows` are ids of styles or versions, `does` is what labels say in other words.
        """
        kept: dict[str, Any] = {"kind": str(self.kind), "label": self.label, "values": list(self.labels)}
        rows, does = [place.row for place in self.places], [place.does for place in self.places]
        more = {"rows": rows} if any(rows) else {}
        if not rows[0] and self.kind in {Kind.SIZE, Kind.QUALITY}:
            more["does"] = does
        return kept | more | ({"word": self.word} if self.word else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one combination of places asks for: a template still to be unfolded, a size, a quality."""

    template: str
    width: int
    height: int
    quality: str


def applied(asked: Asked, axis: Axis, place: Place) -> Asked:
    """Return what is asked for at a place of an axis."""
    match axis.kind:
        case Kind.REPLACE | Kind.LIST:
            return replace(asked, template=replaced(asked.template, axis.word, place.does))
        case Kind.VERSION:
            return replace(asked, template=place.does)
        case Kind.STYLE:
            return replace(asked, template=styling.apply(place.does, asked.template))
        case Kind.SIZE:
            width, height = sides(place.does)
            return replace(asked, width=width, height=height)
        case Kind.QUALITY:
            return replace(asked, quality=place.does)
        case Kind.CHOICE | Kind.PART:
            return asked


def sides(size: str) -> tuple[int, int]:
    """Return width and height in pixels of a size such as "1248x832"."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def read(stored: Sequence[Mapping[str, Any]]) -> tuple[Axis, ...]:
    """Return the axes that `Run.axes` keeps; their places know their labels and rows only."""
    return tuple(
        Axis(
            kind=Kind(axis["kind"]),
            label=axis["label"],
            places=tuple(
                Place(label=label, does="", row=row)
                for label, row in zip(
                    axis["values"], axis.get("rows") or [""] * len(axis["values"]), strict=True
                )
            ),
        )
        for axis in stored
    )
