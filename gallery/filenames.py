"""How files are called that are taken along: a pattern with fields, and names that every system takes (C21).

    {date}-{prompt}        2026-03-29-a-red-dune-at-dusk.jpg
    {member}/{number}      anna-berg/007.jpg, in a folder

Pure. A name has no sign that any of the usual file systems refuses, none of Windows' own names, no way up,
and no two are the same where capitals count for nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

FIELDS = {
    "prompt": "the first words of the prompt",
    "number": "its place among the files, as 001",
    "date": "the day it was made, as 2026-03-29",
    "time": "the time it was made, as 14-05",
    "member": "who made it",
    "run": "the first signs of its run",
    "experiment": "the experiment it belongs to",
    "size": "its pixels, as 1024x768",
    "ratio": "its shape, as 3x2",
    "quality": "the quality asked for",
    "cost": "what it cost, in credits",
    "status": "where it stands in review",
    "rating": "the mean of its stars",
    "colour": "its main colour, as c4512d",
    "seed": "left out: Doitong tells none",
    "id": "the first signs of its id",
}
USUAL = "{number}-{prompt}"
MOST_PATTERN = 120
MOST_FOLDERS = 3
MOST_PART = 90  # characters of a name between two slashes; with four bytes each less than a system's 255
MOST_BYTES = 180
MOST_VALUE = 60
PIECE = re.compile(r"\{([^{}]*)\}|([{}])")
NEVER = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f]+')
OWN_OF_WINDOWS = {"con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"
}


class BadPattern(Exception):
    """A pattern that names no files; the text is a sentence for a person."""


def check(pattern: str) -> str:
    """Return the pattern without spaces around it. Raises BadPattern."""
    pattern = pattern.strip()
    if not pattern:
        raise BadPattern("Write how the files are to be called, such as {number}-{prompt}.")
    if len(pattern) > MOST_PATTERN:
        raise BadPattern(f"This is {len(pattern)} characters long: {MOST_PATTERN} are enough for a name.")
    for found in PIECE.finditer(pattern):
        if found[2]:
            raise BadPattern(f"A “{found[2]}” stands alone. Write a field between two: {{prompt}}.")
        if _name(found[1]) not in FIELDS:
            raise BadPattern(f"There is no {{{found[1]}}}. There are: {', '.join(FIELDS)}.")
    if pattern.count("/") > MOST_FOLDERS:
        raise BadPattern(f"There are more than {MOST_FOLDERS} folders in each other. Take out a “/”.")
    return pattern


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """Return a name without its ending: each field's value in its place, what has none left out.

    Folders stay apart by “/”; a part in which nothing is left is left out too. Never empty.
    """
    parts = [
        safe(PIECE.sub(lambda found: _value(values.get(_name(found[1] or ""), "")), part))
        for part in pattern.split("/")
    ]
    return "/".join(part for part in parts if part) or "image"


def safe(text: str) -> str:
    """Return a text as a part of a path that every system takes, or "" where nothing of it is left."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    text = re.sub(r"\s+", " ", NEVER.sub("-", text))
    text = re.sub(r"-{2,}", "-", re.sub(r"_{2,}", "_", text)).strip(" .-_~")
    text = _short(text, MOST_PART, MOST_BYTES).strip(" .-_~")
    own = text.partition(".")[0].rstrip()
    return f"{own}-{text[len(own) :]}" if own.casefold() in OWN_OF_WINDOWS else text


@dataclass(slots=True)
class Names:
    """The names that were given out, so that each is given once: the second “dune.jpg” is “dune-2.jpg”."""

    _taken: dict[str, int] = field(default_factory=dict)

    def give(self, stem: str, ending: str) -> str:
        """Return a name of this stem and ending that was not given yet."""
        name, number = f"{stem}.{ending}", self._taken.get(_alike(f"{stem}.{ending}"), 0)
        first = _alike(name)
        while _alike(name) in self._taken:
            number = max(number, 1) + 1
            name = f"{stem}-{number}.{ending}"
        self._taken[first] = number
        self._taken.setdefault(_alike(name), 1)
        return name


def _alike(name: str) -> str:
    """Return a name as a system knows it that tells neither capitals nor kinds of accents apart."""
    return unicodedata.normalize("NFKD", name).casefold()


def _name(written: str) -> str:
    """Return a field's name: “seed?” is written by those who know that it may be missing."""
    return written.strip().rstrip("?").lower()


def _value(text: str) -> str:
    """Return a value as a word of a name: no slash of its own, words joined by hyphens."""
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text[: 4 * MOST_VALUE]).lower())
    return _short(words.strip("-"), MOST_VALUE, MOST_BYTES).strip("-")


def _short(text: str, characters: int, most_bytes: int) -> str:
    return text[:characters].encode()[:most_bytes].decode(errors="ignore")
