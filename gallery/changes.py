"""What follows when something was said of images: their cards, and what open pages of them show.

To be called inside the transaction of what changed.
"""

from collections.abc import Collection
from itertools import batched

from django.db.models import F

from gallery import cards
from gallery.models import Review


def note(ids: Collection[int]) -> None:
    """Count one more change of each of these images. Few statements, however many."""
    Review.objects.bulk_create([Review(image_id=pk) for pk in ids], ignore_conflicts=True, batch_size=500)
    for some in batched(ids, cards.AT_ONCE, strict=False):
        Review.objects.filter(pk__in=some).update(said=F("said") + 1)
    cards.refresh(ids)
