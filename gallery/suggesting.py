"""What a search that is being written may go on with: fields, their values, people, boards, tags (C3).

Words of prompts are not suggested: a prompt may be private. Reads what the member may see alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gallery import sides, tokens
from gallery.known import Known
from gallery.models import Status
from gallery.query import EXAMPLES, NAMES
from studio.accounts.models.project import GENERAL
from studio.generation.sizes import SHAPES, SIZES

MOST = 8
FIXED: Mapping[str, tuple[str, ...]] = {
    "status": tuple(Status.values),
    "ratio": (*(shape.label for shape in SHAPES.values()), "portrait", "landscape", "square"),
    "size": tuple(SIZES),
    "rating": (">=4", ">=3", "5"),
    "date": ("today", "yesterday", "week", "month"),
    "is": ("mine", "private", "team", "favourite", "rated", "unrated", "commented"),
    "colour": (
        "red",
        "orange",
        "gold",
        "green",
        "teal",
        "blue",
        "purple",
        "pink",
        "brown",
        "grey",
        "black",
        "white",
    ),
    "cost": (">30", "<=14"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the piece at the end may become, and the whole search with it."""

    text: str
    hint: str
    whole: str


def of(text: str, known: Known) -> list[Suggestion]:
    """Return what may be meant by the last piece of a search, [] where nothing is being written."""
    before, piece = _cut(text)
    if len(piece) < 2:
        return []
    minus = "-" if piece.startswith("-") else ""
    name, colon, value = piece.removeprefix("-").partition(":")
    if colon and name.lower() in NAMES:
        found = _values(name.lower(), value.strip('"'), known)
    else:
        found = [*_fields(name), *_named(name.strip('"'), known)]
    return [
        Suggestion(
            text=f"{minus}{text}",
            hint=hint,
            whole=f"{before}{minus}{text}{'' if text.endswith(':') else ' '}",
        )
        for text, hint in found[:MOST]
    ]


def _cut(text: str) -> tuple[str, str]:
    """Return a text before its last piece, and that; a piece in quotes may hold spaces."""
    text = text[-1_000:]
    at = text.rfind(" ") + 1
    if text.count('"') % 2:
        at = text.rfind(" ", 0, text.rfind('"')) + 1
    return text[:at], text[at:]


def _fields(start: str) -> Iterable[tuple[str, str]]:
    low = start.lower()
    return [(f"{name}:", f"such as {EXAMPLES[name]}") for name in NAMES if low and name.startswith(low)]


def _values(name: str, start: str, known: Known) -> list[tuple[str, str]]:
    if name in FIXED:
        low = start.lower()
        return [(f"{name}:{one}", "") for one in FIXED[name] if one.startswith(low) and one != low]
    if name == "quality":
        return [(f"quality:{one}", "") for one in known.kind("q") if one and one.startswith(start.lower())]
    people = [("me", "me")] if "me".startswith(start.lower()) else []
    those = {
        "by": [*people, *((one.name, sides.by(one, known)) for one in known.makers)],
        "board": [(one.name, one.name) for one in known.boards],
        "tag": [(one.name, one.name) for one in known.tags],
        "project": [(one, one) for one in (GENERAL, *(project.name for project in known.projects))],
    }
    return [(sides.said(name, value), "") for text, value in those.get(name, []) if _begins(start, text)]


def _named(start: str, known: Known) -> list[tuple[str, str]]:
    """Return people, boards and tags whose names begin like a word."""
    found = [
        (sides.said("by", sides.by(one, known)), "member") for one in known.makers if _begins(start, one.name)
    ]
    found += [
        (sides.said("project", one.name), "project") for one in known.projects if _begins(start, one.name)
    ]
    found += [(sides.said("board", one.name), "board") for one in known.boards if _begins(start, one.name)]
    return found + [(sides.said("tag", one.name), "tag") for one in known.tags if _begins(start, one.name)]


def _begins(start: str, name: str) -> bool:
    asked = tokens.words(start)
    words = tokens.words(name)
    return all(any(word.startswith(one) for word in words) for one in asked)
