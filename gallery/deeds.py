"""Deeds: what a member did to images, kept so that it can be taken back. Writes Deed's rows."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.utils import timezone

from gallery.models import Deed
from gallery.models.deed import LONGEST_SENTENCE
from studio.accounts.models import Member

SHOWN = timedelta(minutes=15)  # how long a page offers to take the last one back
KEPT = timedelta(days=30)


def did(member: Member, what: str, sentence: str, ids: Collection[int], **kept: Any) -> Deed:
    """Keep that a member did something to these images.

    `sentence` says it of all of them, without a full stop; `kept` is what its undo needs beside the ids.
    """
    return Deed.objects.create(
        member=member,
        what=what,
        sentence=sentence[:LONGEST_SENTENCE],
        kept={"ids": list(ids), **kept},
        done=len(ids),
    )


def last(member: Member) -> Deed | None:
    """Return what the member did last, if that was a short while ago and was not taken back. One query."""
    recent = Deed.objects.filter(member=member, at__gt=timezone.now() - SHOWN).defer("kept")
    deed = recent.order_by("-at").first()
    return deed if deed is not None and deed.undone_at is None and deed.done else None


def counted(number: int, one: str = "image", many: str = "") -> str:
    """Return a number of things in words: "1 image", "9,998 images"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
