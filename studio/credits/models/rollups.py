"""What was posted in a day and in a month, by member, project and key: derived from the entries (D4, D5).

Kept by `studio.credits.rollups` alone, in the transaction of each entry, and proved against a recount by
`check_ledger`. It can be made anew at any time; nothing is lost with it. Whole credits.
"""

from uuid import UUID

from django.db import models
from django.db.models import Q

from studio.accounts.models import Member

NONE = UUID(int=0)
"""Stands for no project and for no key: null never equals null, and each row must stand once."""


class Unit(models.TextChoices):
    """How long the time of a row is."""

    DAY = "d", "Day"
    MONTH = "m", "Month"


class Rollup(models.Model):
    """What a member's entries of one day or month, under one project and key, add up to.

    `start` is the first day in the team's time zone. `posted` is the sum of all entries, `spent` what the
    provider charged less what came back, `charges` how many entries charged something.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=1, choices=Unit)
    start = models.DateField()
    project = models.UUIDField(default=NONE)
    key = models.UUIDField(default=NONE)
    posted = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    charges = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "unit", "start", "project", "key"], name="rollup_once"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="rollup_unit_known"),
        ]
        indexes = [models.Index(fields=["unit", "start"], name="rollup_window")]

    def __str__(self) -> str:
        return f"{self.get_unit_display()} {self.start}: {self.spent} spent"
