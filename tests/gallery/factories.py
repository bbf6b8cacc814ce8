"""Images for the gallery's tests: whole ones with files, or many rows at once without.

`image` writes a real small picture below ORIGINALS and its renditions below PICTURES, as the
pipeline does; `rows` is for tests that count and order, and touches no file.
"""

import hashlib
import io
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from PIL import Image as Drawing

from gallery import cards
from studio.accounts.models import Key, Member
from studio.generation import painter
from studio.generation.models import Experiment, Image, Job, Run, picture_token
from studio.generation.states import State

TEAM, PRIVATE = "team", "private"


def image(
    member: Member,
    prompt: str = "a red dune at dusk",
    *,
    visibility: str = TEAM,
    size: tuple[int, int] = (48, 32),
    format: str = "jpeg",  # noqa: A002, the model's own word
    **fields: Any,
) -> Image:
    """Return an image of the member's with its original and renditions where its row says."""
    file = io.BytesIO()
    Drawing.new("RGB", size, "#c4512d").save(file, format)
    original, token = f"ab/{uuid4()}.{format}", picture_token()
    path = settings.ORIGINALS / original
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(file.getvalue())
    path.chmod(0o600)
    painting = painter.begin(path, path.with_suffix(".clean"), settings.PICTURES / token)
    colours = painting.finish()
    path.with_suffix(".clean").unlink()
    facts = painting.facts
    known = {
        "width": facts.width,
        "height": facts.height,
        "format": facts.format,
        "colour": facts.colour,
        "palette": colours,
        "original": original,
        "token": token,
        "sha256": hashlib.sha256(file.getvalue()).hexdigest(),
        "bytes": path.stat().st_size,
        "cost": 14,
        "rendered_at": timezone.now(),
    }
    (job,) = jobs(member, [prompt], visibility=visibility, size=size)
    made = Image.objects.create(
        job=job, member=member, prompt=prompt, visibility=visibility, **{**known, **fields}
    )
    cards.refresh([made.pk])
    return made


def rows(member: Member, prompts: list[str], *, visibility: str = TEAM) -> list[Image]:
    """Return an image a prompt, the oldest first: rows alone, in a few statements however many."""
    size = (768, 512)
    made = [
        Image(
            job=job,
            member=member,
            prompt=job.prompt,
            visibility=visibility,
            width=size[0],
            height=size[1],
            format="jpeg",
            bytes=1,
            sha256="0" * 64,
            original=f"ab/{job.pk}.jpeg",
            colour="#c4512d",
            cost=14,
            rendered_at=timezone.now(),
        )
        for job in jobs(member, prompts, visibility=visibility, size=size)
    ]
    Image.objects.bulk_create(made, batch_size=500)
    images = list(Image.objects.filter(job__run=made[0].job.run).order_by("pk"))
    cards.refresh([image.pk for image in images])
    return images


def jobs(member: Member, prompts: list[str], *, visibility: str, size: tuple[int, int]) -> list[Job]:
    """Return a finished job a prompt, all of one run."""
    key = Key.objects.filter(member=None).first() or Key.objects.create(sealed="v1:x", fingerprint="team")
    experiment = Experiment.objects.create(member=member, title="Wall")
    run = Run.objects.create(
        experiment=experiment,
        member=member,
        key=key,
        token=uuid4().hex,
        template=prompts[0],
        width=size[0],
        height=size[1],
        parameters={"quality": "standard"},
        each=1,
        visibility=visibility,
    )
    made = [
        Job(
            run=run,
            member=member,
            key=key,
            position=position,
            variation=position,
            prompt=prompt,
            width=size[0],
            height=size[1],
            quality="standard",
            state=State.DONE,
            cost=14,
            created_at=timezone.now(),
        )
        for position, prompt in enumerate(prompts)
    ]
    return Job.objects.bulk_create(made, batch_size=500)
