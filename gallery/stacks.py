"""Images of one run folded into one card, its newest, with a count (C23).

A page is read in bites: the newest ids, what else of their runs is in the search, and of each run the newest
alone. So a run is one card however far its images lie apart, and a page costs a few queries at any depth.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gallery.models import Card
from gallery.search import Search

BITE = 150  # ids looked at at once
MOST_BITES = 4  # of one page: where runs are large, it has fewer cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """The ids of a page's cards with the number of images each stands for, and where the next page begins."""

    counts: dict[int, int]
    following: int | None


def page(search: Search, before: int | None, size: int) -> Folded:
    """Return a page of folded cards."""
    counts: dict[int, int] = {}
    for _ in range(MOST_BITES):
        ids = search.ids(before, BITE)
        newest = heads(search, ids)
        for pk in ids:
            before = pk
            if pk in newest:
                counts[pk] = newest[pk]
                if len(counts) == size:
                    return Folded(counts=counts, following=pk)
        if len(ids) < BITE:
            return Folded(counts=counts, following=None)
    return Folded(counts=counts, following=before)


def heads(search: Search, ids: Sequence[int]) -> dict[int, int]:
    """Return, of the runs of some images, the newest image in the search, with how many there are."""
    runs = Card.objects.filter(pk__in=ids).values("run")
    kin = Card.objects.filter(run__in=runs).values_list("run", "pk")
    found = set(ids) | _within(search, [pk for _, pk in kin])
    by_run: defaultdict[UUID, list[int]] = defaultdict(list)
    for run, pk in kin:
        if pk in found:
            by_run[run].append(pk)
    return {max(pks): len(pks) for pks in by_run.values()}


def _within(search: Search, ids: Sequence[int]) -> set[int]:
    return set(search.matching().filter(pk__in=ids).values_list("pk", flat=True))
