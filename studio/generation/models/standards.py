"""What the team wants of every run: defaults, caps, words. Touches its own rows only."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Scope(models.TextChoices):
    """For whom a standard holds. Of defaults the last of these wins; of caps the strictest."""

    TEAM = "team", "Everybody"
    ROLE = "role", "A role"
    PROJECT = "project", "A project"


class Standard(models.Model):
    """Defaults and caps of the team, of a role or of a project; what is empty says nothing (E14, A10)."""

    scope = models.CharField(max_length=8, choices=Scope)
    subject = models.CharField(max_length=36, blank=True)  # a role's name, or a project's id
    size = models.CharField(max_length=8, blank=True)  # what a fresh form begins with
    quality = models.CharField(max_length=32, blank=True)
    each = models.PositiveSmallIntegerField(null=True, blank=True)
    largest = models.CharField(max_length=8, blank=True)  # the name of the largest size
    most_images = models.PositiveIntegerField(null=True, blank=True)  # of one run
    ask_above = models.PositiveIntegerField(null=True, blank=True)  # images, from where a run is confirmed
    ask_above_credits = models.PositiveIntegerField(null=True, blank=True)
    qualities = models.JSONField(default=list, blank=True)  # those that may be chosen; empty: all
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "subject"], name="one_standard_a_subject"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="standard_scope_known"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject}".strip()


class WordRule(models.Model):
    """Words that no prompt may have, or that every prompt has to have (E11)."""

    class Kind(models.TextChoices):
        BLOCKED = "blocked", "Blocked"
        REQUIRED = "required", "Required"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=80)
    folded = models.CharField(max_length=160)
    note = models.CharField(max_length=160, blank=True)  # why, for who is refused
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "folded"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "folded"], name="one_rule_a_word"),
            models.CheckConstraint(condition=Q(kind__in=["blocked", "required"]), name="word_rule_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
