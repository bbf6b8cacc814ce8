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
    """Show an image to the team, or to its maker only."""
    if image.visibility == wanted:
        return
    former = image.token
    image.visibility = wanted
    if wanted == Visibility.PRIVATE and (settings.PICTURES / former).is_dir():
        image.token = picture_token()
        shutil.copytree(settings.PICTURES / former, settings.PICTURES / image.token)
    with transaction.atomic():
        image.save(update_fields=["visibility", "token"])
        cards.refresh([image.pk])
    if (
        image.token != former
    ):  # the old names go last: whenever this stops, the row names files that are there
        shutil.rmtree(settings.PICTURES / former, ignore_errors=True)
