"""What was asked before, and what is asked by the sheet: HistoryEntry and Batch. Own rows only."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class HistoryEntry(models.Model):
    """A run as its member finds it again: the words of all its prompts, folded, each once (A21).

    It hangs on the run alone, so that it stays when pictures go. Listed by `id`, newest first.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.OneToOneField("generation.Run", models.CASCADE, related_name="history")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="history_recent")]

    def __str__(self) -> str:
        return self.words[:80]


class Batch(models.Model):
    """An uploaded sheet: its rows as text, kept until they are right and after they were started (A28).

    Each of `rows` is its number in the sheet and a text for each of `columns`. `defaults` is what
    holds where a cell is empty. `run` is what it became.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=120)
    read_as = models.CharField(max_length=200)  # encoding and delimiter, as they are said to a person
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    defaults = models.JSONField(default=dict)
    run = models.OneToOneField("generation.Run", models.SET_NULL, null=True, related_name="batch")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["member", "-updated_at"], name="batch_recent")]

    def __str__(self) -> str:
        return self.name
