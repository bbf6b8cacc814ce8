"""The forms by which budgets are made and changed; none without a reason (D11)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Value
from django.db.models.functions import Coalesce, Concat

from studio.accounts.fields import WholeField
from studio.accounts.models import Key, Member, Project
from studio.accounts.models.key import IN_USE
from studio.credits.models import Scope
from studio.credits.windows import Period

MOST = 999_999_999
PERIODS = [
    (Period.DAY, "Each day"),
    (Period.WEEK, "Each week"),
    (Period.MONTH, "Each month"),
    (Period.TOTAL, "In all"),
]


class LimitForm(forms.Form):
    """So many credits, and why."""

    limit = WholeField(label="Credits", min_value=0, max_value=MOST, help_text="0 lets nothing pass.")
    reason = forms.CharField(label="Why", max_length=200)


class OwnForm(LimitForm):
    """A member's own lower limit (D22)."""

    period = forms.ChoiceField(label="How long it lasts", choices=PERIODS, initial=Period.MONTH)
    field_order = ["period", "limit", "reason"]

    @property
    def lasts(self) -> Period:
        """The period of a valid form."""
        return Period(self.cleaned_data["period"])


class BudgetForm(OwnForm):
    """A limit of the team, a project, a member or a key."""

    whose = forms.ChoiceField(label="Whose")
    field_order = ["whose", "period", "limit", "reason"]

    def __init__(self, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["whose"] = forms.ChoiceField(label="Whose", choices=_everybody())
        self.order_fields(self.field_order)

    @property
    def subject(self) -> tuple[Scope, UUID | None]:
        """Whose budget a valid form is for."""
        scope, _, subject = self.cleaned_data["whose"].partition(":")
        return Scope(scope), UUID(subject) if subject else None


def _everybody() -> list[Any]:
    owner = Coalesce("member__name", Value("The team"))
    groups = [
        ("Projects", Scope.PROJECT, Project.objects.filter(archived_at=None).values_list("pk", "name")),
        ("Members", Scope.MEMBER, Member.objects.filter(is_active=True).values_list("pk", "name")),
        (
            "Keys",
            Scope.KEY,
            Key.objects.filter(IN_USE).values_list("pk", Concat(owner, Value("’s key …"), "last4")),
        ),
    ]
    named = [(title, [(f"{scope}:{pk}", name) for pk, name in rows]) for title, scope, rows in groups]
    return [(Scope.TEAM, "The whole team"), *((title, rows) for title, rows in named if rows)]
