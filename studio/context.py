"""What every page may say of the house: the team's name beside the brand, and what all of it is told."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from studio.accounts import announcing


def house(request: HttpRequest) -> dict[str, object]:
    """Return the name that base.html and its brand read, and the banner, asked for where a page draws it."""
    announcement = SimpleLazyObject(lambda: announcing.standing(timezone.now()))
    return {"team_name": settings.TEAM, "announcement": announcement}
