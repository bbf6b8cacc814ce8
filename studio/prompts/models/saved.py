"""Saved prompts: a name, its versions, and labels that point at one of them. Own rows only."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from studio.prompts.models.kept import PRESENT, Kept


class SavedPrompt(Kept):
    """A named prompt of the team. What it says is in its versions; `latest` is the number of the newest."""

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    latest = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], condition=PRESENT, name="saved_name_once")]

    def __str__(self) -> str:
        return self.name


class PromptVersion(models.Model):
    """One version, never changed: the template, why, and by whom (A20)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prompt = models.ForeignKey(SavedPrompt, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # 1, 2, 3 …
    template = models.TextField()
    note = models.CharField(max_length=300, blank=True)
    fields = models.JSONField(default=dict, blank=True)  # what else the composer said, where that was saved
    needs = models.JSONField(default=list, blank=True)  # the word lists that its template asks for
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["prompt", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="version_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class PromptLabel(models.Model):
    """A word such as “production” that points at one version of a prompt and can be moved to another."""

    prompt = models.ForeignKey(SavedPrompt, models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)
    version = models.ForeignKey(PromptVersion, models.CASCADE, related_name="labels")
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["prompt", "name"], name="label_once")]

    def __str__(self) -> str:
        return self.name


class LabelGuard(models.Model):
    """Which roles, beside the owners, may move a label of this name. A label without one is everybody's."""

    name = models.CharField(max_length=40, unique=True)
    roles = models.JSONField(default=list)  # values of accounts' Role
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
