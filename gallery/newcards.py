"""For open walls: the cards that were written since a page was drawn, as far as its search finds them (C1).

A colleague's new image comes first of its day, or a line says that there are new ones; a card whose image was
rated, decided or talked of is drawn anew in its place; one that was thrown away, hidden or moved to where the
page's search does not find it is taken away. Nothing new is two looks into indexes.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from gallery import cards, queries, rows, search, stacks, wall
from gallery import gone as departed
from gallery.filters import Filters
from gallery.known import Known
from gallery.models import Card
from gallery.models.card import TEAM

MOST = 60  # cards of one answer; of more, the page is told to look anew
LATE = 3_000_000  # microseconds that a card may be written before it can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What an open page has seen: cards up to a version, images up to an id."""

    version: int
    newest: int


def start(newest: int | None) -> Since:
    """Return what a page that is drawn now has seen."""
    return Since(version=cards.now() - LATE, newest=newest or 0)


def of(known: Known, filters: Filters, since: Since, *, stacked: bool = False) -> dict[str, Any]:
    """Return what templates/gallery/news.html reads; `changed` and `gone` are empty where nothing is new.

    Gone from this page is what the member sees no longer, and what its search finds no more.
    Where runs are folded, a new image is only counted: the card that it comes before is not known here.
    """
    gone, upto = departed.since(known.member, since.version)
    found = _changed(known, since)
    if not found:
        return _nothing(since) | {
            "since": replace(since, version=upto),
            "gone": gone,
            "many": _full(gone, stacked),
        }
    asked = search.of(known.member, search.read(filters.said), known)
    fitting = set(asked.matching().filter(pk__in=found).values_list("pk", flat=True))
    read = [row for row in rows.read(known.member, list(found)) if row.seen]
    counts = stacks.heads(asked, list(fitting)) if stacked and fitting else {}
    shown = [row for row in read if row.pk in fitting]
    moved = [_uuid(row) for row in read if row.pk not in fitting]
    fresh = [row for row in shown if row.pk > since.newest]
    old = [row for row in shown if row.pk <= since.newest]
    page = queries.Wall(images=tuple(shown), following=None, stacks=counts)
    newest = max([since.newest, *(row.pk for row in fresh)])
    return {
        "since": Since(version=max(upto, *found.values()), newest=newest),
        "changed": wall.anew(old, known, asked, filters, page),
        "fresh": "" if stacked else wall.fresh(fresh, known, asked, filters, page, timezone.localdate()),
        "gone": [*gone, *moved],
        "many": len(found) == MOST or _full(gone, stacked),
        "count": len(fresh),
        "today": f"day-{timezone.localdate().isoformat()}",
    }


def _changed(known: Known, since: Since) -> dict[int, int]:
    """Return the newest versions of cards that the member sees, by their ids."""
    seen = Card.objects.filter(Q(seen_by=TEAM) | Q(seen_by=known.me), version__gt=since.version)
    return dict(seen.order_by("-version").values_list("pk", "version")[:MOST])


def _nothing(since: Since) -> dict[str, Any]:
    return {"since": since, "changed": "", "fresh": "", "gone": [], "many": False, "count": 0}


def _full(gone: list[str], stacked: bool) -> bool:
    """Say whether taking tiles away is not all: they are many, or another of a run comes first now."""
    return len(gone) >= departed.MOST or (stacked and bool(gone))


def _uuid(row: rows.Row) -> str:
    return str(UUID(row.uuid))
