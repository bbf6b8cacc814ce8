"""What every page may say of the house: the team's name beside the brand."""

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """Return the name that base.html and its brand read."""
    return {"team_name": settings.TEAM}
