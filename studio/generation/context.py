"""For every page: the pulse while something of the member's is live (D27), and the pauses over them (B15)."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from studio.accounts.models import Member
from studio.generation import banner
from studio.generation.news import page_news


def pulse(request: HttpRequest) -> dict[str, Any]:
    """Return `pulse` and `over_me`, read only by pages that draw them; nothing for somebody signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, Member):
        return {"pulse": None, "over_me": []}
    return {
        "pulse": SimpleLazyObject(lambda: page_news(user)),
        "over_me": SimpleLazyObject(lambda: banner.over(user)),
    }
