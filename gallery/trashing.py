"""Images thrown away and fetched back, many at once (C19, C20). The trash itself is generation's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from gallery import access, deeds
from gallery.models import Deed
from gallery.selection import MOST, Selection
from studio.accounts.models import Member
from studio.generation import many
from studio.generation import trash as bin_
from studio.generation.models import Image

PAGE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """An image in the trash: who threw it away, and how many days it can still be fetched back."""

    image: Image
    by: str
    days: int


def trash(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Throw images away."""
    ids = list(images.order_by("-pk").values_list("pk", flat=True))
    bin_.throw(ids, member, timezone.now())
    return deeds.did(member, "trash", f"{deeds.counted(len(ids))} moved to the trash", ids)


def untrash(deed: Deed) -> None:
    """Fetch them back, but for those that somebody else threw away again since."""
    theirs = access.trashed_images(deed.member).filter(deleted_by=deed.member)
    bin_.fetch_back(list(theirs.filter(pk__in=many.among(deed.kept["ids"])).values_list("pk", flat=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How many images it was, and a sentence with both counts."""

    count: int
    sentence: str


def page(member: Member, before: int | None) -> dict[str, Any]:
    """Return what templates/gallery/trash.html reads. Two queries at any number of images."""
    images = access.trashed_images(member).select_related("deleted_by", "member").order_by("-pk")
    if before is not None:
        images = images.filter(pk__lt=before)
    rows = list(images[: PAGE + 1].fetch_mode(models.FETCH_RAISE))
    now = timezone.now()
    return {
        "thrown": [_thrown(image, now) for image in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "before": before,
        "days": settings.TRASH_DAYS,
    }


def restore(member: Member, chosen: Selection) -> Said:
    """Fetch images back, as many as are the member's to fetch."""
    with transaction.atomic():
        ids, refused = _chosen(member, chosen)
        bin_.fetch_back(ids)
    return _said(len(ids), refused, "fetched back")


def purge(member: Member, chosen: Selection) -> Said:
    """Remove images for good, as many as are the member's."""
    ids, refused = _chosen(member, chosen)
    count = sum(bin_.purge(list(many.images(some))) for some in batched(ids, bin_.AT_ONCE, strict=False))
    return _said(count, refused, "removed for good")


def sure(member: Member, chosen: Selection) -> dict[str, Any]:
    """Return what the question before it reads."""
    ids, refused = _chosen(member, chosen)
    return {"count": len(ids), "refused": refused, "uuids": chosen.uuids, "all": chosen.all}


def _chosen(member: Member, chosen: Selection) -> tuple[list[int], int]:
    images = access.trashed_images(member)
    if not chosen.all:
        images = images.filter(uuid__in=chosen.uuids)
    ids = list(images.order_by("-pk").values_list("pk", flat=True)[:MOST])
    return ids, chosen.refused(len(ids))


def _thrown(image: Image, now: datetime) -> Thrown:
    left = (image.deleted_at or now) + timedelta(days=settings.TRASH_DAYS) - now
    return Thrown(image=image, by=str(image.deleted_by or ""), days=max(0, -(-left // timedelta(days=1))))


def _said(count: int, refused: int, verb: str) -> Said:
    others = f"; {refused:,} {'is' if refused == 1 else 'are'} not there or not yours" if refused else ""
    if not count:
        return Said(count=0, sentence=f"Nothing was changed{others or ': tick some images first'}.")
    return Said(count=count, sentence=f"{deeds.counted(count)} {verb}{others}.")
