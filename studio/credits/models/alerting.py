"""What is told of the credits: how (one row of rules), what happened, whom it reached and by which way.

Only `studio.credits.alerts` and `studio.credits.telling` write alerts, notices and deliveries (D7, D24).
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from studio.accounts.models import Member

THRESHOLDS = "50 80 95 100"


class Oversight(models.Model):
    """How the team watches its credits: one row, the admins' decision; without it the defaults hold.

    `price_micros` is the price of a credit in millionths of the currency: money is never a float (D25).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    thresholds = models.CharField(max_length=60, default=THRESHOLDS)  # per cent, rising
    mail = models.BooleanField(default=True)
    hook_url = models.CharField(max_length=500, blank=True)
    sealed_hook_secret = models.TextField(blank=True)
    unusual = models.BooleanField(default=True)
    unusual_pause = models.BooleanField(default=False)
    price_micros = models.PositiveBigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    least_days = models.PositiveSmallIntegerField(null=True)  # the team's credits are to last so long (D20)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "oversight"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="oversight_is_one")]

    def __str__(self) -> str:
        return f"told at {self.thresholds} %"

    @classmethod
    def present(cls) -> "Oversight":
        """Return what holds now."""
        return cls.objects.first() or cls()

    @property
    def percents(self) -> list[int]:
        """Return the thresholds, rising."""
        return [int(word) for word in self.thresholds.split()]


class About(models.TextChoices):
    """What an alert tells of."""

    BUDGET = "budget", "A budget’s threshold"
    ASKED = "asked", "A request for credits"
    ANSWERED = "answered", "An answer to a request"
    UNUSUAL = "unusual", "Unusual spend"
    LAPSED = "lapsed", "Credits that lapsed"
    RUNS_OUT = "runs_out", "Credits that run out"
    TRIED = "tried", "A trial of the webhook"


class Alert(models.Model):
    """Something to be told. `once` is unique: of many processes that see the same, one row comes to be."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    about = models.CharField(max_length=8, choices=About)
    once = models.CharField(max_length=160, unique=True)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(told_at=None), name="alert_untold"),
            models.Index(fields=["-created_at"], name="alert_newest"),
        ]

    def __str__(self) -> str:
        return self.once


class Notice(models.Model):
    """An alert as one member reads it in the app, once; how many wait stands on their account."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="notices")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    href = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["alert", "member"], name="notice_once")]
        indexes = [models.Index(fields=["member", "-id"], name="notice_page")]

    def __str__(self) -> str:
        return self.title


class Way(models.TextChoices):
    """By which way an alert leaves the studio."""

    MAIL = "mail", "Mail"
    HOOK = "hook", "Webhook"


class Delivery(models.Model):
    """An alert on its way out: tried again with growing pauses until it arrived or is given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=4, choices=Way)
    to = models.CharField(max_length=500)
    title = models.CharField(max_length=200)
    body = models.TextField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, default=timezone.now)  # none: arrived, or given up
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["alert", "way", "to"], name="delivery_once")]
        indexes = [models.Index(fields=["next_at"], condition=Q(done_at=None), name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.get_way_display()} to {self.to}"
