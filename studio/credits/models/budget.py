"""Budgets: so many credits for the team, a project, a member or a key, in a day, a week, a month or in all.

A budget's counters are what was held and spent in its windows. Only `studio.credits.counting` moves
them, together with the entries that they are the sums of. Amounts are whole credits (D6).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits.windows import Period


class Scope(models.TextChoices):
    """Whose spending a budget bounds."""

    TEAM = "team", "Team"
    PROJECT = "project", "Project"
    MEMBER = "member", "Member"
    KEY = "key", "Key"


class Budget(models.Model):
    """A limit. None set is no limit; a limit of 0 lets nothing pass (LED-08)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=8, choices=Scope)
    subject = models.UUIDField(null=True, blank=True)  # a project's, member's or key's id; the team has none
    period = models.CharField(max_length=8, choices=Period)
    limit = models.BigIntegerField()
    own = models.BooleanField(default=False)  # set by the member for themself (D22)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "subject", "period", "own"],
                condition=Q(subject__isnull=False),
                name="budget_once",
            ),
            models.UniqueConstraint(
                fields=["period"], condition=Q(subject__isnull=True), name="budget_of_the_team_once"
            ),
            models.CheckConstraint(
                condition=Q(scope=Scope.TEAM, subject__isnull=True)
                | ~Q(scope=Scope.TEAM) & Q(subject__isnull=False),
                name="budget_has_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=Scope.values) & Q(period__in=Period.values), name="budget_known"
            ),
            models.CheckConstraint(condition=Q(limit__gte=0), name="budget_not_negative"),
            models.CheckConstraint(condition=Q(own=False) | Q(scope=Scope.MEMBER), name="budget_own"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} credits, {self.get_scope_display()}, {self.get_period_display()}"


class Counter(models.Model):
    """What was held and spent of a budget in one of its windows; what was refunded is not spent."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="counters")
    window = models.DateTimeField()  # its beginning
    until = models.DateTimeField(null=True)
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["budget_id", "window"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "window"], name="counter_once"),
            models.CheckConstraint(condition=Q(held__gte=0), name="counter_held_not_negative"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("window")), name="counter_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spent} spent, {self.held} held since {self.window:%Y-%m-%d}"

    @property
    def used(self) -> int:
        """What is not free any more, in credits."""
        return self.held + self.spent
