"""The pages of the saved prompts: versions, what changed between any two, labels and who may move them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.access import owners_only
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.prompts import access, keeping, labels, saved
from studio.prompts.access import kept
from studio.prompts.frame import draw
from studio.prompts.models import LabelGuard, PromptVersion, SavedPrompt
from studio.prompts.promptforms import GuardForm, LabelForm, NameForm, NewPromptForm, VersionForm
from studio.prompts.worddiff import diff

METHODS = ["GET", "HEAD", "POST"]


@require_safe
@never_cache
def prompts_page(request: MemberRequest) -> HttpResponse:
    """Every saved prompt with its newest words and its labels."""
    query = request.GET.get("q", "").strip().replace("\0", "")[:100]
    return draw(request, "prompts.html", "prompts", {"rows": saved.overview(query), "q": query})


@require_http_methods(METHODS)
@never_cache
def new_prompt(request: MemberRequest) -> HttpResponse:
    """Save a prompt under a name."""
    form = NewPromptForm(request.POST or None, initial={"template": request.GET.get("template", "")[:4000]})
    if request.method != "POST" or not form.is_valid():
        return draw(
            request, "new_prompt.html", "prompts", {"form": form}, 422 if request.method == "POST" else 200
        )
    data = form.cleaned_data
    try:
        with transaction.atomic():
            version = saved.create(request.user, **data)
    except keeping.NameTaken as refusal:
        form.add_error("name", refusal.sentence)
        return draw(request, "new_prompt.html", "prompts", {"form": form}, 409)
    messages.success(request, f"“{version.prompt.name}” is saved as version 1.")
    return redirect("library_prompt", version.prompt_id)


@require_http_methods(METHODS)
@never_cache
def prompt_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Look at a prompt and its versions; a POST saves one more."""
    prompt = kept(SavedPrompt, pk)
    if request.method != "POST":
        return _draw(request, prompt)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _draw(request, prompt, form=form, status=422)
    before, fields = prompt.latest, saved.newest(prompt).fields
    version = saved.add_version(prompt, request.user, fields=fields, **form.cleaned_data)
    new = version.number > before
    told = (
        f"Saved as version {version.number}." if new else f"Version {version.number} says the same already."
    )
    messages.success(request, told)
    return redirect("library_prompt", prompt.pk)


@require_POST
def rename(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a prompt's name and what it is for."""
    prompt = kept(SavedPrompt, pk)
    form = NameForm(request.POST, prefix="name")
    if not form.is_valid():
        return _draw(request, prompt, name=form, status=422)
    values = {what: form.cleaned_data[what] for what in ("name", "description")}
    try:
        keeping.change(prompt, request.user, form.opened, **values)
    except keeping.NotKept as refusal:
        form.add_error("name", refusal.sentence)
        return _draw(request, prompt, name=form, status=409)
    messages.success(request, "The name is saved.")
    return redirect("library_prompt", prompt.pk)


@require_POST
def move_label(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a label on a version, or take it off. PermissionDenied for a guarded one."""
    prompt = kept(SavedPrompt, pk)
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _draw(request, prompt, label=form, status=422)
    name, number = form.cleaned_data["label"], form.cleaned_data["version"]
    access.see_that_may_move(request.user, name)
    if number:
        labels.put(prompt, name, access.version_of(prompt, number), request.user)
        messages.success(request, f"“{name}” is on version {number}.")
    elif labels.take_off(prompt, name, request.user):
        messages.success(request, f"“{name}” is taken off.")
    return redirect("library_prompt", prompt.pk)


@require_http_methods(METHODS)
@never_cache
@owners_only
def labels_page(request: MemberRequest) -> HttpResponse:
    """Decide which roles may move which label."""
    form = GuardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        labels.guard(form.cleaned_data["name"], form.cleaned_data["roles"], request.user)
        messages.success(request, f"It is saved who may move “{form.cleaned_data['name']}”.")
        return redirect("library_labels")
    guards = [(one, access.words_of(one)) for one in LabelGuard.objects.select_related("changed_by")]
    context = {"form": form, "guards": guards}
    return draw(request, "labels.html", "prompts", context, 422 if request.method == "POST" else 200)


def _draw(
    request: MemberRequest,
    prompt: SavedPrompt,
    *,
    form: VersionForm | None = None,
    name: NameForm | None = None,
    label: LabelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = list(saved.versions(prompt))
    newest = versions[0] if versions else None
    older, newer = _compared(request, versions)
    begun = _named(versions, request.GET.get("again", "")) or newest
    context = {
        "prompt": prompt,
        "versions": versions,
        "newest": newest,
        "begun": begun,
        "form": form or VersionForm(initial={"template": begun.template if begun else ""}),
        "name": name or NameForm.of(prompt),
        "label": label or LabelForm(initial={"version": prompt.latest}),
        "labels": labels.of(prompt, request.user),
        "older": older,
        "newer": newer,
        "parts": diff(older.template, newer.template) if older and newer else [],
    }
    return draw(request, "prompt.html", "prompts", context, status)


def _compared(
    request: MemberRequest, versions: list[PromptVersion]
) -> tuple[PromptVersion | None, PromptVersion | None]:
    """Return the two versions that are compared, the older first; without a choice the last two."""
    chosen = [_named(versions, request.GET.get(name, "")) for name in ("a", "b")]
    pair = [one for one in chosen if one] if any(chosen) else versions[:2]
    if len(pair) < 2:
        return None, None
    older, newer = sorted(pair, key=lambda one: one.number)
    return older, newer


def _named(versions: list[PromptVersion], number: str) -> PromptVersion | None:
    return next((one for one in versions if one.number == position(number)), None)
