"""What the language asks of word lists: their entries by name or glob, and the names there are.

Who keeps them is not its business: the team's own are in the database (`wordlists.py`), tests pass
a mapping, and a template alone has none.
"""

from collections.abc import Sequence
from typing import Protocol


class Lists(Protocol):
    """Where `__season__` and `__people/**__` find their words (A7)."""

    def entries(self, name: str) -> Sequence[str] | None:
        """Return the entries of a list, or of all lists that a glob finds; None where there is none.

        Each entry is a template itself. `*` stands for any letters of a name within one folder, `**`
        for any folders as well.
        """

    def names(self) -> Sequence[str]:
        """Return the name of every list, for “did you mean”."""


class NoLists:
    """No word list at all: every name is one that is not there."""

    def entries(self, name: str) -> Sequence[str] | None:
        """Return None."""
        return None

    def names(self) -> Sequence[str]:
        """Return no name."""
        return ()


NO_LISTS: Lists = NoLists()
