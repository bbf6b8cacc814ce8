"""Fetch, check and keep the picture of a completed job. The files come first, then the row.

A picture was paid for before it is fetched: what goes wrong here never buys another one.
A worker that dies leaves the job in `saving` with a lease that runs out; another begins again.
"""

import logging
import os
import secrets
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio.accounts import keys, provider
from studio.accounts.sealing import SealingError
from studio.doitong import DownloadError, Picture, UnusableKey
from studio.generation import pictures
from studio.generation.models import LET_GO, Image, Job, picture_token
from studio.generation.states import Reason, State

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
INCOMING = ".incoming-"  # how the folder of a picture that is being fetched begins
MOST_TRIES = 3
OWN_PAUSE = timedelta(seconds=30)
MOST_BYTES = 30 * 1024 * 1024
MOST_SECONDS = 40.0  # the queue ends a task after 60: the picture is still to be read and drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A picture in its place: the original's path below ORIGINALS, the renditions' token."""

    picture: Picture
    facts: pictures.Facts
    original: str
    token: str


def save(job_id: UUID) -> None:
    """Keep the job's picture, if it is this call's turn to."""
    job = _claim(job_id, timezone.now())
    if job is None:
        return
    try:
        kept = _keep(job)
    except (DownloadError, pictures.BadPicture) as error:
        _setback(job, error)
    except (pictures.CannotWrite, OSError):
        log.exception("job %s: its picture could not be written", job.pk)
        _wait(job)
    except (SealingError, UnusableKey):
        log.exception("job %s: its key cannot be opened, so its picture waits", job.pk)
        _wait(job)
    else:
        _done(job, kept)


def _claim(job_id: UUID, now: datetime) -> Job | None:
    """Take the job, and count the try before the risky step: a picture may kill the decoder (IMG-06)."""
    claim = uuid.uuid4()
    free = Q(claim=None) | Q(lease_until=None) | Q(lease_until__lt=now)
    with transaction.atomic():
        job = Job.objects.select_related("key", "run").filter(pk=job_id, state=State.SAVING).first()
        if job is None:
            return None
        if job.saves >= MOST_TRIES and job.claim and job.lease_until and job.lease_until < now:
            _give_up(job, "Reading the picture stopped the studio's worker three times.")
            return None
        changed = Job.objects.filter(free, pk=job_id, state=State.SAVING).update(
            claim=claim, lease_until=now + LEASE, saves=job.saves + 1
        )
    job.claim, job.saves = claim, job.saves + 1
    return job if changed else None


def _keep(job: Job) -> Kept:
    settings.ORIGINALS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=INCOMING, dir=settings.ORIGINALS) as name:
        folder = Path(name)
        fetched = folder / "original"
        with fetched.open("xb") as file:
            picture = provider.client_for(keys.secret_of(job.key)).download(
                job.remote_url, file, max_bytes=MOST_BYTES, max_seconds=MOST_SECONDS
            )
            file.flush()
            os.fsync(file.fileno())
        facts = pictures.examine(fetched, folder / "renditions")
        return _put_away(fetched, folder / "renditions", picture, facts)


def _put_away(fetched: Path, renditions: Path, picture: Picture, facts: pictures.Facts) -> Kept:
    """Rename both into place: each is whole there or not there at all."""
    token = picture_token()
    original = f"{secrets.token_hex(1)}/{uuid.uuid4()}.{facts.format}"
    target = settings.ORIGINALS / original
    target.parent.mkdir(exist_ok=True)
    fetched.chmod(0o600)
    fetched.rename(target)
    try:
        settings.PICTURES.mkdir(parents=True, exist_ok=True)
        shutil.move(renditions, settings.PICTURES / token)
    except OSError:
        target.unlink()
        raise
    return Kept(picture=picture, facts=facts, original=original, token=token)


def _done(job: Job, kept: Kept) -> None:
    now = timezone.now()
    with transaction.atomic():
        if not job.move(State.DONE, held_by=job.claim, **LET_GO, finished_at=now):
            _discard(kept)
            return
        Image.objects.create(
            job=job,
            member_id=job.member_id,
            prompt=job.prompt,
            width=kept.facts.width,
            height=kept.facts.height,
            format=kept.facts.format,
            bytes=kept.picture.bytes,
            sha256=kept.picture.sha256,
            original=kept.original,
            token=kept.token,
            colour=kept.facts.colour,
            visibility=job.run.visibility,
            cost=job.cost,
            rendered_at=now,
        )


def _discard(kept: Kept) -> None:
    (settings.ORIGINALS / kept.original).unlink(missing_ok=True)
    shutil.rmtree(settings.PICTURES / kept.token, ignore_errors=True)


def _setback(job: Job, error: DownloadError | pictures.BadPicture) -> None:
    """Try again a little later while trying again may help; then say so, and keep the address."""
    again = not isinstance(error, DownloadError) or error.temporary
    with transaction.atomic():
        if again and job.saves < MOST_TRIES:
            pause = timedelta(seconds=2**job.saves)
            Job.objects.filter(pk=job.pk, claim=job.claim).update(
                claim=None, lease_until=timezone.now() + pause
            )
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
