"""Whether who made an image may approve it: the team's rule, or that of its project (C12, E8). Reads."""

from collections.abc import Collection

from gallery.models import ReviewRule
from studio.generation import many


def binds(ids: Collection[int]) -> frozenset[int]:
    """Return those of these images that somebody else has to approve. Two queries at the most."""
    if not ids:
        return frozenset()
    if ReviewRule.present().others_approve:
        return frozenset(ids)
    theirs = many.images(ids).filter(job__run__project__others_approve=True)
    return frozenset(theirs.values_list("pk", flat=True))
