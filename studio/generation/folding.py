"""Text as it is searched: words without case and accents, each once. Pure (A21)."""

import re
import unicodedata
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, folded: “Café, at DAWN” gives cafe, at, dawn."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def folded(texts: Iterable[str]) -> str:
    """Return the words of all these texts, each once."""
    return " ".join(dict.fromkeys(word for text in texts for word in words_of(text)))
