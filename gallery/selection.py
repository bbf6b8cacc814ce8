"""Which images a form means: those ticked, or all that a search finds (C19).

A ticked image that the member may not see is refused as if it were not there, and counted; nothing
says which it was.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from gallery import queries
from gallery.filters import Filters
from gallery.filters import read as read_filters
from studio.accounts.models import Member
from studio.generation.access import visible_images
from studio.generation.models import Image

MOST = 50_000  # images of one action
EVERYTHING = Filters()
MOST_TICKED = 5_000  # ids that a form brings; more than that are chosen by a search


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Images by their ids, or all that `search` finds up to the newest that the page knew of."""

    uuids: tuple[UUID, ...] = ()
    unreadable: int = 0  # ids that are none
    all: bool = False
    search: Filters = EVERYTHING
    upto: int | None = None

    @property
    def empty(self) -> bool:
        """Say whether nothing was chosen."""
        return not (self.all or self.uuids or self.unreadable)

    def images(self, member: Member) -> QuerySet[Image]:
        """Return those that the member may see."""
        if not self.all:
            return visible_images(member).filter(uuid__in=self.uuids)
        found = queries.found(member, self.search)
        return found.filter(pk__lte=self.upto) if self.upto is not None else found

    def refused(self, seen: int) -> int:
        """Return how many were asked for that are not there to be seen, where so many are."""
        return 0 if self.all else len(self.uuids) + self.unreadable - seen


def read(request: HttpRequest) -> Selection:
    """Return what a form or an address chose: `image=…` each or `images=… …` in one, or `all=1`.

    With `all` the search is that of the address.
    """
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("all") == "1":
        upto = asked.get("upto", "")
        return Selection(
            all=True,
            search=read_filters(request.GET),
            upto=int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 19 else None,
        )
    return of(_texts(asked))


def of(texts: list[str]) -> Selection:
    """Return the selection of these ids; one that is written twice counts once."""
    texts = list(dict.fromkeys(texts))[:MOST_TICKED]
    uuids = dict.fromkeys(uuid for text in texts if (uuid := _uuid(text)) is not None)
    return Selection(uuids=tuple(uuids), unreadable=sum(_uuid(text) is None for text in texts))


def _texts(asked: QueryDict) -> list[str]:
    joined = " ".join(asked.getlist("images")).split()
    return [*(one for one in asked.getlist("image") if one), *joined]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
