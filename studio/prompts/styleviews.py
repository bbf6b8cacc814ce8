"""The pages of the styles: by category with their pictures, make, change, take away as files."""

from collections.abc import Callable, Sequence
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from studio.accounts.http import MemberRequest
from studio.prompts import keeping, samples, styles
from studio.prompts.access import kept
from studio.prompts.exporting import stylefiles
from studio.prompts.exporting.stylefiles import Row
from studio.prompts.frame import draw
from studio.prompts.models import PRESENT, Style
from studio.prompts.styleforms import StyleForm

METHODS = ["GET", "HEAD", "POST"]
OFFERED = 12  # recent images to choose a picture from
EXPORTS: dict[str, tuple[str, str, Callable[[Sequence[Row]], bytes]]] = {
    "a1111": ("styles.csv", "text/csv; charset=utf-8", stylefiles.as_a1111),
    "invoke": ("prompt_templates.csv", "text/csv; charset=utf-8", stylefiles.as_invoke),
    "spreadsheet": ("styles-spreadsheet.csv", "text/csv; charset=utf-8", stylefiles.as_spreadsheet),
    "json": ("styles.json", "application/json", stylefiles.as_json),
}


@require_safe
@never_cache
def styles_page(request: MemberRequest) -> HttpResponse:
    """All styles by category, each with its picture where there is one that the member may see."""
    rows = styles.listed()
    seen = samples.find(request.user, {row.sample for row in rows if row.sample})
    cards = [(row, seen.get(row.sample) if row.sample else None) for row in rows]
    groups = [(name, list(each)) for name, each in groupby(cards, key=lambda card: card[0].category)]
    return draw(request, "styles.html", "styles", {"groups": groups, "count": len(rows)})


@require_http_methods(METHODS)
@never_cache
def new_style(request: MemberRequest) -> HttpResponse:
    """Make a style."""
    first = {"category": request.GET.get("category", "")[:60], "sample": request.GET.get("sample", "")[:200]}
    form = StyleForm(request.POST or None, initial=first, member=request.user)
    if request.method != "POST" or not form.is_valid():
        return _draw(request, form, None, status=422 if request.method == "POST" else 200)
    try:
        row = keeping.make(Style, request.user, **form.values)
    except keeping.NameTaken as refusal:
        form.add_error("name", refusal.sentence)
        return _draw(request, form, None, status=409)
    messages.success(request, f"“{row.name}” is saved.")
    return redirect("library_styles")


@require_http_methods(METHODS)
@never_cache
def style_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Look at a style and change it."""
    row = kept(Style, pk)
    if request.method != "POST":
        return _draw(request, StyleForm.of(row, request.user), row)
    form = StyleForm(request.POST, member=request.user)
    if not form.is_valid():
        return _draw(request, form, row, status=422)
    try:
        row = keeping.change(row, request.user, form.opened, **form.values)
    except keeping.NotKept as refusal:
        form.add_error("name" if isinstance(refusal, keeping.NameTaken) else None, refusal.sentence)
        return _draw(request, form, row, status=409)
    messages.success(request, f"“{row.name}” is saved.")
    return redirect("library_styles")


@require_safe
@never_cache
def export(request: MemberRequest) -> HttpResponse:
    """Give all styles away: for a tool, for a spreadsheet, or with all that is kept. Http404 for others."""
    kind = request.GET.get("as", "")
    if kind not in EXPORTS:
        raise Http404("Styles are exported as a1111, invoke, spreadsheet or json.")
    name, content_type, write = EXPORTS[kind]
    response = HttpResponse(write([_row(style) for style in styles.listed()]), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


def _row(style: Style) -> Row:
    return Row(
        name=style.name, text=style.text, negative=style.negative, category=style.category, order=style.order,
        sample=str(style.sample or ""), extra=style.extra,
    )  # fmt: skip


def _draw(request: MemberRequest, form: StyleForm, row: Style | None, status: int = 200) -> HttpResponse:
    offered = samples.offered(request.user, OFFERED)
    if row and row.sample:
        own = samples.find(request.user, [row.sample])
        offered = [*own.values(), *(one for one in offered if one.id not in own)]
    categories = Style.objects.filter(PRESENT).exclude(category="").order_by("category")
    context = {
        "form": form,
        "row": row,
        "example": row.apply("a red fox") if row else "",
        "offered": [(one, str(one.id) == form["sample"].value()) for one in offered],
        "categories": list(categories.values_list("category", flat=True).distinct()),
    }
    return draw(request, "style.html", "styles", context, status)
