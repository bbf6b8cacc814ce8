"""What guests do with a picture: stars, a pick, words; each as far as the link allows it (C18).

Bounded, for anybody may come by a link: so many words of a comment, so many comments and guests of a link.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from gallery.models import Guest, GuestComment, GuestItem, GuestLink, GuestMark
from gallery.models.guest import MOST_NAME, MOST_SAID, MOST_STARS

MOST_COMMENTS = 2_000  # of one link
MOST_GUESTS = 1_000


class Unsaid(Exception):
    """A guest's words were not kept; the text is a sentence for them."""


def came(link: GuestLink, name: str) -> Guest:
    """Write down somebody who came by a link. Raises Unsaid where too many did."""
    if link.guests.count() >= MOST_GUESTS:
        raise Unsaid("Too many people came by this link. Ask whoever sent it for another.")
    return Guest.objects.create(link=link, name=plain(name)[:MOST_NAME])


@transaction.atomic
def mark(guest: Guest, item: GuestItem, *, stars: str | None = None, picked: str | None = None) -> None:
    """Give stars (0 takes them back), or pick or unpick. Raises PermissionDenied where it is not allowed."""
    link = item.link
    if (stars is not None and not link.may_star) or (picked is not None and not link.may_pick):
        raise PermissionDenied("This link does not allow that.")
    changed: dict[str, object] = {"at": timezone.now()}
    if stars in {str(number) for number in range(MOST_STARS + 1)}:
        changed["stars"] = int(stars or 0) or None
    if picked in {"0", "1"}:
        changed["picked"] = picked == "1"
    GuestMark.objects.update_or_create(guest=guest, item=item, defaults=changed)


@transaction.atomic
def say(guest: Guest, item: GuestItem, text: str) -> GuestComment | None:
    """Keep what a guest says; None where that is nothing, or what they just said. Raises Unsaid."""
    if not item.link.may_comment:
        raise PermissionDenied("This link does not allow comments.")
    text = plain(text, lines=True)
    if not text:
        return None
    if len(text) > MOST_SAID:
        raise Unsaid(f"That is {len(text):,} letters long; {MOST_SAID:,} fit. Say it in two.")
    latest = GuestComment.objects.filter(guest=guest).order_by("-pk").first()
    if latest is not None and (latest.item_id, latest.text) == (item.pk, text):
        return None
    if GuestComment.objects.filter(guest__link=item.link).count() >= MOST_COMMENTS:
        raise Unsaid("There is no room for more comments here. Write to whoever sent the link.")
    return GuestComment.objects.create(guest=guest, item=item, text=text)


def plain(text: str, *, lines: bool = False) -> str:
    """Return what can be read of a text: no signs that steer, in one line or in several."""
    kept = "".join(sign for sign in text if sign.isprintable() or sign in "\n ")
    if not lines:
        return " ".join(kept.split())
    return "\n".join(" ".join(line.split()) for line in kept.strip().splitlines()).strip()
