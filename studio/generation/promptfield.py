"""The prompt as it comes out of a form, and where in the box a character of it stands. Pure."""

import unicodedata
from bisect import bisect_right
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from studio.prompts.grammar import MOST_CHARACTERS


class PromptField(forms.CharField):
    """A prompt: any text but control characters, at most 4,000 of them, in NFC (S20).

    Its lines are kept, since a comment ends with its line.
    """

    widget = forms.Textarea

    def __init__(self) -> None:
        super().__init__(label="Prompt", error_messages={"required": "Write a prompt first."})

    def to_python(self, value: Any) -> str:
        """Return the text as the language reads it; raises ValidationError with a sentence."""
        text = unicodedata.normalize("NFC", str(super().to_python(value) or ""))
        text = _lines(text).replace("\t", " ")
        for position, character in enumerate(text):
            if character != "\n" and unicodedata.category(character) in {"Cc", "Cs"}:
                raise ValidationError(
                    f"Character {position + 1} is a control character (U+{ord(character):04X}). Take it out."
                )
        if len(text) > MOST_CHARACTERS:
            raise ValidationError(
                f"{len(text):,} characters: Doitong takes {MOST_CHARACTERS:,}. "
                f"Take out {len(text) - MOST_CHARACTERS:,}."
            )
        return text.strip()


def place_in_box(typed: str, position: int) -> int:
    """Return where a character of the cleaned text stands in what was typed, as a browser counts (UTF-16).

    Spaces at the beginning were taken off, and letters with marks put together, before it was read.
    """
    box = _lines(typed)
    start = len(box) - len(box.lstrip())
    if unicodedata.is_normalized("NFC", box):
        return in_browser(box, start + position)
    ends = range(start, len(box) + 1)
    before = bisect_right(ends, position, key=lambda end: len(unicodedata.normalize("NFC", box[start:end])))
    return in_browser(box, start + before - 1)


def in_browser(box: str, position: int) -> int:
    """Return a position in a text as a browser counts: in units of UTF-16, a line's end as one."""
    return len(_lines(box[:position]).encode("utf-16-le", "surrogatepass")) // 2


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
