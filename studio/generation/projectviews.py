"""The pages of projects: all that one may see, and one with its people, spend and rules (E8).

Members see their own; credit admins and owners see all, and make, change and archive them.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from studio.accounts import projects
from studio.accounts.access import visible_projects
from studio.accounts.http import MemberRequest
from studio.accounts.models import Project
from studio.generation import projectpage
from studio.generation.projectforms import PeopleForm, ProjectForm, SettingsForm

METHODS = ["GET", "HEAD", "POST"]
ADMINS = "Only a credit admin or an owner makes and changes projects."


@require_http_methods(METHODS)
@never_cache
def projects_page(request: MemberRequest) -> HttpResponse:
    """Every project that the reader may see; an admin makes one here."""
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _admins(request)
        if form.is_valid() and (made := _made(request, form)):
            messages.success(request, f"“{made}” is made, with you in it.")
            return redirect("project", made.pk)
    people = Count("members", filter=Q(members__is_active=True))
    found = visible_projects(request.user).annotate(people=people)
    context = {"form": form, "lines": projectpage.lines(found)}
    return render(request, "generation/projects.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@never_cache
def project_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One project."""
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if request.method != "POST":
        return _draw(request, project)
    _admins(request)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, project) if act else HttpResponseBadRequest("There is no such button.")


def _made(request: MemberRequest, form: ProjectForm) -> Project | None:
    try:
        return projects.make(form.cleaned_data["name"], form.cleaned_data["note"], request.user)
    except projects.NameTaken as refusal:
        form.add_error("name", str(refusal))
        return None


def _change(request: MemberRequest, project: Project) -> HttpResponse:
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _draw(request, project, settings=form, status=422)
    fresh = Project.objects.get(pk=project.pk)  # the page is drawn with the name as it is kept
    try:
        if projects.change(fresh, request.user, **form.cleaned_data):
            messages.success(request, "The project is saved.")
    except projects.NameTaken as refusal:
        form.add_error("name", str(refusal))
        return _draw(request, project, settings=form, status=422)
    return redirect("project", project.pk)


def _people(request: MemberRequest, project: Project) -> HttpResponse:
    form = PeopleForm.of(project, request.POST)
    if not form.is_valid():
        return _draw(request, project, people=form, status=422)
    if projects.put_in(project, form.cleaned_data["members"], request.user):
        messages.success(request, "Who is in it is saved. It holds for every new run.")
    return redirect("project", project.pk)


def _archive(request: MemberRequest, project: Project) -> HttpResponse:
    if projects.archive(project, request.user):
        messages.success(request, f"“{project}” is archived. Nothing more is spent in it.")
    return redirect("project", project.pk)


def _reopen(request: MemberRequest, project: Project) -> HttpResponse:
    if projects.reopen(project, request.user):
        messages.success(request, f"“{project}” is open again.")
    return redirect("project", project.pk)


ACTS: dict[str, Callable[[MemberRequest, Project], HttpResponse]] = {
    "change": _change,
    "people": _people,
    "archive": _archive,
    "reopen": _reopen,
}


def _admins(request: MemberRequest) -> None:
    if not request.user.is_admin:
        raise PermissionDenied(ADMINS)


def _draw(
    request: MemberRequest,
    project: Project,
    *,
    settings: SettingsForm | None = None,
    people: PeopleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = projectpage.page(project)
    if request.user.is_admin:
        context["settings"] = settings or SettingsForm.of(project)
        context["people_form"] = people or PeopleForm.of(project)
    return render(request, "generation/project.html", context, status=status)
