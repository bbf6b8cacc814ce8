"""The renditions of an image whose original is kept already: drawn right after, or found again later.

An image is shown by its original until `rendered_at` is set. What cannot be drawn is tried a few
times; then the job says so, and the image goes on being shown by its original.
Its job's lease and count of tries stand for it, since the job itself is done.
"""

import logging
import shutil
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from studio import prepared
from studio.generation import originals, painter, signals
from studio.generation.models import Image, Job, Pulse
from studio.generation.painter import Painting
from studio.generation.picturefacts import BadPicture, CannotWrite

log = logging.getLogger(__name__)

WITHIN = timedelta(seconds=45)  # after which somebody else draws them: longer than a painter's patience
PAUSE = timedelta(seconds=30)
MOST_TRIES = 6  # those of fetching the picture with them
NO_RENDITIONS = "The small pictures could not be made, so the original is shown: {}"


def finish(image: Image, painting: Painting) -> None:
    """Have the renditions drawn of a picture that was just kept. What fails is tried again later."""
    try:
        colours = painting.finish()
    except (BadPicture, CannotWrite) as error:
        _put_off(image, error)
    else:
        _drawn(image, colours)


def render(image_id: int) -> None:
    """Draw the renditions of an image that has none, if it is this call's turn to."""
    image = unrendered(timezone.now()).select_related("job").filter(pk=image_id).first()
    if image is None or not _claim(image.job):
        return
    try:
        with originals.arriving() as folder:
            originals.copy(image.original, folder / "fetched")
            shutil.rmtree(settings.PICTURES / image.token, ignore_errors=True)  # of a painter that died
            painting = painter.begin(folder / "fetched", folder / "clean", settings.PICTURES / image.token)
            try:
                colours = painting.finish()
            finally:
                painting.close()
    except (BadPicture, CannotWrite, OSError) as error:
        _put_off(image, error)
    else:
        _drawn(image, colours)


def unrendered(now: datetime) -> QuerySet[Image]:
    """Return the images whose renditions nobody draws now, and which are worth another try."""
    free = Q(job__lease_until=None) | Q(job__lease_until__lt=now)
    return Image.objects.filter(free, rendered_at=None, job__saves__lt=MOST_TRIES).order_by("pk")


def _claim(job: Job) -> bool:
    """Count the try before the risky step."""
    mine = Job.objects.filter(pk=job.pk, saves=job.saves, lease_until=job.lease_until)
    job.saves += 1
    return bool(mine.update(saves=F("saves") + 1, lease_until=timezone.now() + WITHIN))


def _drawn(image: Image, colours: str) -> None:
    """Show the renditions from now on, and find the picture by its colours (C24).

    One that went private meanwhile got another token: drawn anew then.
    """
    with transaction.atomic():
        now = timezone.now()
        if _SHOWN(image=image.pk, token=image.token, now=now, palette=colours):
            _tell(image.job, lease_until=None)
            signals.tell_changed([image.pk])
        else:
            shutil.rmtree(settings.PICTURES / image.token, ignore_errors=True)


def _put_off(image: Image, error: Exception) -> None:
    job = image.job
    log.warning("image %s: its renditions could not be drawn: %s", image.uuid, error)
    with transaction.atomic():
        if job.saves >= MOST_TRIES and isinstance(error, BadPicture):
            _tell(job, detail=NO_RENDITIONS.format(error)[:400])
        else:
            blameless = not isinstance(error, BadPicture)  # the disk is the trouble: not counted (OPS-03)
            Job.objects.filter(pk=job.pk).update(
                saves=max(job.saves - blameless, 0), lease_until=timezone.now() + PAUSE
            )
        signals.tell_changed([image.pk])


def _tell(job: Job, **fields: object) -> None:
    _telling(*fields)(job=job.pk, version=Pulse.advance(job.member_id), **fields)


@cache
def _telling(*names: str) -> prepared.Change:
    told = prepared.columns(Job, ("version", *names))
    return prepared.Change(lambda: Job.objects.filter(pk=prepared.uuid("job")), **told)


_SHOWN = prepared.Change(
    lambda: Image.objects.filter(pk=prepared.number("image"), token=prepared.text("token"), rendered_at=None),
    rendered_at=prepared.moment("now"),
    palette=prepared.text("palette"),
)
