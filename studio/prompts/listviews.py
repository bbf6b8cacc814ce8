"""The pages of the word lists: find, make, change, check while typing, take away as files."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.http import MemberRequest
from studio.prompts import keeping, renaming
from studio.prompts.access import kept
from studio.prompts.exporting import listfiles
from studio.prompts.exporting.listfiles import Shelf
from studio.prompts.frame import draw
from studio.prompts.listcheck import faults_of
from studio.prompts.listforms import ListForm
from studio.prompts.listtext import entries_of, needs_of
from studio.prompts.models import PRESENT, WordList
from studio.prompts.usage import missing, uses_of

METHODS = ["GET", "HEAD", "POST"]
SOME = 5  # names in a sentence
SHOWN = 200  # of all lists on one page; the search finds the others
TOO_LARGE_TO_TYPE = 900_000  # characters; a form may not be larger than a million bytes
type Writer = Callable[[Sequence[Shelf], datetime], bytes]
EXPORTS: dict[str, tuple[str, Writer]] = {
    "zip": ("application/zip", listfiles.as_zip),
    "yaml": ("application/yaml", lambda shelves, _now: listfiles.as_yaml(shelves)),
    "json": ("application/json", lambda shelves, _now: listfiles.as_json(shelves)),
}


@require_safe
@never_cache
def lists_page(request: MemberRequest) -> HttpResponse:
    """Every list by folder, or those whose name, purpose or entries have some words."""
    query = request.GET.get("q", "").strip().replace("\0", "")[:100]
    rows = list(_found(query).select_related("changed_by").defer("text", "needs")[: SHOWN + 1])
    folders = [(name, list(each)) for name, each in groupby(rows[:SHOWN], key=lambda row: row.folder)]
    context = {"folders": folders, "q": query, "more": len(rows) > SHOWN, "count": len(rows[:SHOWN])}
    return draw(request, "lists.html", "lists", context)


@require_http_methods(METHODS)
@never_cache
def new_list(request: MemberRequest) -> HttpResponse:
    """Make a list."""
    form = ListForm(request.POST or None, initial={"name": request.GET.get("name", "")[:120]})
    if request.method != "POST":
        form.fields["name"].widget.attrs["autofocus"] = True  # the page is there to write in
        return _draw(request, form, None)
    if not form.is_valid():
        return _draw(request, form, None, status=422)
    try:
        row = keeping.make(WordList, request.user, **form.values)
    except keeping.NameTaken as refusal:
        form.add_error("name", refusal.sentence)
        return _draw(request, form, None, status=409)
    messages.success(request, f"“{row.name}” is saved. Use it as __{row.name}__ in a prompt.")
    return redirect("library_list", row.pk)


@require_http_methods(METHODS)
@never_cache
def list_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Look at a list and change it."""
    row = kept(WordList, pk)
    if request.method != "POST":
        return _draw(request, ListForm.of(row), row)
    form = ListForm(request.POST, initial={"name": row.name})
    if not form.is_valid():
        return _draw(request, form, row, status=422)
    former = row.name
    try:
        with transaction.atomic():
            row = keeping.change(row, request.user, form.opened, **form.values)
            follows = form.cleaned_data["follow"] and row.name != former
            followed = renaming.follow(former, row.name, request.user) if follows else None
    except keeping.NotKept as refusal:
        form.add_error("name" if isinstance(refusal, keeping.NameTaken) else None, refusal.sentence)
        return _draw(request, form, row, status=409)
    changed = f" Changed with it: {_some(followed.changed)}." if followed and followed.changed else ""
    messages.success(request, f"“{row.name}” is saved.{changed}")
    _warn_of_former_name(request, former, row.name, followed.behind if followed else ())
    return redirect("library_list", row.pk)


@require_POST
@never_cache
def check(request: MemberRequest) -> HttpResponse:
    """Say what is wrong with the entries that are being typed, and how many there are."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    context = {"faults": faults_of(text), "count": len(entries_of(text))}
    return render(request, "prompts/list.html#checked", context)


@require_safe
@never_cache
def text_file(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give a list away as a text file."""
    row = kept(WordList, pk)
    data = listfiles.as_txt(Shelf(name=row.name, text=row.text))
    return _file(data, f"{row.name.rpartition('/')[2]}.txt", "text/plain; charset=utf-8")


@require_safe
@never_cache
def export(request: MemberRequest) -> HttpResponse:
    """Give all lists away, as a ZIP of text files, as YAML or as JSON. Http404 for another kind."""
    kind = request.GET.get("as", "")
    if kind not in EXPORTS:
        raise Http404("Lists are exported as zip, yaml or json.")
    content_type, write = EXPORTS[kind]
    rows = WordList.objects.filter(PRESENT).values_list("name", "text", "description")
    shelves = [Shelf(name=name, text=text, description=about) for name, text, about in rows]
    return _file(write(shelves, timezone.localtime()), f"word-lists.{kind}", content_type)


def _found(query: str) -> QuerySet[WordList]:
    lists = WordList.objects.filter(PRESENT)
    for word in query.split():
        word = word.strip("_") or word
        lists = lists.filter(
            Q(name__icontains=word) | Q(description__icontains=word) | Q(text__icontains=word)
        )
    return lists


def _warn_of_former_name(request: MemberRequest, former: str, name: str, behind: Sequence[str]) -> None:
    """Say who still asks for a list by the name that it had, and not by the one that it has."""
    present = {use.href for use in uses_of(name)} if former != name else set()
    uses = [use.name for use in uses_of(former) if use.href not in present] if former != name else []
    if who := [*uses, *behind]:
        messages.warning(
            request, f"These still ask for __{former}__: {_some(who)}. Change the name there too."
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SOME]) + (" and others" if len(names) > SOME else "")


def _draw(request: MemberRequest, form: ListForm, row: WordList | None, status: int = 200) -> HttpResponse:
    needs = needs_of(form["text"].value() or "")
    names = list(WordList.objects.filter(PRESENT).values_list("name", flat=True)) if needs else []
    context = {
        "form": form,
        "row": row,
        "uses": uses_of(row.name) if row else [],
        "faults": getattr(form, "faults", []),
        "count": len(entries_of(form["text"].value() or "")),
        "missing": missing(needs, names),
        "too_large": row is not None and row.size > TOO_LARGE_TO_TYPE,
    }
    return draw(request, "list.html", "lists", context, status)


def _file(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response
