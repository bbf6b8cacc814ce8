"""The links that were made, and what guests did by them: for their makers, and for admins (C18). Reads."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import FETCH_RAISE, Count, Max, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from gallery import guestlinks
from gallery.models import Guest, GuestComment, GuestItem, GuestLink, GuestMark
from studio import prepared
from studio.accounts.models import Member
from studio.generation.models import Image

MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A link as it is listed."""

    link: GuestLink
    href: str
    state: str  # open, ended, taken back
    open: bool
    images: int
    guests: int
    picks: int
    stars: int
    comments: int
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What guests did with one picture of a link: who gave how many stars, who picked it, what was said."""

    item: GuestItem
    stars: tuple[GuestMark, ...]
    picks: tuple[GuestMark, ...]
    comments: tuple[GuestComment, ...]

    @property
    def mean(self) -> str:
        """Return the mean of the stars, "" for none."""
        given = [mark.stars for mark in self.stars if mark.stars]
        return f"{sum(given) / len(given):.1f}" if given else ""


def links_of(member: Member) -> QuerySet[GuestLink]:
    """Return the links that a member may look after: their own; an admin everybody's."""
    links = GuestLink.objects.select_related("by")
    return links if member.is_admin else links.filter(by=member)


def link_for(member: Member, pk: UUID) -> GuestLink:
    """Return a link that the member may look after. Raises Http404."""
    link = links_of(member).filter(pk=pk).first()
    if link is None:
        raise Http404("There is no such link, or it is not yours to look after.")
    return link


def listed(member: Member) -> dict[str, Any]:
    """Return what templates/gallery/links.html reads. Five queries for any number of links."""
    links = list(links_of(member).order_by("-at")[:MOST_LISTED].fetch_mode(FETCH_RAISE))
    ids = [link.pk for link in links]
    counts = _counts(ids)
    return {"lines": [_line(link, counts.get(link.pk, {})) for link in links], "all": member.is_admin}


def _counts(ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what was counted of links: images, guests, marks and comments, a query each."""
    marks = GuestMark.objects.filter(guest__link__in=ids).values("guest__link")
    counted: tuple[Iterable[Any], ...] = (
        GuestItem.objects.filter(link__in=ids).values("link").annotate(images=Count("pk")),
        Guest.objects.filter(link__in=ids).values("link").annotate(guests=Count("pk"), last=Max("at")),
        marks.annotate(picks=Count("pk", filter=Q(picked=True)), stars=Count("stars"), marked=Max("at")),
        GuestComment.objects.filter(guest__link__in=ids)
        .values("guest__link")
        .annotate(comments=Count("pk"), said=Max("at")),
    )
    found: dict[UUID, dict[str, Any]] = {}
    for rows in counted:
        for row in rows:
            pk = row.pop("link", None) or row.pop("guest__link")
            found.setdefault(pk, {}).update(row)
    return found


def _line(link: GuestLink, counts: Mapping[str, Any]) -> Line:
    state = state_of(link, timezone.now())
    times = [counts[name] for name in ("last", "marked", "said") if counts.get(name)]
    return Line(
        link=link,
        href=reverse("guest_link", args=[link.pk]),
        state=state,
        open=state == "Open",
        images=counts.get("images", 0),
        guests=counts.get("guests", 0),
        picks=counts.get("picks", 0),
        stars=counts.get("stars", 0),
        comments=counts.get("comments", 0),
        last=max(times, default=None),
    )


def state_of(link: GuestLink, now: datetime) -> str:
    """Return how a link stands, in words."""
    if link.revoked_at:
        return "Taken back"
    if not link.by.is_active:
        return "Closed: its maker left"
    return "Open" if link.expires_at > now else "Ended"


def page(link: GuestLink) -> dict[str, Any]:
    """Return what templates/gallery/link.html reads. Four queries for any number of pictures."""
    items = list(guestlinks.items(link).select_related("image").fetch_mode(FETCH_RAISE))
    marks = GuestMark.objects.filter(guest__link=link).select_related("guest").order_by("pk")
    comments = GuestComment.objects.filter(guest__link=link).select_related("guest").order_by("pk")
    heard = _heard(items, list(marks), list(comments))
    state = state_of(link, timezone.now())
    return {
        "link": link,
        "state": state,
        "open": state == "Open",
        "heard": heard,
        "hidden": link.items.count() - len(items),
        "guests": list(link.guests.order_by("at")[:MOST_LISTED]),
    }


def said_of(image: Image) -> list[Heard]:
    """Return what guests did with an image, by link; one query where they did nothing, else three."""
    items = _ACTED(image=image.pk)
    if not items:
        return []
    marks = GuestMark.objects.filter(item__in=items).select_related("guest").order_by("pk")
    comments = GuestComment.objects.filter(item__in=items).select_related("guest").order_by("pk")
    return _heard(items, list(marks), list(comments))


def _acted() -> QuerySet[GuestItem]:
    acted = Q(marks__isnull=False) | Q(comments__isnull=False)
    mine = GuestItem.objects.filter(acted, image=prepared.number("image"))
    return mine.select_related("link", "image").distinct()


_ACTED: prepared.Rows[GuestItem] = prepared.Rows(_acted)


def _heard(
    items: Collection[GuestItem], marks: Collection[GuestMark], comments: Collection[GuestComment]
) -> list[Heard]:
    return [
        Heard(
            item=item,
            stars=tuple(mark for mark in marks if mark.item_id == item.pk and mark.stars),
            picks=tuple(mark for mark in marks if mark.item_id == item.pk and mark.picked),
            comments=tuple(comment for comment in comments if comment.item_id == item.pk),
        )
        for item in items
    ]
