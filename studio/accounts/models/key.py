"""A Doitong API key, sealed. Touches its own row only; `studio.accounts.keys` opens and seals it."""

import uuid

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts.models.member import Member
from studio.accounts.plans import Plan

NOBODY = uuid.UUID(int=0)  # stands for “the team” in the index that allows one key in use each


class KeyState(models.TextChoices):
    """What the provider last said of the key, or that a person put it away."""

    OK = "ok", "Working"
    REFUSED = "refused", "Refused"
    NO_CREDITS = "no_credits", "Out of credits"
    DISABLED = "disabled", "Disabled"


IN_USE = ~models.Q(state=KeyState.DISABLED)


class Key(models.Model):
    """A member's own key, or the team's (no member). The text is never here in plain (E3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="keys")
    sealed = models.TextField()
    last4 = models.CharField(max_length=4, blank=True)
    fingerprint = models.CharField(max_length=64)
    account = models.UUIDField(default=uuid.uuid4, db_index=True)  # keys with the same one share limits (S96)
    sealed_hook_secret = models.TextField(blank=True)
    sealed_former_hook_secret = models.TextField(blank=True)  # holds a while after a change (HOOK-10)
    hook_secret_at = models.DateTimeField(null=True, blank=True)
    plan = models.CharField(max_length=12, choices=Plan, default=Plan.FREE)
    per_minute = models.PositiveIntegerField(null=True, blank=True)  # null: unlimited
    at_once = models.PositiveIntegerField(null=True, blank=True)
    per_day = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=KeyState, default=KeyState.OK)
    state_at = models.DateTimeField(default=timezone.now)
    state_reason = models.CharField(max_length=300, blank=True)
    provider_credits = models.BigIntegerField(null=True, blank=True)  # as it last said (D13)
    provider_credits_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("member", models.Value(NOBODY, output_field=models.UUIDField())),
                condition=IN_USE,
                name="key_one_in_use",
            ),
            models.UniqueConstraint(fields=["fingerprint"], condition=IN_USE, name="key_not_twice"),
            models.CheckConstraint(condition=models.Q(state__in=KeyState.values), name="key_state_known"),
            models.CheckConstraint(condition=models.Q(plan__in=Plan.values), name="key_plan_known"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} …{self.last4}"

    @property
    def owner(self) -> str:
        """Whose key it is, in words."""
        return str(self.member) if self.member else "The team"

    @property
    def works(self) -> bool:
        """Whether jobs may be sent with it now."""
        return self.state == KeyState.OK
