"""For open walls: the cards that were written since a page was drawn, as far as its search finds them (C1).

A colleague's new image comes first of its day, or a line says that there are new ones; a card whose image was
rated, decided or talked of is drawn anew in its place. Nothing new is one look into an index.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gallery import cards, queries, rows, search, wall
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


def of(known: Known, filters: Filters, since: Since) -> dict[str, Any]:
    """Return what templates/gallery/news.html reads; `changed` is "" where nothing is new."""
    seen = Card.objects.filter(Q(seen_by=TEAM) | Q(seen_by=known.me), version__gt=since.version)
    found = list(seen.order_by("-version").values_list("pk", "version")[:MOST])
    if not found:
        return {"since": since, "changed": "", "fresh": "", "many": False}
    asked = search.of(known.member, search.read(filters.said), known)
    fitting = asked.matching().filter(pk__in=[pk for pk, _ in found]).values_list("pk", flat=True)
    shown = [row for row in rows.read(known.member, list(fitting)) if row.seen]
    fresh = [row for row in shown if row.pk > since.newest]
    old = [row for row in shown if row.pk <= since.newest]
    page = queries.Wall(images=tuple(shown), following=None)
    newest = max([since.newest, *(row.pk for row in fresh)])
    return {
        "since": replace(since, version=max(version for _, version in found), newest=newest),
        "changed": wall.anew(old, known, asked, filters, page),
        "fresh": wall.fresh(fresh, known, asked, filters, page, timezone.localdate()),
        "many": len(found) == MOST,
        "count": len(fresh),
        "today": f"day-{timezone.localdate().isoformat()}",
    }
