"""What members ask for, and credits that were given for a time (D9, D10). Amounts are whole credits."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits.models.ledger import Account


class AskState(models.TextChoices):
    """What became of a request."""

    OPEN = "open", "Waits"
    GRANTED = "granted", "Granted"
    TRIMMED = "trimmed", "Granted in part"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Ask(models.Model):
    """A member's request for credits, or for a budget that is so much higher; at most one waits of each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="asks")
    budget_id = models.UUIDField(null=True)  # the budget to be raised; none: credits
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=AskState, default=AskState.OPEN)
    given = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                F("member"),
                Coalesce("budget_id", models.Value(uuid.UUID(int=0))),
                condition=Q(state=AskState.OPEN),
                name="ask_one_waits",
            ),
            models.CheckConstraint(condition=Q(state__in=AskState.values), name="ask_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ask_of_something"),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="ask_waiting")]

    def __str__(self) -> str:
        return f"{self.amount} credits for {self.member_id}"


class TopUp(models.Model):
    """A grant with an end. `left` is what of it is unspent as of `Account.drawn`; the end takes the rest."""

    id = models.UUIDField(primary_key=True)  # the grant's reference
    account = models.ForeignKey(Account, models.PROTECT, related_name="top_ups")
    amount = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    ends_at = models.DateTimeField()
    lapses = models.PositiveSmallIntegerField(default=0)  # entries that took something of it
    lapsed = models.PositiveIntegerField(default=0)  # credits that they took
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ends_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(left__lte=F("amount")), name="top_up_left_of_it")]
        indexes = [models.Index(fields=["ends_at"], condition=Q(closed_at=None), name="top_up_open")]

    def __str__(self) -> str:
        return f"{self.left} of {self.amount} until {self.ends_at:%Y-%m-%d}"
