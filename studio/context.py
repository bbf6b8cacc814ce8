"""What every page may say of the house: the team's name, whether this is a demonstration."""

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """Return the names that base.html needs on every page."""
    return {"demo": settings.DEMO, "sandbox": settings.DOITONG_SANDBOX}
