"""An invitation to the team: a link whose secret is kept as its hash alone. Touches its own row only."""

import hashlib
import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio.accounts.models.member import Member, Role


class Invitation(models.Model):
    """So many people may join by it, until then, as that role (E2). One of nobody's is the first owner's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret = models.CharField(max_length=64, unique=True)  # SHA-256 of the link's last part, in hex
    role = models.CharField(max_length=16, choices=Role, default=Role.DESIGNER)
    note = models.CharField(max_length=80, blank=True)  # whom it is for
    uses = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="invitation_not_overused"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.note or 'for anybody'}"

    @property
    def left(self) -> int:
        """Return how many may still join by it."""
        return self.uses - self.used

    def state(self, now: datetime) -> str:
        """Return what it is, in a word: open, used, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        if self.used >= self.uses:
            return "used"
        return "expired" if self.expires_at <= now else "open"


def hashed(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
