"""What there is to search for, as far as one member may see it: counts of facets, names of people and boards.

Read from the kept tallies, of the team and of the member's own private images; another's private images
are in none of it. Each part is read once, when it is first asked for.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache, cached_property
from html import escape

from django.db.models import Q, QuerySet

from gallery import facts
from gallery.facts import Named
from gallery.models import Tally
from gallery.models.card import TEAM
from gallery.tokens import ALL, words
from studio.accounts.access import visible_projects
from studio.accounts.models import Member
from studio.prepared import Rows, text


class Known:
    """The facets that a member may see, with their counts."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.me = member.pk.hex
        self._kinds: dict[str, Counter[str]] = {}
        self._private = 0
        self._manner = (False, False)

    def kind(self, kind: str) -> Mapping[str, int]:
        """Return the values of a kind of facet with their counts; kind: the letter of its tokens."""
        if kind not in self._kinds:
            self.read(kind)
        return self._kinds[kind]

    def read(self, kinds: str) -> None:
        """Read several kinds at once. One query."""
        self._kinds |= {letter: Counter() for letter in kinds}
        for token, seen_by, count in _counts(kinds)(me=self.me):
            self._kinds[token[1]][token[2:]] += count
            if token == ALL and seen_by:
                self._private = count

    def tallied(self, kind: str, values: Collection[str]) -> Mapping[str, int]:
        """Return the counts of some values of a kind. One query."""
        found: Counter[str] = Counter()
        tokens = [f"_{kind}{value}" for value in values]
        for token, count in self._tallies().filter(token__in=tokens).values_list("token", "count"):
            found[token[2:]] += count
        return found

    def those(self, tokens: Collection[str]) -> list[str]:
        """Return those of some tokens that any image has. One query."""
        found = set(self._tallies().filter(token__in=tokens).values_list("token", flat=True))
        return [token for token in tokens if token in found]

    @cached_property
    def people(self) -> list[Named]:
        """Return all members, by name. One query, with the member's own manner."""
        people = []
        for pk, name, email, paged, stacked in _PEOPLE():
            people.append(Named(id=pk.hex, name=name or email))
            if pk == self.member.pk:
                self._manner = (bool(paged), bool(stacked))
        return people

    @property
    def paged(self) -> bool:
        """Say whether the member has the wall a page at a time."""
        return bool(self.people) and self._manner[0]

    @property
    def stacked(self) -> bool:
        """Say whether the member has the images of a run in one card."""
        return bool(self.people) and self._manner[1]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Return the names of all members by their hex ids, ready for a page."""
        return {one.id: escape(one.name) for one in self.people}

    @cached_property
    def makers(self) -> list[Named]:
        """Return who made images that the member may see, by name."""
        made = self.kind("m")
        return [one for one in self.people if one.id in made]

    @cached_property
    def spelled(self) -> Mapping[tuple[str, ...], int]:
        """Return how many of those who made images have a name of these words."""
        return Counter(tuple(words(one.name)) for one in self.makers)

    @cached_property
    def private(self) -> int:
        """Return how many images only the member sees."""
        self.kind("a")
        return self._private

    @cached_property
    def tags(self) -> list[Named]:
        """Return the tags."""
        return facts.tags()

    @cached_property
    def boards(self) -> list[Named]:
        """Return the boards that the member may see."""
        return facts.boards(self.member)

    @cached_property
    def projects(self) -> list[Named]:
        """Return the projects that the member may open, by name; what is of none is in no project's name."""
        seen = visible_projects(self.member).order_by("folded").values_list("pk", "name")
        return [Named(id=pk.hex, name=name) for pk, name in seen]

    def _tallies(self) -> QuerySet[Tally]:
        return Tally.objects.filter(seen_by__in=[TEAM, self.me], count__gt=0)


_PEOPLE = Rows(
    lambda: Member.objects.order_by("name", "email").values_list(
        "pk", "name", "email", "manner__paged", "manner__stacked"
    )
)


@cache
def _counts(kinds: str) -> Rows[tuple[str, str, int]]:
    """Return the statement that reads the counts of kinds of facets, as far as a member sees them."""

    def asked() -> QuerySet[Tally, tuple[str, str, int]]:
        wanted = Q()
        for letter in kinds:
            wanted |= Q(token__gte=f"_{letter}", token__lt=f"_{chr(ord(letter) + 1)}")
        seen = Q(seen_by=TEAM) | Q(seen_by=text("me"))
        return Tally.objects.filter(seen, wanted, count__gt=0).values_list("token", "seen_by", "count")

    return Rows(asked)
