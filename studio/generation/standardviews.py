"""The pages of defaults, caps and words: for who looks after the team."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from studio.accounts import policies
from studio.accounts.access import admins_only, visible_projects
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member, Policy, Project, Role
from studio.generation import standards, wordrules
from studio.generation.models import Scope, Standard, WordRule
from studio.generation.standardforms import StandardForm, WordForm

METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """For whom something is said: what the address says of it, its name, and what it is in a few words."""

    key: str
    name: str
    scope: Scope
    subject: str
    said: tuple[str, ...]


@require_http_methods(METHODS)
@never_cache
@admins_only
def defaults_page(request: MemberRequest) -> HttpResponse:
    """Defaults and caps: of everybody, of each role, of each project."""
    lines = _lines(request.user)
    chosen = next((line for line in lines if line.key == request.GET.get("for", "team")), None)
    if chosen is None:
        raise Http404("There is nobody of that name.")
    form = StandardForm.of(standards.of(chosen.scope, chosen.subject))
    if request.method == "POST":
        form = StandardForm(request.POST)
        if form.is_valid():
            if standards.keep(chosen.scope, chosen.subject, form.said, request.user):
                messages.success(request, "It is saved, and holds for every run from now on.")
            return redirect(f"{reverse('team_defaults')}?for={chosen.key}")
    context = {"lines": lines, "chosen": chosen, "form": form, "policy": Policy.present()}
    return render(request, "generation/defaults.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def private_prompts(request: MemberRequest) -> HttpResponse:
    """Hide prompts from who does not own them on the queue page, or show those of the team again (E10)."""
    hidden = request.POST.get("private") == "1"
    if policies.set_private_prompts(hidden, request.user):
        told = "Others’ prompts are hidden." if hidden else "Prompts of the team’s runs are shown."
        messages.success(request, told)
    return redirect("team_defaults")


@require_http_methods(METHODS)
@never_cache
@admins_only
def words_page(request: MemberRequest) -> HttpResponse:
    """The rules about words, and a form for the next."""
    form = WordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _added(form, request.user):
        messages.success(request, "The rule holds from the next run on.")
        return redirect("team_words")
    context = {"form": form, "rules": WordRule.objects.select_related("by")}
    return render(request, "generation/words.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def word_take_away(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a rule away."""
    rule = get_object_or_404(WordRule, pk=pk)
    if wordrules.take_away(rule, request.user):
        messages.success(request, f"“{rule.text}” is free again.")
    return redirect("team_words")


def _added(form: WordForm, actor: Member) -> bool:
    said = form.cleaned_data
    try:
        wordrules.add(WordRule.Kind(said["kind"]), said["text"], said["note"], actor)
    except wordrules.NoRule as refusal:
        form.add_error("text", str(refusal))
        return False
    return True


def _lines(reader: Member) -> list[Line]:
    """Return for whom something may be said, and what is. Two queries."""
    rows = {(row.scope, row.subject): row for row in Standard.objects.all()}
    projects = visible_projects(reader).filter(archived_at=None)
    whom = [("team", "Everybody", Scope.TEAM, "")]
    whom += [(f"role-{role.value}", f"{role.label}s", Scope.ROLE, role.value) for role in Role]
    whom += [_of_project(project) for project in projects]
    return [
        Line(
            key=key,
            name=name,
            scope=scope,
            subject=subject,
            said=tuple(standards.said_by(rows[scope, subject])) if (scope, subject) in rows else (),
        )
        for key, name, scope, subject in whom
    ]


def _of_project(project: Project) -> tuple[str, str, Scope, str]:
    return f"project-{project.pk}", project.name, Scope.PROJECT, str(project.pk)
