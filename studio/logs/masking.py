"""Hides in a line what must never be written down: keys, tokens, passwords (KEY-03, G8).

Two ways. By its looks: what follows a word such as “Bearer”, known beginnings of keys, long random words
such as those in the addresses of webhooks and guests. And by itself: a text that this process has opened is
known by a salted hash, so that it is found whatever it looks like, and nothing is kept that could leak.
"""

import re
import secrets
from hashlib import blake2b

MASK = "••••"
MOST_KNOWN = 4_096
SHORTEST = 6
_NAMED = re.compile(
    r"""(?ix) (\b bearer\s+
    | (?<![\w-]) [\w-]* (?:api[_-]?key|authorization|token|secret|passw(?:or)?d|signature)
      ["']?\s*[:=]\s* (?:bearer\s+|["'])?
    ) [^\s"',;&)}\]]{4,}"""
)
_BEGINS = re.compile(r"\b(?:sbx|(?:dk|sk|pk)_(?:live|test))_[A-Za-z0-9_-]+")
_RANDOM = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[A-Za-z0-9_-]{32,}", re.ASCII)
_WORD = re.compile(r"[\x21-\x7e]{6,}")
_EDGES = "\"'`()[]{}<>,;:=."
_salt = secrets.token_bytes(16)
_known: dict[bytes, None] = {}


def know(text: str) -> None:
    """Have a text masked wherever a line of this process would hold it as a word."""
    if len(text) < SHORTEST:
        return
    _known[_hashed(text)] = None
    while len(_known) > MOST_KNOWN:
        _known.pop(next(iter(_known)))


def masked(line: str) -> str:
    """Return a line without the secrets that can be told in it."""
    line = _NAMED.sub(rf"\1{MASK}", line)
    line = _RANDOM.sub(MASK, _BEGINS.sub(MASK, line))
    return _WORD.sub(_unless_known, line) if _known else line


def forget() -> None:
    """Know no text any more."""
    _known.clear()


def _unless_known(found: re.Match[str]) -> str:
    word = found[0]
    for part in {word, word.strip(_EDGES), *re.split(r"[\"'`()\[\]{}<>,;:=&?/\\]", word)}:
        if len(part) >= SHORTEST and _hashed(part) in _known:
            word = word.replace(part, MASK)
    return word


def _hashed(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), key=_salt, digest_size=16).digest()
