"""What was done to many images at once, so that it can be taken back. Own rows only."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_SENTENCE = 400


class Deed(models.Model):
    """One action on some images: who did what, when, and how it is taken back (C19, C20).

    `what` names the action; `kept` is whatever that action's own undo needs, such as the ids it changed
    and what they were before. `done` and `refused` count images.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deeds")
    what = models.CharField(max_length=24)
    sentence = models.CharField(max_length=LONGEST_SENTENCE)
    kept = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="deed_recent")]

    def __str__(self) -> str:
        return self.sentence

    def claim_undo(self, now: datetime) -> bool:
        """Mark it as taken back; say whether this call was the one that did it."""
        return bool(Deed.objects.filter(pk=self.pk, undone_at=None).update(undone_at=now))
