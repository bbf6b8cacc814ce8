"""An uploaded file that was read and is looked at before it is imported. Touches its own row only."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Upload(models.Model):
    """What was found in a file, for the one who uploaded it; gone with the import or after a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # "lists" or "styles"
    name = models.CharField(max_length=200)  # of the file
    found = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.name
