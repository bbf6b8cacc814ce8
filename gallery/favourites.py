"""A member's own favourites (C11). Writes Favourite's rows; nobody else learns of them."""

from django.db import transaction

from gallery import cards
from gallery.models import Favourite
from studio.accounts.models import Member
from studio.generation.models import Image


def keep(member: Member, image: Image, *, on: bool) -> None:
    """Make an image a favourite of the member's, or one no longer. Said twice, nothing more happens."""
    with transaction.atomic():
        if on:
            Favourite.objects.get_or_create(member=member, image=image)
        else:
            Favourite.objects.filter(member=member, image=image).delete()
        cards.refresh([image.pk])


def has(member: Member, image: Image) -> bool:
    """Say whether an image is one of the member's favourites."""
    return Favourite.objects.filter(member=member, image=image).exists()
