"""What the pages of projects tell: people, spend, budgets, images, standards. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from studio.accounts.models import Member, Project
from studio.credits.models import Budget, Rollup
from studio.credits.models import Scope as BudgetScope
from studio.credits.models.rollups import Unit
from studio.credits.rooms import rooms
from studio.generation import standards
from studio.generation.models import Image, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A project in the list: how many are in it, and credits spent in it, this month and in all."""

    project: Project
    people: int
    month: int
    spent: int


def lines(found: QuerySet[Project]) -> list[Line]:
    """Return the projects, open ones first. Three queries; each is told how many `people` are in it."""
    listed: list[Any] = sorted(found, key=lambda one: (one.archived_at is not None, one.folded))
    ids = [project.pk for project in listed]
    spent, month = _spent(ids), _spent(ids, this_month=True)
    return [
        Line(
            project=project,
            people=project.people,
            month=month.get(project.pk, 0),
            spent=spent.get(project.pk, 0),
        )
        for project in listed
    ]


def page(project: Project) -> dict[str, Any]:
    """Return what templates/generation/project.html reads of a project."""
    budgets = list(Budget.objects.filter(scope=BudgetScope.PROJECT, subject=project.pk))
    row = standards.of(Scope.PROJECT, str(project.pk))
    return {
        "project": project,
        "members": list(Member.objects.filter(projects=project, is_active=True)),
        "month": _spent([project.pk], this_month=True).get(project.pk, 0),
        "spent": _spent([project.pk]).get(project.pk, 0),
        "images": Image.objects.filter(job__run__project=project, deleted_at=None).count(),
        "rooms": rooms(budgets, timezone.now()),
        "said": standards.said_by(row),
    }


def _spent(ids: Iterable[UUID], *, this_month: bool = False) -> dict[UUID, int]:
    """Return the credits spent in projects. One query."""
    months = Rollup.objects.filter(project__in=list(ids), unit=Unit.MONTH)
    if this_month:
        months = months.filter(start=timezone.localdate().replace(day=1))
    summed = months.order_by().values_list("project").annotate(Sum("spent"))
    return {project: int(spent or 0) for project, spent in summed}
