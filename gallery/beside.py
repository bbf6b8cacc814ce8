"""What stands beside the wall besides its places, read at once: boards, saved searches, what was done last.

One query for all of it: the wall has few to spare (C2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from gallery import boards, deeds
from gallery.models import Board, Deed, SavedSearch
from studio.accounts.models import Member
from studio.prepared import Rows, moment, uuid

TEXT = CharField()
BOARD, SEARCH, DEED = "b", "s", "d"
COLUMNS = ("kind", "key", "called", "more", "address", "place")


type Told = tuple[str, str, str, str, str, int]
"""A row as it is read, of COLUMNS: all that is drawn of a board is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smart:
    """A saved search: its name, the end of the address that opens it, whose it is ("" for one's own)."""

    name: str
    query: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Boards in their order, searches, and what can be taken back: an id and a sentence."""

    rows: tuple[Told, ...]
    searches: tuple[Smart, ...]
    last: tuple[UUID, str] | None

    @property
    def boards(self) -> tuple[Board, ...]:
        """Return the boards; read them only: pages on which they are the same share them."""
        return boards_of(self.rows)


def read(member: Member) -> Beside:
    """Return what a member finds beside the wall. One query."""
    rows = _ALL(me=member.pk, since=timezone.now() - deeds.SHOWN)
    lasts = [(UUID(key), name) for kind, key, name, *_ in rows if kind == DEED]
    return Beside(
        rows=tuple(_sorted(rows, BOARD)),
        searches=tuple(Smart(name=row[2], query=row[4], of=row[3]) for row in _sorted(rows, SEARCH)),
        last=lasts[0] if lasts else None,
    )


def _sorted(rows: Iterable[Any], kind: str) -> list[Told]:
    return sorted((row for row in rows if row[0] == kind), key=lambda row: (row[5], row[2].casefold()))


@lru_cache(maxsize=100)
def boards_of(rows: tuple[Told, ...]) -> tuple[Board, ...]:
    """Return boards as they were read; forty of them take longer to be made than all else beside the wall."""
    return tuple(_board(row) for row in rows)


def _board(row: Told) -> Board:
    folder = UUID(row[3]) if row[3] else None
    return Board(pk=UUID(row[1]), name=row[2], parent_id=folder, by_id=UUID(row[4]), position=row[5])


def _boards() -> Any:
    folder = Coalesce(Cast("parent", TEXT), Value("", output_field=TEXT))
    return _rows(boards.there(), BOARD, F("name"), folder, Cast("by", TEXT), F("position"))


def _searches() -> Any:
    own = Q(member=uuid("me"))
    seen = SavedSearch.objects.filter(own | Q(shared=True))
    of = Case(When(own, then=Value("", output_field=TEXT)), default=F("member__name"), output_field=TEXT)
    place = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    return _rows(seen, SEARCH, F("name"), of, F("query"), place)


def _deeds() -> Any:
    newest = Deed.objects.filter(member=uuid("me")).order_by("-at").values("pk")[:1]
    recent = Q(pk=Subquery(newest), undone_at=None, done__gt=0, at__gt=moment("since"))
    nothing = Value("", output_field=TEXT)
    return _rows(Deed.objects.filter(recent), DEED, F("sentence"), nothing, nothing, Value(0))


def _rows(rows: QuerySet[Any], kind: str, called: Any, more: Any, address: Any, place: Any) -> Any:
    told = rows.order_by().annotate(
        kind=Value(kind, output_field=TEXT),
        key=Cast("pk", TEXT),
        called=Cast(called, TEXT),
        more=Cast(more, TEXT),
        address=Cast(address, TEXT),
        place=Cast(place, IntegerField()),
    )
    return told.values_list(*COLUMNS)


_ALL = Rows(lambda: _boards().union(_searches(), _deeds(), all=True))
