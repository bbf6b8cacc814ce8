"""How a member last took images along: Taking, offered again the next time. Own rows only (C21)."""

from django.conf import settings
from django.db import models

MOST_PATTERN = 120  # characters


class Taking(models.Model):
    """A member's latest choices: how files are named, in which format, and what is written into them."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    pattern = models.CharField(max_length=MOST_PATTERN)
    format = models.CharField(max_length=8)
    inside = models.CharField(max_length=8)

    def __str__(self) -> str:
        return self.pattern
