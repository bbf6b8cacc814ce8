"""For every page: the pulse while something of the member's is live (D27), and the pauses over them (B15)."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from studio.accounts.models import Member
from studio.generation import banner, glance, newsroom
from studio.generation.glance import Glance
from studio.generation.news import page_news


def pulse(request: HttpRequest) -> dict[str, Any]:
    """Return `pulse` and `over_me`, read only by pages that draw them; nothing for somebody signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, Member):
        return {"pulse": None, "over_me": []}
    seen = cache(lambda: _glance(user))
    return {
        "pulse": SimpleLazyObject(lambda: page_news(user, seen=seen())),
        "over_me": SimpleLazyObject(lambda: banner.over(user) if seen().paused else []),
    }


def _glance(member: Member) -> Glance:
    """Return how the member's jobs stand, once for all of a page. One query."""
    room = newsroom.room()
    if room.seats:
        room.expect(member.pk)  # before the read: what is rung meanwhile is heard
    return glance.of(member, timezone.now())
