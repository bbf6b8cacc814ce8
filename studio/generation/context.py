"""The pulse for every page: while something of the member's is live, each page asks for news (D27)."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from studio.accounts.models import Member
from studio.generation.news import page_news


def pulse(request: HttpRequest) -> dict[str, Any]:
    """Return `pulse`, read only by pages that draw it; None for somebody signed out."""
    user = getattr(request, "user", None)
    if not isinstance(user, Member):
        return {"pulse": None}
    return {"pulse": SimpleLazyObject(lambda: page_news(user))}
