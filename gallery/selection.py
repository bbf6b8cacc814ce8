"""Which images a form means: those ticked, or all that a search finds (C19).

A ticked image that the member may not see is refused as if it were not there, and counted; nothing
says which it was.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from gallery import queries
from gallery.filters import Filters
from gallery.filters import read as read_filters
from gallery.models import Card
from studio.accounts.models import Member
from studio.generation.access import visible_images
from studio.generation.models import Image

MOST = 50_000  # images of one action
EVERYTHING = Filters()
FOLDED = "*"  # behind the id of a card that stands for a run; what follows is for people's eyes
MOST_TICKED = 5_000  # ids that a form brings; more than that are chosen by a search


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Images by their ids, or all that `search` finds made until its page was drawn."""

    uuids: tuple[UUID, ...] = ()
    unreadable: int = 0  # ids that are none
    all: bool = False
    search: Filters = EVERYTHING
    upto: datetime | None = None

    @property
    def empty(self) -> bool:
        """Say whether nothing was chosen."""
        return not (self.all or self.uuids or self.unreadable)

    def images(self, member: Member) -> QuerySet[Image]:
        """Return those that the member may see."""
        if not self.all:
            return visible_images(member).filter(uuid__in=self.uuids)
        found = queries.found(member, self.search)
        return found.filter(created_at__lte=self.upto) if self.upto is not None else found

    def refused(self, seen: int) -> int:
        """Return how many were asked for that are not there to be seen, where so many are."""
        return 0 if self.all else len(self.uuids) + self.unreadable - seen


def read(request: HttpRequest) -> Selection:
    """Return what a form or an address chose: `image=…` each or `images=… …` in one, or `all=1`.

    With `all` the search is that of the address. A folded run's card (“…*9”) stands for all of its images
    that this search finds (C23).
    """
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("all") == "1":
        return Selection(all=True, search=read_filters(request.GET), upto=_moment(asked.get("upto", "")))
    texts = _texts(asked)
    folded = [uuid for text in texts if FOLDED in text and (uuid := _uuid(_alone(text))) is not None]
    beside = _folded(request, folded) if folded else []
    return of([*map(_alone, texts), *map(str, beside)])


def alone(request: HttpRequest) -> Selection:
    """Return the images ticked, of a folded run its newest alone."""
    return of([_alone(text) for text in _texts(request.POST)])


def of(texts: list[str]) -> Selection:
    """Return the selection of these ids; one that is written twice counts once."""
    texts = list(dict.fromkeys(texts))[:MOST_TICKED]
    uuids = dict.fromkeys(uuid for text in texts if (uuid := _uuid(text)) is not None)
    return Selection(uuids=tuple(uuids), unreadable=sum(_uuid(text) is None for text in texts))


def _texts(asked: QueryDict) -> list[str]:
    joined = " ".join(asked.getlist("images")).split()
    return [*(one for one in asked.getlist("image") if one), *joined]


def _alone(text: str) -> str:
    return text.partition(FOLDED)[0]


def _folded(request: HttpRequest, heads: list[UUID]) -> list[UUID]:
    """Return the images of the runs of some, as far as the address's search finds them. Two queries."""
    member = request.user
    assert isinstance(member, Member)
    seen = visible_images(member).filter(uuid__in=heads)
    runs = list(Card.objects.filter(image__in=seen).values_list("run", flat=True))
    found = queries.found(member, read_filters(request.GET)).filter(card__run__in=runs)
    return list(found.order_by("-pk").values_list("uuid", flat=True)[:MOST_TICKED])


def _moment(text: str) -> datetime | None:
    """Return the moment of Unix seconds as the page wrote them, None for anything else."""
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,6})?", text):
        return None
    return datetime.fromtimestamp(float(text), tz=UTC)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
