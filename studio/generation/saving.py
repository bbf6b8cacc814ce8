"""Fetch, check and keep the picture of a completed job. The file comes first, then the row, then the rest.

A picture was paid for before it is fetched: what goes wrong here never buys another one. The job is
done, and its original is shown, as soon as the picture was decoded to its end and its file is in its
place; the renditions follow. A worker that dies leaves the job in `saving` with a lease that runs
out; another begins again.
"""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio import prepared
from studio.accounts import keys, provider
from studio.accounts.sealing import SealingError
from studio.doitong import DownloadError, Secret, UnusableKey
from studio.generation import leases, originals, painter, rendering, surely
from studio.generation.models import LET_GO, Image, Job, picture_token
from studio.generation.painter import Painting
from studio.generation.picturefacts import BadPicture, CannotWrite, Facts
from studio.generation.states import Reason, State
from studio.logs.about import about

log = logging.getLogger(__name__)

MOST_TRIES = 3
OWN_PAUSE = timedelta(seconds=30)
PATIENCE = timedelta(minutes=15)  # with a server that cannot be reached; then a person decides
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=1)
MOST_BYTES = 30 * 1024 * 1024
MOST_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A picture in its place: what it is, its original's name, its renditions' token."""

    facts: Facts
    original: str
    token: str


def save(job_id: UUID) -> None:
    """Keep the job's picture, if it is this call's turn to."""
    job = _claim(job_id, timezone.now())
    if job is None or job.claim is None:
        return
    with leases.holding(job.claim), about(job=job.pk):
        keep(job)


@contextmanager
def bringing(secret: Secret, url: str) -> Iterator["Future[Arrival]"]:
    """Have a picture fetched and checked by a thread of its own while the block writes down that it is there.

    What goes wrong is raised by the future's result. It is let go at the block's end.
    """
    arrival = Arrival()
    brought = _threads().submit(copy_context().run, arrival.bring, secret, url)
    try:
        yield brought
    finally:
        wait([brought])
        arrival.close()


def keep(job: Job, brought: "Future[Arrival] | None" = None) -> None:
    """Keep the picture of a job that this worker holds, which may be on its way already."""
    try:
        if brought is not None:
            _keep(job, brought.result())
        else:
            with closing(Arrival()) as arrival:
                _keep(job, arrival.bring(keys.secret_of(job.key), job.remote_url))
    except (DownloadError, BadPicture) as error:
        _setback(job, error)
    except (CannotWrite, OSError):
        log.exception("job %s: its picture could not be written", job.pk)
        _wait(job)
    except (SealingError, UnusableKey):
        log.exception("job %s: its key cannot be opened, so its picture waits", job.pk)
        _wait(job)


def _claim(job_id: UUID, now: datetime) -> Job | None:
    """Take the job, and count the try before the risky step: a picture may kill the decoder (IMG-06)."""
    claim = leases.new_claim()
    free = Q(claim=None) | Q(lease_until=None) | Q(lease_until__lt=now)
    with transaction.atomic():
        job = Job.objects.select_related("key", "run").filter(pk=job_id, state=State.SAVING).first()
        if job is None:
            return None
        died = bool(job.claim and job.lease_until and job.lease_until < now)
        tries = job.saves + (not (died and _is_blameless(job, now)))
        if died and tries > MOST_TRIES:
            _give_up(job, "Reading the picture stopped the studio's worker three times.")
            return None
        changed = Job.objects.filter(free, pk=job_id, state=State.SAVING).update(
            claim=claim, lease_until=now + leases.LEASE, saves=tries
        )
    job.claim, job.saves = claim, tries
    return job if changed else None


def _is_blameless(job: Job, now: datetime) -> bool:
    """Say whether the worker that held it died with its whole cluster, of which no picture is the reason.

    A picture kills a worker, and the cluster lives on. What dies with its cluster again and again is
    counted all the same after some time: somewhere it has to end.
    """
    other = job.claim is not None and not leases.is_of_this_cluster(job.claim)
    return other and now - (job.completed_at or now) < PATIENCE


class Arrival:
    """A picture on its way, in a folder of its own until it is put in its place. Touches no database."""

    painting: Painting

    def __init__(self) -> None:
        self.token = picture_token()
        self._open = ExitStack()

    def bring(self, secret: Secret, url: str) -> Self:
        """Fetch it and have it checked. Raises what `keep` takes care of."""
        folder = self._open.enter_context(originals.arriving())
        fetched, self.clean = folder / "fetched", folder / "clean"
        with fetched.open("xb") as file:
            provider.client_for(secret).download(url, file, max_bytes=MOST_BYTES, max_seconds=MOST_SECONDS)
            file.flush()
            os.fchmod(file.fileno(), 0o600)
        self.painting = painter.begin(fetched, self.clean, settings.PICTURES / self.token)
        self._open.callback(self.painting.close)
        return self

    def close(self) -> None:
        """Let it go, and what is left of its folder."""
        self._open.close()


@cache
def _threads() -> ThreadPoolExecutor:  # lasting ones: each keeps its connections
    return ThreadPoolExecutor(settings.WORKER_THREADS, thread_name_prefix="bring")


def _keep(job: Job, arrival: Arrival) -> None:
    facts = arrival.painting.facts
    original = originals.keep(arrival.clean, facts.format)
    image = _done(job, Kept(facts=facts, original=original, token=arrival.token))
    if image is not None:
        rendering.finish(image, arrival.painting)


def _done(job: Job, kept: Kept) -> Image | None:
    """Finish the job and make its image, or neither: then the file goes too."""
    image = surely.written(job, partial(_finished, job, kept))
    if image is None:
        originals.discard(kept.original)
    return image


def _finished(job: Job, kept: Kept) -> Image | None:
    now = timezone.now()
    with transaction.atomic():
        drawn_by = now + rendering.WITHIN
        if job.move(State.DONE, held_by=job.claim, claim=None, lease_until=drawn_by, finished_at=now):
            return _image(job, kept)  # the gallery is told when it was drawn, which is tried right after
    return Image.objects.filter(job=job.pk, original=kept.original).first()  # its commit was unheard


def _image(job: Job, kept: Kept) -> Image:
    return _MADE(
        Image(
            job=job,
            member_id=job.member_id,
            prompt=job.prompt,
            width=kept.facts.width,
            height=kept.facts.height,
            format=kept.facts.format,
            bytes=kept.facts.bytes,
            sha256=kept.facts.sha256,
            original=kept.original,
            token=kept.token,
            colour=kept.facts.colour,
            visibility=job.run.visibility,
            cost=_COST.first(job=job.pk),  # it may be named meanwhile (S55)
        )
    )


_COST = prepared.Rows(lambda: Job.objects.filter(pk=prepared.uuid("job")).values_list("cost", flat=True))
_MADE = prepared.Insert(Image)


def _setback(job: Job, error: DownloadError | BadPicture) -> None:
    """Try again a little later while trying again may help; then say so, and keep the address.

    A picture that comes broken is fetched anew a few times. One that cannot be fetched now is waited
    for without counting: an outage of seconds would use up any number of tries.
    """
    now = timezone.now()
    if isinstance(error, DownloadError):
        waited = now - (job.completed_at or now)
        again, saves = error.temporary and waited < PATIENCE, job.saves - 1
        pause = min(max(waited / 2, SHORTEST_PAUSE), LONGEST_PAUSE)
    else:
        again, saves, pause = job.saves < MOST_TRIES, job.saves, timedelta(seconds=2**job.saves)
    with transaction.atomic():
        if again:
            mine = Job.objects.filter(pk=job.pk, claim=job.claim)
            mine.update(claim=None, saves=saves, lease_until=now + pause)
        else:
            _give_up(job, str(error))


def _wait(job: Job) -> None:
    """The studio's own disk or keyring is the trouble: try again by and by, without counting (OPS-03)."""
    Job.objects.filter(pk=job.pk, claim=job.claim).update(
        claim=None, saves=job.saves - 1, lease_until=timezone.now() + OWN_PAUSE
    )


def _give_up(job: Job, why: str) -> None:
    job.move(
        State.FAILED,
        held_by=job.claim,
        **LET_GO,
        reason=Reason.SAVE,
        detail=why[:400],
        finished_at=timezone.now(),
    )
