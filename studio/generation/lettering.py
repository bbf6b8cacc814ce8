"""Words drawn on a picture in the house's letters: measured, wrapped and never cut. It may touch font files.

Letters that the house's font lacks are taken from a font of the machine, where one has them.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from django.contrib.staticfiles import finders
from PIL import ImageDraw, ImageFont

HOUSE = ("fonts/geist-latin.woff2", "fonts/geist-latin-ext.woff2")
MACHINE = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "NotoEmoji-Regular.ttf")
NOBODYS = "\U0010ffff"  # a letter that no font has: what it is drawn as, a missing one is
LEADING = 1.35


class Pen:
    """One size and weight of letters. Sizes in pixels; a pen belongs to one thread."""

    def __init__(self, size: int, *, weight: int = 400) -> None:
        self.line = round(size * LEADING)
        self._fonts = list(_fonts(size, weight))
        self._none = [bytes(font.getmask(NOBODYS)) for font in self._fonts]
        self._of: dict[str, int | None] = {}

    def width(self, text: str) -> float:
        """Return how wide a line is."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def wrapped(self, text: str, width: float) -> list[str]:
        """Return a text in lines no wider than that; a word that is wider is broken, nothing is left out."""
        lines = [""]
        for word in re.findall(r"\S+\s*", text):
            if self.width(lines[-1] + word.rstrip()) <= width:
                lines[-1] += word
                continue
            *whole, last = self._broken(word, width)
            lines += [*whole, last]
        return [line.rstrip() for line in lines if line] or [""]

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], lines: Sequence[str], fill: str
    ) -> None:
        """Draw lines below each other, the first one's top at a point."""
        x, y = at
        for line in lines:
            across = x
            for font, run in self._runs(line):
                draw.text((across, y + self.line * 0.8), run, font=font, fill=fill, anchor="ls")
                across += font.getlength(run)
            y += self.line

    def height(self, lines: Sequence[str]) -> int:
        """Return how high so many lines are."""
        return self.line * len(lines)

    def lacks(self, text: str) -> bool:
        """Say whether no font at hand has some letter of a text."""
        return any(self._index(letter) is None for letter in set(text) if not letter.isspace())

    def _broken(self, word: str, width: float) -> list[str]:
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def _runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        for index, letters in groupby(text, key=lambda letter: self._index(letter) or 0):
            yield self._fonts[index], "".join(letters)

    def _index(self, letter: str) -> int | None:
        """Return the first font that has a letter, None where none has it."""
        if letter not in self._of:
            drawn = enumerate(bytes(font.getmask(letter)) for font in self._fonts)
            has = (index for index, mask in drawn if letter == " " or mask != self._none[index])
            self._of[letter] = next(has, None)
        return self._of[letter]


def _fonts(size: int, weight: int) -> Iterator[ImageFont.FreeTypeFont]:
    for name in HOUSE:
        font = ImageFont.truetype(_house(name), size)
        font.set_variation_by_axes([weight])
        yield font
    for name in MACHINE:
        try:
            yield ImageFont.truetype(name, size)
        except OSError:
            continue  # this machine does not have it


@cache
def _house(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return found
