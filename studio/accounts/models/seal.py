"""The chain over the audit trail: a row for each event, in the order in which they were seen committed."""

from django.db import models
from django.utils import timezone


class Seal(models.Model):
    """What an event said when it was sealed, hashed with the seal before it (E5, LOG-01).

    `event` is its id and no foreign key, so that a seal outlives an event that somebody removed.
    """

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 …: two cannot both be the next one
    event = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)  # SHA-256, in hex
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"
