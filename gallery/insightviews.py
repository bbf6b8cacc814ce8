"""Insights: credits for each approved image, where they went to waste, which words win (D19, A31)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallery import outcomes, reckoning
from gallery.outcomes import Asked
from gallery.reckoning import Fact
from studio.accounts.access import admins_only, visible_projects
from studio.accounts.http import MemberRequest
from studio.accounts.models.project import GENERAL
from studio.credits.models.rollups import NONE
from studio.prompts.models import PRESENT, Chip, Style

PERIODS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "A year"))
SHOWN = 20  # lines of a table
TERMS = 60


@require_safe
@never_cache
def my_insights(request: MemberRequest) -> HttpResponse:
    """What one's own credits brought."""
    asked = Asked(days=_days(request), member=request.user.pk, project=_project(request))
    return _draw(request, asked, team=False)


@require_safe
@never_cache
@admins_only
def team_insights(request: MemberRequest) -> HttpResponse:
    """What everybody's credits brought, or one member's."""
    people = outcomes.people()
    member = _uuid(request, "member")
    if member is not None and member not in people:
        raise Http404
    asked = Asked(days=_days(request), member=member, project=_project(request), only_shared=True)
    return _draw(request, asked, team=True, people=people)


def _draw(
    request: MemberRequest, asked: Asked, *, team: bool, people: Mapping[UUID, str] | None = None
) -> HttpResponse:
    facts, more = outcomes.facts(asked, timezone.now())
    projects = dict(visible_projects(request.user).values_list("pk", "name"))
    context: dict[str, Any] = {"team": team, "asked": asked, "more": more, "most": outcomes.MOST}
    context |= {"periods": PERIODS, "people": people, "projects": projects, "none": NONE}
    context |= {"total": reckoning.total(facts), "tables": _tables(facts, people, projects)}
    context["terms"] = reckoning.terms(facts, _chips())[:TERMS]
    return render(request, "gallery/insights.html", context)


def _tables(
    facts: list[Fact], people: Mapping[UUID, str] | None, projects: Mapping[UUID, str]
) -> list[tuple[str, list[reckoning.Line]]]:
    styles = {pk.hex: name for pk, name in Style.objects.values_list("pk", "name")}

    def named(fact: Fact) -> Iterable[str]:
        return {styles.get(one.replace("-", ""), "A style that is gone") for one in fact.styles} or {
            "No style"
        }

    found = [
        ("Project", reckoning.by(facts, lambda one: [_of(projects, one.project)])),
        ("Style", reckoning.by(facts, named)),
        ("Size", reckoning.by(facts, lambda one: [one.size or "Unknown"])),
        ("Quality", reckoning.by(facts, lambda one: [one.quality.capitalize() or "As given"])),
    ]
    if people is not None:
        found.insert(0, ("Member", reckoning.by(facts, lambda one: [people.get(one.member, "")])))
    return [(name, lines[:SHOWN]) for name, lines in found]


def _of(projects: Mapping[UUID, str], project: UUID | None) -> str:
    return projects.get(project, "Another project") if project else GENERAL


def _chips() -> dict[str, str]:
    return dict(Chip.objects.filter(PRESENT).values_list("text", "label"))


def _days(request: MemberRequest) -> int:
    text = request.GET.get("days", "30")
    found = next((days for days, _ in PERIODS if str(days) == text), None)
    if found is None:
        raise Http404
    return found


def _project(request: MemberRequest) -> UUID | None:
    if request.GET.get("project") == "none":
        return NONE
    project = _uuid(request, "project")
    if project is not None and not visible_projects(request.user).filter(pk=project).exists():
        raise Http404
    return project


def _uuid(request: MemberRequest, name: str) -> UUID | None:
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None
