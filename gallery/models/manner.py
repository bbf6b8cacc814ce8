"""How a member likes the wall drawn. Own rows only."""

from django.conf import settings
from django.db import models


class Manner(models.Model):
    """A member's own settings of the wall; without a row it has no end, and every image is by itself."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="manner"
    )
    paged = models.BooleanField(default=False)  # a page at a time, by a link (C28)
    stacked = models.BooleanField(default=False)  # images of one run in one card (C23)

    def __str__(self) -> str:
        return f"{'paged' if self.paged else 'endless'}, {'stacked' if self.stacked else 'apart'}"
