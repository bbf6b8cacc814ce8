"""The tree that a template is read into: values only, each with the character that it begins at.

`grammar.py` makes it, `binding.py` puts the words of lists into it, `outline.py` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PromptError(ValueError):
    """A template that cannot be read: where (0-based character), what was expected there, and a sentence."""

    def __init__(self, sentence: str, position: int, expected: str = "") -> None:
        """Keep the sentence for a person, the position it speaks of, and what was expected there."""
        super().__init__(sentence)
        self.sentence = sentence
        self.position = position
        self.expected = expected


class Mode(StrEnum):
    """How a choice or a list is gone through; its value is the sign that is typed (A8)."""

    ALL = "!"  # every combination
    RANDOM = "~"  # drawn anew for each image
    ORDER = "@"  # the next one for each image


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Characters that are no words of a prompt, from `start` to before `end`.

    What they belong to begins and ends so: braces for a bar, a number or a weight, else the sign itself.
    """

    start: int
    end: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words."""

    words: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of a choice's templates; its weight counts where the choice is random."""

    body: Sequence
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`{a|b}`: from `low` to `high` of its options, joined; `high` None is as many as there are."""

    options: tuple[Option, ...]
    start: int
    low: int = 1
    high: int | None = 1
    separator: str = ", "
    mode: Mode | None = None  # None: as what it stands in


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalPart:
    """A part behind a bar outside braces: left out, or added after a comma (A14)."""

    body: Sequence
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListName:
    """`__season__`: one entry of a list, or of all lists that a glob finds (A7)."""

    name: str
    start: int
    mode: Mode | None = None
    values: tuple[tuple[str, str], ...] = ()  # variables handed to its entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`${c=…}`: gives a variable its value, and makes no words itself (A11)."""

    name: str
    body: Sequence
    start: int
    keeps: bool = False  # a value that it has from outside stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """`${c}`: the value of a variable, or `default` where it has none."""

    name: str
    start: int
    default: Sequence | None = None
    written: str = ""  # the default as it was typed


type Part = Text | Choice | OptionalPart | ListName | Setting | Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Parts one after another."""

    parts: tuple[Part, ...]
