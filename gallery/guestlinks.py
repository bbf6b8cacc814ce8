"""Links for guests: made once, told once, found by what they hash to, closed by time or by a person (C18).

Whoever holds the secret holds the link: it has 256 random bits, and only its hash is kept. What a link shows
is asked anew each time: an image that was thrown away, taken off its board or made private since is gone.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gallery.manifest import Shows
from gallery.models import GuestItem, GuestLink, Naming, Source
from studio.accounts.models import Event, Member, Verb
from studio.generation.access import visible_images
from studio.generation.models import Image, Visibility

MOST = 500  # images of one link


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a link allows and shows, and until when."""

    title: str
    expires_at: datetime
    password: str = field(default="", repr=False)
    naming: str = Naming.MAY
    may: frozenset[str] = frozenset()  # of star, pick, comment, download
    shows: frozenset[str] = frozenset()  # of prompts, costs, names


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a link is made from: a board's id, or the words of a search, or neither for a selection."""

    source: Source = Source.SELECTION
    board: UUID | None = None
    query: str = ""


@transaction.atomic
def make(member: Member, images: Sequence[Image], origin: Origin, terms: Terms) -> tuple[GuestLink, str]:
    """Make a link to images that the member may see, in their order; return it and its secret.

    The secret is told here and never again.
    """
    secret = secrets.token_urlsafe(32)
    link = GuestLink.objects.create(
        title=terms.title,
        secret=hashed(secret),
        password=make_password(terms.password) if terms.password else "",
        source=origin.source,
        board=origin.board,
        query=origin.query[:400],
        by=member,
        expires_at=terms.expires_at,
        naming=terms.naming,
        **{f"may_{one}": one in terms.may for one in ("star", "pick", "comment", "download")},
        **{f"shows_{one}": one in terms.shows for one in ("prompts", "costs", "names")},
    )
    GuestItem.objects.bulk_create(
        GuestItem(link=link, image=image, number=place, private=image.visibility == Visibility.PRIVATE)
        for place, image in enumerate(images, 1)
    )
    Event.note(Verb.LINK_MADE, who=member, subject=link.pk, images=len(images))
    return link, secret


def hashed(secret: str) -> str:
    """Return what is kept of a secret: of so many random bits a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def opened_by(secret: str, now: datetime) -> GuestLink | None:
    """Return the link of a secret that is open now; None for one that is closed, or never was. One query."""
    return still_open(GuestLink.objects.filter(secret=hashed(secret)), now).first()


def still_open(links: QuerySet[GuestLink], now: datetime) -> QuerySet[GuestLink]:
    """Return those links that are open: not expired, not taken back, and their maker is still a member."""
    alive = links.filter(revoked_at=None, expires_at__gt=now, by__is_active=True)
    return alive.select_related("by")


def items(link: GuestLink) -> QuerySet[GuestItem]:
    """Return what a link shows now, by number.

    What its maker may not see any more is not shown; nor what was the team's once and is private now.
    """
    images = visible_images(link.by)
    if link.source == Source.BOARD:
        images = images.filter(lying__board=link.board, lying__board__removed_at=None)
    meant = Q(private=True) | Q(image__visibility=Visibility.TEAM)
    return link.items.filter(meant, image__in=images.values("pk")).order_by("number")


def shows(link: GuestLink) -> Shows:
    """Return how much the link's guests are told."""
    return Shows(prompts=link.shows_prompts, costs=link.shows_costs, names=link.shows_names)


@transaction.atomic
def revoke(link: GuestLink, member: Member) -> bool:
    """Close a link for good; False where it was already."""
    now = timezone.now()
    closed = GuestLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, revoked_by=member)
    if closed:
        Event.note(Verb.LINK_REVOKED, who=member, subject=link.pk)
    return bool(closed)
