"""From a picture that somebody chose to a new draft: which recipe it carries, and what is not used (A36).

A file of ours is known by its bytes, also where nothing is written in it; any other by what tools write.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from studio.accounts.models import Member
from studio.generation import dialects, drafts, embedded, sizes
from studio.generation.access import visible_images
from studio.generation.dialects import Found
from studio.generation.models import Draft, Image
from studio.prompts import grammar

MOST_BYTES = 40_000_000


class NoRecipe(Exception):
    """The picture carries no recipe that is known; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a picture told: the draft that it became, who wrote it, and what is not used."""

    draft: Draft
    tool: str
    prompt: str
    size: str
    unused: tuple[tuple[str, str], ...]
    image: Image | None = None


def tell(member: Member, data: bytes) -> Told:
    """Return a picture's recipe in a new draft. Raises NoRecipe and embedded.UnreadablePicture."""
    if image := _same_file(member, data):
        return _of_image(member, image)
    found = dialects.read(embedded.texts(data))
    if found is None:
        raise NoRecipe(
            "This picture carries no recipe that is known here: neither of this studio, nor of A1111, "
            "InvokeAI or SwarmUI. Many chats and sites take it out; ask for the file as it was made."
        )
    if image := _named(member, found.image):
        return _of_image(member, image)
    return Told(
        draft=drafts.of_fields(member, fields_of(found)),
        tool=found.tool,
        prompt=found.prompt,
        size=sizes.said(found.width, found.height) if found.width and found.height else "",
        unused=(*_cut(found), *found.unused),
    )


def _cut(found: Found) -> list[tuple[str, str]]:
    """Return how much of a prompt is more than a draft keeps."""
    more = len(grammar.escape(found.prompt)) - drafts.MOST_CHARACTERS
    said = f"its last {more:,} characters: a draft keeps {drafts.MOST_CHARACTERS:,}"
    return [("Prompt", said)] if more > 0 else []


def fields_of(found: Found) -> dict[str, str]:
    """Return the composer's fields that ask for what was found."""
    sides = sizes.fields(found.width, found.height) if found.width and found.height else {}
    quality = {"quality": found.quality} if found.quality else {}
    return {
        "template": grammar.escape(found.prompt)[: drafts.MOST_CHARACTERS],
        **sides,
        **quality,
        "each": "1",
    }


def _same_file(member: Member, data: bytes) -> Image | None:
    return _seen(member).filter(sha256=hashlib.sha256(data).hexdigest()).order_by("-pk").first()


def _named(member: Member, said: str) -> Image | None:
    """Return the image that a recipe of ours names, where the member may see it."""
    try:
        return _seen(member).filter(uuid=UUID(said)).first()
    except ValueError:
        return None


def _seen(member: Member) -> QuerySet[Image]:
    return visible_images(member).select_related("job__run")


def _of_image(member: Member, image: Image) -> Told:
    return Told(
        draft=drafts.remix(member, image),
        tool="this studio",
        prompt=image.prompt,
        size=sizes.said(image.job.width, image.job.height),
        unused=(),
        image=image,
    )
