"""The colours of images that were drawn before colours were kept, found bit by bit (C24).

A few bells a minute, the newest images first; each is answered by a worker, whose painter looks at the
original once more. What cannot be read keeps its one dominant colour, so that it is not asked for again.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from studio.generation import originals, painter, queue, signals
from studio.generation.models import Image
from studio.generation.picturefacts import BadPicture, CannotWrite

log = logging.getLogger(__name__)

AT_ONCE = 60  # images of a minute: some seconds of one core


def ring(_now: datetime) -> int:
    """Ask workers for the colours of a few images that have none; return of how many."""
    ids = list(_colourless().order_by("-pk").values_list("pk", flat=True)[:AT_ONCE])
    for image_id in ids:
        queue.ring_colours(image_id)
    return len(ids)


def find(image_id: int) -> None:
    """Find the colours of an image that has none; said twice, the second does nothing."""
    image = _colourless().filter(pk=image_id).first()
    if image is None:
        return
    try:
        colours = _painted(image)
    except CannotWrite as error:  # of the disk, or nobody had time: asked for again
        log.warning("image %s: its colours could not be found: %s", image.uuid, error)
        return
    except (BadPicture, OSError) as error:
        log.warning("image %s: its colours cannot be found: %s", image.uuid, error)
        colours = f"{image.colour.lstrip('#')}:100"
    with transaction.atomic():
        if _colourless().filter(pk=image.pk).update(palette=colours):
            signals.tell_changed([image.pk])


def _colourless() -> QuerySet[Image]:
    """Return what is drawn and has no colours; in the order of an index of these alone."""
    return Image.objects.filter(palette="", rendered_at__isnull=False, deleted_at=None)


def _painted(image: Image) -> str:
    with originals.arriving() as folder:
        originals.copy(image.original, folder / "fetched")
        painting = painter.begin(folder / "fetched", folder / "clean", folder / "drawn")
        try:
            return painting.finish()
        finally:
            painting.close()
