"""The language of a search: text into words, phrases, fields, and what is wrong with it. Pure; never raises.

    red dune "at dusk" -fog by:anna status:approved,final ratio:16:9 cost:>30 rating:>=4 date:2026-11 is:mine

Everything must fit; what stands behind a “-” must not. What cannot be understood is left out and told, with
its place; the rest is searched. No sign means anything to a database: words reach it as tokens (C3).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gallery import tokens

MOST_CHARACTERS = 1_000
MOST_PARTS = 24
NAMES = (
    "by",
    "status",
    "board",
    "tag",
    "project",
    "ratio",
    "size",
    "quality",
    "cost",
    "rating",
    "date",
    "colour",
    "is",
)
ALSO = {
    "color": "colour",
    "member": "by",
    "from": "by",
    "tags": "tag",
    "boards": "board",
    "projects": "project",
    "stars": "rating",
}
OWN = ("run", "experiment")  # written by links, not by people: told of nowhere
PART = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[A-Za-z]{1,20}):)?(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<bare>[^\s"]*))'
)
COMPARED = re.compile(r"(?P<sign>>=|<=|>|<|=|≥|≤)?\s*(?P<value>.*)", re.DOTALL)
SIGNS = {"≥": ">=", "≤": "<=", "=": "", "": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a piece of a search: its place in the text, and a sentence."""

    at: int
    length: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A word, or several that must stand together; `signs` holds what has no letter or digit at all."""

    tokens: tuple[str, ...]
    raw: str
    minus: bool = False
    whole: bool = False  # written in quotes: never taken for the beginning of a word
    start: bool = False  # written with a “*” behind it: the beginning of a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field and what it must be: one of the values, or on one side of the only one."""

    name: str
    sign: str  # "", ">", ">=", "<", "<="
    values: tuple[str, ...]
    minus: bool
    at: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search as it was understood; `text` is the whole of it as it was written."""

    text: str = ""
    words: tuple[Words, ...] = ()
    fields: tuple[Field, ...] = ()
    signs: tuple[str, ...] = ()  # pieces without a letter or digit, such as “%”
    problems: tuple[Problem, ...] = ()

    @property
    def any(self) -> bool:
        """Say whether anything is asked for."""
        return bool(self.words or self.fields or self.signs)

    @property
    def wanted(self) -> tuple[Words, ...]:
        """Return the words that must occur."""
        return tuple(word for word in self.words if not word.minus)


def read(text: str) -> Query:
    """Return what a text asks for."""
    text = " ".join(text.replace("\0", " ").split())
    problems = []
    if len(text) > MOST_CHARACTERS:
        left = f"Only the first {MOST_CHARACTERS:,} characters are searched."
        problems.append(Problem(at=MOST_CHARACTERS, length=len(text) - MOST_CHARACTERS, sentence=left))
        text = text[:MOST_CHARACTERS]
    words: list[Words] = []
    fields: list[Field] = []
    signs: list[str] = []
    for number, part in enumerate(_parts(text)):
        if number == MOST_PARTS:
            left = f"Only the first {MOST_PARTS} parts are searched."
            problems.append(Problem(at=part.start(), length=len(text) - part.start(), sentence=left))
            break
        match _read(part):
            case Words() as one:
                words.append(one)
            case Field() as one:
                fields.append(one)
            case str() as one:
                signs.append(one)
            case Problem() as one:
                problems.append(one)
        if part["quoted"] is not None and not part["end"]:
            problems.append(_problem(part, "The quotation mark has no second one: it was read to the end."))
    return Query(
        text=text, words=tuple(words), fields=tuple(fields), signs=tuple(signs), problems=tuple(problems)
    )


def _parts(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        part = PART.match(text, at)
        if part is None or part.end() == at:  # a space
            at += 1
            continue
        yield part
        at = part.end()


def _read(part: re.Match[str]) -> Words | Field | Problem | str:
    name = (part["name"] or "").lower()
    name = ALSO.get(name, name)
    if name in (*NAMES, *OWN):
        return _field(part, name)
    value = part["quoted"] if part["bare"] is None else part["bare"]
    if name and not value.startswith("//"):
        known = ", ".join(f"{one}:" for one in NAMES)
        return _problem(part, f"There is no field “{name}:”. There are {known}.")
    raw = f"{name}:{value}" if name else value
    found = tuple(tokens.words(raw))
    if not found:
        return _signs(part, raw)
    quoted = part["bare"] is None
    return Words(
        tokens=found,
        raw=raw,
        minus=bool(part["minus"]),
        whole=quoted,
        start=not quoted and raw.endswith("*"),
    )


def _signs(part: re.Match[str], raw: str) -> str | Problem:
    if part["quoted"] is None:
        return part.group()
    if part["end"] and not raw:
        return _problem(part, "There is nothing between the quotation marks.")
    return raw or '"'


def _field(part: re.Match[str], name: str) -> Field | Problem:
    quoted = part["bare"] is None
    if quoted:
        sign, values = "", [part["quoted"].strip()]
    else:
        found = COMPARED.fullmatch(part["bare"])
        sign = (found and found["sign"]) or ""
        values = [value.strip() for value in (found["value"] if found else "").split(",")]
    values = [value for value in values if value]
    if not values:
        return _problem(
            part, f"“{name}:” says nothing: write a value right behind it, such as {EXAMPLES[name]}."
        )
    if sign not in SIGNS and len(values) > 1:
        return _problem(part, f"“{part.group()}” compares with more than one value.")
    return Field(
        name=name,
        sign=SIGNS.get(sign, sign),
        values=tuple(values),
        minus=bool(part["minus"]),
        at=part.start(),
        length=len(part.group()),
    )


def _problem(part: re.Match[str], sentence: str) -> Problem:
    return Problem(at=part.start(), length=len(part.group()), sentence=sentence)


EXAMPLES = {
    "by": "by:me",
    "status": "status:approved",
    "board": 'board:"Spring campaign"',
    "tag": "tag:poster",
    "project": "project:General",
    "ratio": "ratio:16:9",
    "size": "size:1k",
    "quality": "quality:high",
    "cost": "cost:>30",
    "rating": "rating:>=4",
    "date": "date:2026-11",
    "colour": "colour:teal",
    "is": "is:favourite",
    "run": "run:…",
    "experiment": "experiment:…",
}
"""A way to say each field, for its problem and for the page's help."""
