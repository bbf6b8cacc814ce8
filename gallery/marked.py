"""Where a search's words stand in a prompt: the piece around the first, with each of them marked. Pure."""

import re
from collections.abc import Iterable
from html import escape

from gallery import tokens
from gallery.query import Query

AROUND = 80  # characters that a tile has room for
BEFORE = 24  # of them before the first match
WORD = re.compile(r"[^\W_]+")


class Marker:
    """What a search's words look like in a text. `starts`: as beginnings of words, too."""

    def __init__(self, query: Query, *, starts: bool) -> None:
        self.whole = {token for word in query.wanted for token in word.tokens}
        begun = [word.tokens[-1] for word in query.wanted if starts or word.start]
        self.begun = tuple(token for token in begun if len(token) > 1)

    def __bool__(self) -> bool:
        return bool(self.whole)

    def title(self, prompt: str) -> str:
        """Return a piece of a prompt as HTML, its matches in <mark>; its beginning where there is none."""
        spans = [match.span() for match in WORD.finditer(prompt) if self._fits(match.group())]
        if not spans:
            return escape(prompt[:AROUND])
        start = 0 if spans[0][1] <= AROUND else max(0, spans[0][0] - BEFORE)
        return ("…" if start else "") + _marked(prompt, start, start + AROUND, spans)

    def finds(self, prompt: str) -> bool:
        """Say whether any of the words stands in a prompt itself."""
        return any(self._fits(match.group()) for match in WORD.finditer(prompt))

    def _fits(self, word: str) -> bool:
        return any(
            one in self.whole or (self.begun and one.startswith(self.begun)) for one in tokens.words(word)
        )


def _marked(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    parts, at = [], start
    for low, high in spans:
        if low >= end:
            break
        if low >= at:
            parts += [escape(text[at:low]), f"<mark>{escape(text[low : min(high, end)])}</mark>"]
            at = min(high, end)
    return "".join([*parts, escape(text[at:end])])
