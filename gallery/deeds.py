"""Deeds: what a member did to images, kept so that it can be taken back. Writes Deed's rows."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from gallery.models import Deed
from gallery.models.deed import LONGEST_SENTENCE
from studio.accounts.models import Member

SHOWN = timedelta(minutes=15)  # how long a page offers to take the last one back


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


def counted(number: int, one: str = "image", many: str = "") -> str:
    """Return a number of things in words: "1 image", "9,998 images"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
