"""Fetch the entries of word lists for a template: each list once, its plain words apart from what varies.

An entry is an option of a choice: it may begin with a weight (`2::red`), and may be a template itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

from studio.prompts.grammar import parse_entry, weighed
from studio.prompts.lists import Lists
from studio.prompts.syntax import Option, PromptError, Sequence, Text

MOST_ENTRIES = 50_000  # of all lists of a template together
MOST_NAMES_COMPARED = 1_000  # for “did you mean”

SPECIAL = ("{", "}", "\\", "$", "#", "\0", "__", "::")
BEGINS_SOMETHING = re.compile("|".join(map(re.escape, SPECIAL)))

parsed = lru_cache(maxsize=8_192)(parse_entry)


class Entries:
    """The entries of the lists that one template asks for."""

    def __init__(self, lists: Lists) -> None:
        """Ask these lists."""
        self.lists = lists
        self.known: dict[str, tuple[str, ...]] = {}
        self.fetched = 0

    def of(self, name: str, start: int) -> tuple[str, ...]:
        """Return the entries of a list or a glob, none twice.

        Raises PromptError at `start` where there is no such list, none in it, or more than can be.
        """
        if name not in self.known:
            found = self.lists.entries(name)
            if found is None:
                raise unknown(name, start, self.lists.names())
            self.fetched += len(found)
            if self.fetched > MOST_ENTRIES:
                says = f"the word lists asked for up to __{name}__ hold {self.fetched:,} entries together: "
                raise error(
                    start, f"{says}{MOST_ENTRIES:,} are the most. Ask for fewer lists.", "fewer lists"
                )
            self.known[name] = tuple(dict.fromkeys(filter(str.strip, found)))
            if not self.known[name]:
                raise error(
                    start, f"the word list “{name}” is empty. Add words to it.", "a list with entries"
                )
        return self.known[name]


def plain(entries: tuple[str, ...]) -> bool:
    """Say whether no entry has anything but words. Looks at all of them at once."""
    everything = "\n".join(entries)
    return not any(special in everything for special in SPECIAL)


def option(entry: str) -> str | Option:
    """Return an entry as plain words, or as an option of its weight. Raises PromptError within the entry."""
    if not BEGINS_SOMETHING.search(entry):
        return entry
    weight, begins = weighed(entry)
    if not BEGINS_SOMETHING.search(entry, begins):
        return Option(body=Sequence(parts=(Text(words=entry[begins:], start=begins),)), weight=weight)
    return Option(body=parsed(entry, begins), weight=weight)


def error(start: int, says: str, expected: str) -> PromptError:
    """Return an error that names its character."""
    return PromptError(f"Character {start + 1}: {says}", start, expected)


def unknown(name: str, start: int, names: Collection[str]) -> PromptError:
    """Return the error for a list that is not there, with the name that may have been meant."""
    if any(sign in name for sign in "*?"):
        says = f"no word list has a name like “{name}”."
    else:
        says = f"there is no word list “{name}”."
    close = get_close_matches(name, list(names)[:MOST_NAMES_COMPARED], n=1, cutoff=0.6)
    mend = (
        f"Did you mean “{close[0]}”?"
        if close
        else "Make it in the library, or write the words as {one|other}."
    )
    return error(start, f"{says} {mend}", "a list’s name")
