"""Whose API key the team's images are made with: one row, the owners' decision (D23)."""

from django.db import models
from django.utils import timezone


class Payer(models.TextChoices):
    """Which keys may be used."""

    EITHER = "either", "Their own key, or else the team’s"
    OWN = "own", "Only a key of their own"
    TEAM = "team", "Only the team’s key"


class Policy(models.Model):
    """The team's rules. Where there is no row, everything is as it is by default."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    payer = models.CharField(max_length=8, choices=Payer, default=Payer.EITHER)
    private_prompts = models.BooleanField(default=False)  # nobody reads another's in the queue (E10)
    factor_roles = models.JSONField(default=list, blank=True)  # roles that sign in with a second factor (E7)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="policy_is_one"),
            models.CheckConstraint(condition=models.Q(payer__in=Payer.values), name="policy_payer_known"),
        ]

    def __str__(self) -> str:
        return self.get_payer_display()

    @classmethod
    def present(cls) -> "Policy":
        """Return what holds now."""
        return cls.objects.first() or cls()
