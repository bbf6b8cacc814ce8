"""A template as people see it in titles and heads: its words, and what varies in it. Reads no list."""

from dataclasses import dataclass

from studio.prompts.grammar import parse
from studio.prompts.syntax import (
    Choice,
    ListName,
    OptionalPart,
    Part,
    PromptError,
    Sequence,
    Setting,
    Text,
    Use,
)


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
    return tuple(piece for part in tree.parts for piece in _pieces(part))


def needed(template: str) -> frozenset[str]:
    """Return the names and globs of the lists that a template asks for; none where it cannot be read.

    Those that the lists' own entries ask for are not among them.
    """
    try:
        return frozenset(_lists(parse(template)))
    except PromptError:
        return frozenset()


def _pieces(part: Part) -> list[Piece]:
    match part:
        case Text():
            return [Piece(text=part.words, varied=False)]
        case Setting():
            return []
        case OptionalPart():
            return [Piece(text=", ", varied=False), Piece(text=_first(part.body), varied=True)]
        case _:
            return [Piece(text=shown(part), varied=True)]


def shown(part: Part) -> str:
    """Return a part in a few words: its options in their first reading (– for none), or its name."""
    match part:
        case Choice():
            options = ", ".join(_first(option.body) or "–" for option in part.options)
            return options if part.high == 1 else f"{_how_many(part)} of {options}"
        case ListName() | Use():
            return part.name
        case Text():
            return part.words
        case OptionalPart():
            return _first(part.body)
        case Setting():
            return ""


def _how_many(choice: Choice) -> str:
    if choice.high is None:
        return f"{choice.low} or more"
    return str(choice.high) if choice.low == choice.high else f"{choice.low}–{choice.high}"


def _first(sequence: Sequence) -> str:
    return " ".join("".join(_first_of(part) for part in sequence.parts).split())


def _first_of(part: Part) -> str:
    return _first(part.options[0].body) if isinstance(part, Choice) else shown(part)


def _lists(sequence: Sequence) -> list[str]:
    return [name for part in sequence.parts for name in _named(part)]


def _named(part: Part) -> list[str]:
    match part:
        case ListName():
            return [part.name]
        case Choice():
            return [name for option in part.options for name in _lists(option.body)]
        case OptionalPart() | Setting():
            return _lists(part.body)
        case Use():
            return _lists(part.default) if part.default else []
        case Text():
            return []
