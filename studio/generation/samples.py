"""The pictures of styles: what a sample image looks like to a member, and which ones are offered."""

from collections.abc import Collection, Mapping
from uuid import UUID

from studio.accounts.models import Member
from studio.generation.access import visible_images
from studio.generation.models import Image, Visibility
from studio.prompts import samples
from studio.prompts.samples import Sample

SIDE = 256


def register() -> None:
    """Have the library ask here."""
    samples.register(find, offered)


def find(member: Member, ids: Collection[UUID]) -> Mapping[UUID, Sample]:
    """Return the images that the member may see; one query."""
    images = visible_images(member).filter(uuid__in=ids)
    return {image.uuid: _sample(image) for image in images}


def offered(_member: Member, most: int) -> list[Sample]:
    """Return the newest images that everybody sees: a style's picture is for the whole team."""
    images = Image.objects.filter(visibility=Visibility.TEAM, deleted_at=None)
    return [_sample(image) for image in images.order_by("-pk")[:most]]


def _sample(image: Image) -> Sample:
    return Sample(
        id=image.uuid, src=image.shown(SIDE), href=f"/images/{image.uuid}", title=image.prompt[:140]
    )
