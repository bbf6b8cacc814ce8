"""Text into words, and facts into facets, both as tokens that any index can hold. Pure.

A word is letters and digits, folded: no case, no accents. A facet is a word that begins with “_”, which
no word of a text does; so the two can stand in one index. The databases split at spaces and nothing
else: what a word is, is decided here, the same for both.
"""

import re
import unicodedata
from datetime import date

LONGEST = 64  # characters of a word; what is longer is cut, in texts and in questions alike
BREAK = "_"  # stands between two texts, so that no phrase goes across
TOGETHER = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]|[^\W_぀-ヿ㐀-鿿豈-﫿]+")

ALL = "_all"
GENERAL = "none"  # of no project
SHORT = 16  # hex digits that tell runs and experiments apart
UNCOUNTED = frozenset("unv")  # kinds with a value for nearly every image: nobody is told how many
SEEN_BY_TEAM = "_vt"


def fold(text: str) -> str:
    """Return a text without case and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()  # taken apart first: some signs hide capitals
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the words of a text in their order; of scripts that write no spaces, sign by sign."""
    return [word[:LONGEST] for word in TOGETHER.findall(fold(text))]


def text(*parts: str) -> str:
    """Return texts as the tokens of one, with a break between."""
    return f" {BREAK} ".join(" ".join(words(part)) for part in parts if part)


def seen_by(member: str) -> str:
    """Return the token of what only a member sees; member: a hex id, "" for the team."""
    return f"_v{member}" if member else SEEN_BY_TEAM


def facet(kind: str, value: object) -> str:
    """Return the token of a fact; kind: one letter; value: what `plain` leaves as it is."""
    return f"_{kind}{value}"


def plain(value: str) -> str:
    """Return a value as it may stand in a token."""
    return re.sub(r"[^a-z0-9]", "", fold(value))[:LONGEST]


def days(day: date) -> tuple[str, str, str]:
    """Return the tokens of a day: its year, its month, itself."""
    return f"_d{day:%Y}", f"_d{day:%Y%m}", f"_u{day:%Y%m%d}"
