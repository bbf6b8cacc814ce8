"""Tags put on images and taken off, many at once (C19). Writes Tag's and ImageTag's rows."""

import unicodedata
from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from gallery import access, cardparts, deeds, tallies, tokens
from gallery.models import Deed, ImageTag, Tag
from gallery.models.ordering import LONGEST_TAG
from gallery.refusals import Impossible
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image

MOST_AT_ONCE = 10  # tags of one form
SUGGESTED = 8
LOOKED_AT = 200


def tag(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Put the tags of `tags` on images: names with a comma between. Raises Impossible."""
    names = read(form.get("tags", ""))
    ids = _ids(images)
    came = {str(one.pk): _add(member, one, ids) for one in _made(names)}
    cardparts.tags({pk for some in came.values() for pk in some})
    sentence = f"{deeds.counted(len(ids))} tagged {_said(names)}"
    return deeds.did(member, "tag", sentence, ids, came=came)


def untagged(deed: Deed) -> None:
    """Take off what was new on each image."""
    changed = set()
    for pk, came in deed.kept["came"].items():
        ids = access.still_theirs(deed.member, came, access.may_order)
        ImageTag.objects.filter(tag=int(pk), image__in=many.among(ids)).delete()
        changed |= set(ids)
    cardparts.tags(changed)


def untag(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Take the tags of `tags` off images. Raises Impossible, also for a tag that nobody uses."""
    names = read(form.get("tags", ""))
    tags = list(Tag.objects.filter(name__in=names))
    if not tags:
        raise Impossible(f"No image is tagged {_said(names)}.")
    ids = _ids(images)
    gone = {str(one.pk): _take(one, ids) for one in tags}
    changed = sorted({pk for some in gone.values() for pk in some}, reverse=True)
    cardparts.tags(changed)
    sentence = f"{_said([one.name for one in tags])} taken off {deeds.counted(len(changed))}"
    return deeds.did(member, "untag", sentence[:1].upper() + sentence[1:], changed, gone=gone)


def retagged(deed: Deed) -> None:
    """Put back what was taken off."""
    changed: set[int] = set()
    for one in Tag.objects.filter(pk__in=[int(pk) for pk in deed.kept["gone"]]):
        ids = access.still_theirs(deed.member, deed.kept["gone"][str(one.pk)], access.may_order)
        changed |= set(_add(deed.member, one, ids))
    cardparts.tags(changed)


def read(text: str) -> list[str]:
    """Return the tags that somebody wrote, each in its one spelling. Raises Impossible.

    Spelling: composed as Unicode has it (NFKC), without case, with single spaces.
    """
    names = list(dict.fromkeys(name for part in text.split(",") if (name := spelled(part))))
    if not names:
        raise Impossible("Write a tag, or several with a comma between them.")
    if len(names) > MOST_AT_ONCE:
        raise Impossible(f"At most {MOST_AT_ONCE} tags at once.")
    if any(len(name) > LONGEST_TAG for name in names):
        raise Impossible(f"A tag has at most {LONGEST_TAG} characters.")
    return names


def spelled(text: str) -> str:
    """Return a tag as it is kept: marks that a page or a query reads as their own are left out."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace('"', "").lstrip("#- ")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())


def suggested(member: Member, text: str) -> list[str]:
    """Return tags that begin with the last letters written, the most used first.

    Only those of images that the member may see, by what is counted over all cards. Two queries.
    """
    last = spelled(text.rpartition(",")[2])
    tags = Tag.objects.filter(name__startswith=last)[:LOOKED_AT] if last else []
    names = {tokens.facet("t", one.pk): one.name for one in tags}
    counts = tallies.of(member, names)
    found = sorted(counts, key=lambda token: (-counts[token], names[token]))
    return [names[token] for token in found[:SUGGESTED]]


def _made(names: Sequence[str]) -> list[Tag]:
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    return list(Tag.objects.filter(name__in=names))


def _add(member: Member, one: Tag, ids: Sequence[int]) -> list[int]:
    return many.add(ImageTag, ids, tag=one, by=member, at=timezone.now())


def _take(one: Tag, ids: Sequence[int]) -> list[int]:
    tagged = ImageTag.objects.filter(tag=one, image__in=many.among(ids))
    there = list(tagged.values_list("image_id", flat=True))
    tagged.delete()
    return there


def _said(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _ids(images: QuerySet[Image]) -> list[int]:
    return list(images.order_by("-pk").values_list("pk", flat=True))
