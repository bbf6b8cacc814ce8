"""What the ledger was held against: the provider's own figures, and the nights' recounts (D13, D14)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio.accounts.models import Key, Member


class Source(models.TextChoices):
    """Where a figure of the provider's comes from."""

    REFUSAL = "refusal", "Doitong refused an image"
    ASKED = "asked", "Doitong was asked"
    TYPED = "typed", "Typed in"


class Anchor(models.Model):
    """What a Doitong account had left at a moment, beside what our entries of its keys added up to (D13).

    `under_way` is what was held then for images that it was making: the figure is exact only where
    that is 0. `booked` is what of the drift was booked since.
    """

    account = models.UUIDField()  # Key.account: keys with the same one spend from the same credits
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source)
    figure = models.BigIntegerField()
    ours = models.BigIntegerField()
    under_way = models.BigIntegerField(default=0)
    booked = models.BigIntegerField(default=0)
    explained_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="anchor_source_known")
        ]
        indexes = [models.Index(F("account"), F("id").desc(), name="anchor_newest")]

    def __str__(self) -> str:
        return f"{self.figure} credits, {self.at:%Y-%m-%d %H:%M}"


class Checkup(models.Model):
    """What a night's self-check found, and what it mended (D14)."""

    at = models.DateTimeField(default=timezone.now)
    entries = models.PositiveBigIntegerField()
    open_holds = models.PositiveIntegerField()
    ended = models.PositiveIntegerField(default=0)  # holds whose jobs had ended before
    findings = models.JSONField(default=list)  # sentences

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.findings)} findings"
