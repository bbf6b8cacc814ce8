"""Gives stars: each member their own (C10)."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from gallery import changes
from gallery.models import Rating
from gallery.models.judging import MOST_STARS
from gallery.refusals import Impossible
from studio.accounts.models import Member
from studio.generation.models import Image


def stars_of(text: str) -> int:
    """Return the stars that a form asks for, 0 to take one's own away. Raises Impossible."""
    if text.isascii() and text.isdigit() and len(text) == 1 and int(text) <= MOST_STARS:
        return int(text)
    raise Impossible(f"An image gets one to {MOST_STARS} stars.")


def rate(member: Member, images: Collection[Image], stars: int) -> None:
    """Give images a member's stars, 0 for none any more."""
    ids = [image.pk for image in images]
    with transaction.atomic():
        if stars:
            now = timezone.now()
            Rating.objects.bulk_create(
                [Rating(image_id=pk, member=member, stars=stars, at=now) for pk in ids],
                update_conflicts=True,
                update_fields=["stars", "at"],
                unique_fields=["image", "member"],
                batch_size=500,
            )
        else:
            Rating.objects.filter(member=member, image__in=ids).delete()
        changes.note(ids)
