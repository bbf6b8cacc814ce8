"""What the team is told on every page, and whether nothing new may start meanwhile: one row (E15)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio.accounts.models.member import Member


class Announcement(models.Model):
    """A sentence with a beginning and an end. Where there is no row, nothing is said."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    text = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)  # null: at once
    ends_at = models.DateTimeField(null=True, blank=True)  # null: until it is taken away
    maintenance = models.BooleanField(default=False)  # what is there is read, nothing new is started
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="announcement_is_one")]

    def __str__(self) -> str:
        return self.text or "Nothing"

    def holds(self, now: datetime) -> bool:
        """Say whether it is said at this moment."""
        begun = self.starts_at is None or self.starts_at <= now
        over = self.ends_at is not None and self.ends_at <= now
        return begun and not over and bool(self.text or self.maintenance)
