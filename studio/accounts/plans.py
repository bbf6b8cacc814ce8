"""The provider's plans and what each allows: pure facts, S60 to S63."""

from dataclasses import dataclass

from django.db import models


class Plan(models.TextChoices):
    """What the key's account pays for."""

    FREE = "free", "Free"
    STARTER = "starter", "Starter"
    PRO = "pro", "Pro"
    ENTERPRISE = "enterprise", "Enterprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a key may ask: requests a minute, jobs at once, jobs a day. None is unlimited."""

    per_minute: int | None
    at_once: int | None
    per_day: int | None


PRESETS = {
    Plan.FREE: Limits(per_minute=10, at_once=1, per_day=100),
    Plan.STARTER: Limits(per_minute=30, at_once=3, per_day=1_000),
    Plan.PRO: Limits(per_minute=60, at_once=10, per_day=10_000),
    Plan.ENTERPRISE: Limits(per_minute=None, at_once=None, per_day=None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person says of a key: its plan, and its limits where the plan leaves them open."""

    plan: Plan
    limits: Limits | None = None

    @property
    def allowed(self) -> Limits:
        """The plan's limits, or the typed ones of an enterprise key (S60 to S63)."""
        typed = self.limits if self.plan == Plan.ENTERPRISE else None
        return typed or PRESETS[self.plan]
