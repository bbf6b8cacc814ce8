"""The team's word lists as the language reads them: asked for by name, loaded only when a template does.

Reads WordList. The pages' changes are in `studio.prompts.keeping`.
"""

from collections.abc import Sequence

from studio.prompts.listtext import entries_of
from studio.prompts.mentions import matching
from studio.prompts.models import PRESENT, WordList

MOST_AT_ONCE = 2_000_000  # characters: so much text is loaded in one query rather than list by list


def team_lists() -> "TeamLists":
    """Return the team's lists as they are now, for the length of one request (A7)."""
    return TeamLists()


class TeamLists:
    """Names in one query, texts in a second one: what a name needs comes with it.

    A template without lists takes none. Only where the team has more than two million characters is
    each further name that a template asks for a query of its own.
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[int, list[str]]] | None = None  # name -> size, needs
        self._entries: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, tuple[str, ...] | None] = {}

    def names(self) -> Sequence[str]:
        """Return every list's name, in order."""
        return list(self._known())

    def entries(self, name: str) -> Sequence[str] | None:
        """Return the entries of a list, or of all that a glob means, each once; None where there is none."""
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def _look(self, asked: str) -> tuple[str, ...] | None:
        names = matching(asked, self._known())
        if not names:
            return None
        if any(name not in self._entries for name in names):
            self._load(names)
        entries = (entry for name in names for entry in self._entries.get(name, ()))
        return tuple(dict.fromkeys(entries))

    def _known(self) -> dict[str, tuple[int, list[str]]]:
        if self._rows is None:
            rows = WordList.objects.filter(PRESENT).values_list("name", "size", "needs").order_by("name")
            self._rows = {name: (size, needs) for name, size, needs in rows}
        return self._rows

    def _load(self, names: Sequence[str]) -> None:
        """Read texts: everybody's where they are few, else of these lists and of all that they ask for."""
        rows = self._known()
        wanted = rows.keys() - self._entries.keys()
        if sum(rows[name][0] for name in wanted) > MOST_AT_ONCE:
            wanted = self._closure(names) - self._entries.keys()
        texts = WordList.objects.filter(PRESENT, name__in=wanted).values_list("name", "text")
        self._entries |= {name: entries_of(text) for name, text in texts}

    def _closure(self, names: Sequence[str]) -> set[str]:
        rows, found, asked = self._known(), set[str](), list(names)
        while asked:
            name = asked.pop()
            if name not in found:
                found.add(name)
                asked += [met for need in rows[name][1] for met in matching(need, rows)]
        return found
