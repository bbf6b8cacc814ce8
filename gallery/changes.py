"""What follows when something was said of images: their cards, and what open pages of them show.

To be called inside the transaction of what changed.
"""

from collections.abc import Collection

from django.db.models import F

from gallery import cards
from gallery.models import Review, Status
from studio.generation import many


def note(ids: Collection[int]) -> None:
    """Count one more change of each of these images. As many statements for ten thousand as for one."""
    begin(ids)
    Review.objects.filter(image__in=many.among(ids)).update(said=F("said") + 1)
    cards.refresh(ids)


def begin(ids: Collection[int]) -> None:
    """Give each of these images a review, open, where it has none. One statement."""
    many.add(Review, ids, status=Status.OPEN, number=0, said=0)
