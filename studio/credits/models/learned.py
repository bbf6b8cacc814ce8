"""What images really cost so far: the prices that the estimates are made of (D15, D16)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Price(models.Model):
    """What a size and a quality really cost so far (D15, D16)."""

    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    quality = models.CharField(max_length=32)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    last = models.PositiveIntegerField(null=True)
    seen = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["width", "height", "quality"], name="price_once"),
            models.CheckConstraint(condition=Q(low__lte=F("high")), name="price_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.width}×{self.height} {self.quality}: {self.low}–{self.high}"


class Charge(models.Model):
    """How often a size and a quality cost just this: of these the median is made (D15)."""

    price = models.ForeignKey(Price, models.CASCADE, related_name="charges")
    cost = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["cost"]
        constraints = [models.UniqueConstraint(fields=["price", "cost"], name="charge_once")]

    def __str__(self) -> str:
        return f"{self.seen} × {self.cost}"
