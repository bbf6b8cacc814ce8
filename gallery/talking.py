"""Comments and pins: said, changed, deleted, resolved (C13, C14). A pin is a comment with a place."""

import math
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gallery import calling, changes
from gallery.models import Comment, Review
from gallery.models.comment import MOST_CHARACTERS
from gallery.refusals import Impossible, NotTheirs
from studio.accounts.models import Member
from studio.generation.models import Image, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on a picture, 0 to 1 of its width and height."""

    x: float
    y: float


def spot_of(x: str, y: str) -> Spot | None:
    """Return the spot that a form names, None for none. Raises Impossible."""
    if not (x.strip() or y.strip()):
        return None
    try:
        across, down = float(x), float(y)
    except ValueError:
        raise Impossible("A pin needs a place on the picture: two numbers between 0 and 1.") from None
    if not (0 <= across <= 1 and 0 <= down <= 1) or math.isnan(across + down):
        raise Impossible("A pin must lie on the picture: its place is between 0 and 1, both ways.")
    return Spot(x=round(across, 4), y=round(down, 4))


def say(
    member: Member, image: Image, text: str, *, parent: Comment | None = None, spot: Spot | None = None
) -> Comment:
    """Say something about an image, in reply to a comment of the same image, or on a spot of it.

    Raises Impossible.
    """
    text = _text(text)
    if parent is not None and (parent.image_id != image.pk or parent.deleted_at is not None):
        raise Impossible("The comment that you answer is not there any more. Your words are kept below.")
    with transaction.atomic():
        comment = Comment(member=member, image=image, text=text, parent=_root(parent))
        if spot is not None and parent is None:
            comment.x, comment.y, comment.pin = spot.x, spot.y, _next_pin(image)
        comment.save(force_insert=True)
        calling.call(comment, _hearers(member, image, text))
        changes.note([image.pk])
    return comment


def edit(member: Member, comment: Comment, text: str) -> None:
    """Change the words of one's own comment. Raises NotTheirs, Impossible."""
    _own(member, comment)
    text = _text(text)
    if text == comment.text:
        return
    comment.text, comment.edited_at = text, timezone.now()
    with transaction.atomic():
        comment.save(update_fields=["text", "edited_at"])
        calling.call(comment, _hearers(member, comment.image, text))
        changes.note([comment.image_id])


def delete(member: Member, comment: Comment) -> None:
    """Take away the words of one's own comment; replies below it stay. Raises NotTheirs."""
    _own(member, comment)
    comment.text, comment.deleted_at = "", timezone.now()
    with transaction.atomic():
        comment.save(update_fields=["text", "deleted_at"])
        calling.call(comment, [])
        changes.note([comment.image_id])


def resolve(member: Member, comment: Comment, *, done: bool) -> None:
    """Put a thread away as settled, or take it up again; anybody who sees it may. Raises Impossible."""
    if comment.parent_id is not None:
        raise Impossible("A whole thread is resolved, not a reply in it.")
    if (comment.resolved_at is not None) == done:
        return
    comment.resolved_at, comment.resolved_by = (timezone.now(), member) if done else (None, None)
    with transaction.atomic():
        comment.save(update_fields=["resolved_at", "resolved_by"])
        changes.note([comment.image_id])


def _text(text: str) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise Impossible("Write something first.")
    if len(text) > MOST_CHARACTERS:
        raise Impossible(f"This has {len(text):,} characters. A comment has room for {MOST_CHARACTERS:,}.")
    return text


def _own(member: Member, comment: Comment) -> None:
    if comment.member_id != member.pk:
        raise NotTheirs("Only who wrote a comment changes or deletes it.")
    if comment.deleted_at is not None:
        raise Impossible("This comment was deleted.")


def _root(parent: Comment | None) -> Comment | None:
    """Return the comment that a thread hangs on: replies to replies stand beside each other."""
    return parent.parent if parent is not None and parent.parent_id is not None else parent


def _next_pin(image: Image) -> int:
    """Return the next number; the review's row is locked, so that two pins never have the same."""
    Review.locked(image.pk)
    return (Comment.objects.filter(image=image).aggregate(last=Max("pin"))["last"] or 0) + 1


def _hearers(member: Member, image: Image, text: str) -> list[Member]:
    """Return who is told: those called, but oneself; of a private image nobody."""
    if "@" not in text or image.visibility != Visibility.TEAM:
        return []
    return [one for one in calling.called(text, list(calling.team())) if one.pk != member.pk]
