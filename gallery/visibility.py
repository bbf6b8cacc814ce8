"""Who sees an image. One that goes private gets new names for its renditions (PERM-03).

Renditions are served by name alone, by whatever server stands in front: an address that a
colleague kept must lead nowhere once the image is its maker's only.
"""

import shutil

from django.conf import settings
from django.db import transaction

from gallery import cards
from studio.generation.models import Image, Visibility, picture_token


def show(image: Image, wanted: Visibility) -> None:
    """Show an image to the team, or to its maker only; of two who say so at once, one does it."""
    if image.visibility == wanted:
        return
    former = image.token
    token = _copied(image) if wanted == Visibility.PRIVATE else former
    with transaction.atomic():
        ours = Image.objects.filter(pk=image.pk, token=former).exclude(visibility=wanted)
        won = ours.update(visibility=wanted, token=token)
        if won:
            cards.refresh([image.pk])
    if token != former:  # those go last: whenever this stops, the row names files that are there
        _remove(former if won else token)
    image.refresh_from_db(fields=["visibility", "token"])


def _copied(image: Image) -> str:
    """Copy the renditions under a new name, and return it; the old name where there are none.

    They go meanwhile when somebody else was first: nothing is left of the copy then. Raises OSError.
    """
    if not (settings.PICTURES / image.token).is_dir():
        return image.token
    token = picture_token()
    try:
        shutil.copytree(settings.PICTURES / image.token, settings.PICTURES / token)
    except OSError:  # shutil's own among them
        _remove(token)
        if Image.objects.filter(pk=image.pk, token=image.token).exists():
            raise
        return image.token
    return token


def _remove(token: str) -> None:
    shutil.rmtree(settings.PICTURES / token, ignore_errors=True)
