"""The images of a batch in one ZIP, with a manifest that says of each row what came of it (A28, C21)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from django.utils import timezone

from studio.generation import originals
from studio.generation.models import Batch, Job
from studio.generation.states import State
from studio.generation.zipping import sheet, stem, zipped

log = logging.getLogger(__name__)

HEADING = (*("file", "name", "state", "prompt", "width", "height", "quality", "credits", "image", "made at"),)
ENDINGS = {"jpeg": "jpg"}


def file_name(batch: Batch) -> str:
    """Return the ZIP's name: the sheet's, without its ending."""
    return f"{stem(batch.name.rpartition('.')[0] or batch.name) or 'batch'}.zip"


def stream(batch: Batch) -> Iterator[bytes]:
    """Yield the ZIP: the images that are done, each read when its turn has come, then manifest.csv.

    One query, before anything is sent. A file that is missing is said in the manifest.
    """
    jobs = Job.objects.filter(run=batch.run_id).select_related("image").order_by("position")
    return zipped(_files(list(jobs)), timezone.localtime())


def _files(jobs: Sequence[Job]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    rows = []
    for job in jobs:
        name, data = _picture(job)
        rows.append(_row(job, name))
        if data is not None:
            yield name, partial(bytes, data)
    yield "manifest.csv", partial(sheet, HEADING, rows)


def _picture(job: Job) -> tuple[str, bytes | None]:
    """Return the name of a job's file and its bytes; "" and None where there is none."""
    image = job.picture
    if image is None:
        return "", None
    try:
        data = originals.read(image.original)
    except OSError:
        log.exception("image %s: its original is missing", image.uuid)
        return "", None
    ending = ENDINGS.get(image.format, image.format)
    return f"{job.position + 1:04}-{stem(_label(job)) or 'image'}.{ending}", data


def _label(job: Job) -> str:
    return str(job.picks[0]) if job.picks else job.prompt


def _row(job: Job, name: str) -> tuple[object, ...]:
    image = job.picture
    missing = " (its file is missing)" if image and not name else ""
    return (
        name,
        _label(job),
        State(job.state).label.lower() + missing,
        job.prompt,
        image.width if image else job.width,
        image.height if image else job.height,
        job.quality,
        job.cost if job.cost is not None else "",
        image.uuid if image else "",
        f"{timezone.localtime(image.created_at):%Y-%m-%d %H:%M:%S}" if image else "",
    )
