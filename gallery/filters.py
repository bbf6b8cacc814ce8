"""What the gallery is asked for, out of an address and back into one. Pure.

The filter is the address: it can be kept, sent to a colleague, and gone back to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

MOST_WORDS = 24
MOST_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Words that must all occur in the prompt, whose images, and whether only private ones."""

    words: str = ""
    member: UUID | None = None
    mine: bool = False
    private: bool = False

    @property
    def terms(self) -> list[str]:
        """Return the words one by one."""
        return self.words.split()[:MOST_WORDS]

    @property
    def said(self) -> str:
        """Return the whole of it in the language of searches (gallery.query)."""
        more = [f"by:{self.member}"] if self.member else []
        more += ["is:mine"] if self.mine else []
        more += ["is:private"] if self.private else []
        return " ".join([self.words, *more]).strip()

    @property
    def any(self) -> bool:
        """Say whether anything is filtered at all."""
        return self != Filters()

    @property
    def query(self) -> str:
        """Return the filter as the end of an address: "" or "?…"."""
        return self.with_query()

    def with_query(self, **more: object) -> str:
        """Return the filter and some more as the end of an address."""
        pairs: dict[str, object] = {}
        if self.words:
            pairs["q"] = self.words
        if self.member:
            pairs["member"] = self.member
        if self.mine:
            pairs["mine"] = 1
        if self.private:
            pairs["private"] = 1
        pairs |= more
        return f"?{urlencode(pairs)}" if pairs else ""

    def only(self, *, member: UUID | None = None, mine: bool = False, private: bool = False) -> "Filters":
        """Return the same words for other images."""
        return replace(Filters(words=self.words), member=member, mine=mine, private=private)


def read(asked: Mapping[str, str]) -> Filters:
    """Return the filter of an address; what makes no sense in it is left out."""
    return Filters(
        words=" ".join(asked.get("q", "").replace("\0", " ").split())[:MOST_CHARACTERS],
        member=_uuid(asked.get("member", "")),
        mine=asked.get("mine") == "1",
        private=asked.get("private") == "1",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
