r"""The language of prompt templates: read a template into a tree, with exact positions.

    template  = { text | choice }
    choice    = "{" template { "|" template } "}"
    text      = any character; "\" makes the next of { } | \ plain

`a {red|green} {balloon|kite}` has four variations. The tree knows how many there
are without building any (`expansion.py` builds them). Pure text in, values out:
nothing here knows what an image or a credit is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import prod

MOST_CHARACTERS = 4_000  # S20: the provider's own bound for one prompt; a template is held to it too
MOST_NESTED = 20

SPECIAL = "{}|\\"
WORD_LIST = re.compile(r"__[\w*/ .-]{1,80}?__")


class PromptError(ValueError):
    """A template that cannot be read: where (0-based character), what was expected there, and a sentence."""

    def __init__(self, sentence: str, position: int, expected: str = "") -> None:
        """Keep the sentence for a person, the position it speaks of, and what was expected there."""
        super().__init__(sentence)
        self.sentence = sentence
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words."""

    words: str

    @property
    def count(self) -> int:
        """Return 1: words have one reading."""
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several templates, in the order they are written."""

    options: tuple[Sequence, ...]
    start: int  # the character of its opening brace
    count: int = field(init=False)  # the number of readings: the sum over the options

    def __post_init__(self) -> None:
        """Count once: every reading asks for it."""
        object.__setattr__(self, "count", sum(option.count for option in self.options))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Words and choices one after another."""

    parts: tuple[Text | Choice, ...]
    count: int = field(init=False)  # the number of readings: the product over the parts

    def __post_init__(self) -> None:
        """Count once: every reading asks for it."""
        object.__setattr__(self, "count", prod(part.count for part in self.parts))


def parse(template: str) -> Sequence:
    """Return the tree of a template.

    Raises PromptError, which names the character, for braces that do not match,
    for nesting past 20, and for syntax that asks for something the team does not have.
    """
    _refuse_word_lists(template)
    return _Reader(template).read()


def _refuse_word_lists(template: str) -> None:
    """Never let a list's name be paid for as if it were words (A7)."""
    if found := WORD_LIST.search(template):
        raise PromptError(
            f"{found[0]} asks for a word list, and the team has none of that name. "
            "Write the words as {one|other}.",
            found.start(),
        )


class _Reader:
    """One pass over the characters, one level of braces a call."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.at = 0
        self.open: list[int] = []

    def read(self) -> Sequence:
        sequence = self._sequence()
        if self.at < len(self.template):  # only a closing brace stops a sequence at the top
            raise PromptError(
                f"Character {self.at + 1}: this }} closes nothing. Put a {{ before it, or write \\}}.",
                self.at,
            )
        return sequence

    def _sequence(self) -> Sequence:
        parts: list[Text | Choice] = []
        words: list[str] = []
        while self.at < len(self.template):
            character = self.template[self.at]
            if character == "}" or (character == "|" and self.open):
                break
            if character == "{":
                parts += _text(words)
                words = []
                parts.append(self._choice())
            else:
                words.append(self._plain())
        return Sequence(parts=(*parts, *_text(words)))

    def _plain(self) -> str:
        character = self.template[self.at]
        following = self.template[self.at + 1 : self.at + 2]
        if character == "\\" and following and following in SPECIAL:
            self.at += 2
            return following
        self.at += 1
        return character

    def _choice(self) -> Choice:
        start = self.at
        self._refuse_other_braces(start)
        self.open.append(start)
        if len(self.open) > MOST_NESTED:
            raise PromptError(
                f"Character {start + 1}: more than {MOST_NESTED} braces inside one another.", start
            )
        options = []
        while True:
            self.at += 1  # past "{" or "|"
            options.append(self._sequence())
            if self.at == len(self.template):
                raise PromptError(
                    f"Character {start + 1}: this {{ is never closed. Put a }} after it.", start
                )
            if self.template[self.at] == "}":
                break
        self.at += 1
        self.open.pop()
        return Choice(options=tuple(options), start=start)

    def _refuse_other_braces(self, start: int) -> None:
        if start and self.template[start - 1] == "$":
            raise PromptError(
                f"Character {start}: variables (${{name}}) are not part of the language.", start - 1
            )
        inside = self.template[start + 1 :].split("}", 1)[0]
        if "$$" in inside.split("|", 1)[0]:
            raise PromptError(
                f"Character {start + 1}: picking several at once ({{2$$a|b}}) is not part of the language. "
                "Write each combination out.",
                start,
            )


def _text(words: list[str]) -> list[Text]:
    return [Text(words="".join(words))] if words else []
