"""Takes the key, and what no screen or database should meet, out of what the provider said. Pure.

A provider may echo the key in an error, forwards or backwards (PRV-14), and may send control
characters, lone surrogates and pages of text (PRV-17).
"""

import html
import json
import unicodedata
from collections.abc import Mapping

from studio.doitong.secret import MASK, Secret

LONGEST_MESSAGE = 300  # characters
LEAST_SECRET = 16  # characters; a shorter word may stand in any text
LONGEST_TEXT = 4096  # bytes of an answer that are kept for the wire view
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, direction marks, surrogates, line separators


class Scrubber:
    """Knows the secrets of one client and removes them. It shows itself as nothing."""

    __slots__ = ("_secrets",)

    def __init__(self, *secrets: Secret) -> None:
        self._secrets = secrets

    def besides(self, secret: Secret) -> "Scrubber":
        """One that knows this secret too; the same one where it is too short to be any."""
        return Scrubber(*self._secrets, secret) if len(secret.reveal()) >= LEAST_SECRET else self

    def text(self, text: str) -> str:
        """`text` without the secrets, in any spelling that a JSON or HTML page gives them."""
        for secret in self._secrets:
            for spelling in _spellings(secret):
                text = text.replace(spelling, MASK)
        return text

    def message(self, text: object) -> str | None:
        """A provider's message fit for a person: one line of at most 300 characters, or None."""
        if not isinstance(text, str):
            return None
        # First the unseen characters, then the key: they might have been hiding it.
        line = " ".join("".join(map(_seen, text[: 64 * LONGEST_MESSAGE])).split())
        return self.text(line)[:LONGEST_MESSAGE] or None

    def excerpt(self, text: str) -> str:
        """The first 4 KB of an answer, scrubbed before it is cut so that no half key stays."""
        kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
        return self.text(kept).encode()[:LONGEST_TEXT].decode(errors="ignore")

    def document(self, document: Mapping[str, object]) -> dict[str, object]:
        """The same JSON object with every text in it scrubbed and storable (no NUL, no surrogate)."""
        return {self.text(_storable(name)): self.tree(item) for name, item in document.items()}

    def tree(self, value: object) -> object:
        """`document` for any JSON value."""
        match value:
            case str():
                return self.text(_storable(value))
            case Mapping():
                return self.document(value)
            case list():
                return [self.tree(item) for item in value]
            case _:
                return value


def _spellings(secret: Secret) -> list[str]:
    key = secret.reveal()
    if not key:
        return []
    forwards = {key, json.dumps(key)[1:-1], html.escape(key)}
    return sorted(forwards | {text[::-1] for text in forwards}, key=len, reverse=True)


def _seen(character: str) -> str:
    if character in "\t\r\n\u2028\u2029":
        return " "
    return "" if unicodedata.category(character) in _UNSEEN else character


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
