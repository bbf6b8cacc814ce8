"""The doors by which a run's grid is taken along: a picture, a ZIP, a table, a web page (A17).

All that an export needs of the database is read before its first byte is sent. A member has one export at a
time in a process, and a process so many: who asks for more is told to come again.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.generation import access, gridhtml, gridpicture, gridtable
from studio.generation.exportgate import gate
from studio.generation.grid import Grid, grid_of
from studio.generation.gridbook import Book, book_of, file_name

STREAMED: dict[str, tuple[str, Callable[[Book], Iterator[bytes]]]] = {
    "png": ("image/png", gridpicture.painted),
    "zip": ("application/zip", gridtable.as_zip),
    "html": ("text/html; charset=utf-8", gridhtml.as_html),
}
KINDS = (*STREAMED, "csv", "json")
INERT = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; sandbox"
AGAIN = 5  # seconds


@require_safe
def run_export(request: MemberRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """Send a run's grid, laid out as the address says (rows, columns, tabs, more), as a file of that kind."""
    if kind not in KINDS:
        raise Http404("There is no such export.")
    grid = _grid(request, pk)
    book = book_of(grid)
    response = _streamed(request, book, kind) if kind in STREAMED else _whole(book, kind)
    response["Content-Disposition"] = content_disposition_header(True, file_name(grid, kind)) or ""
    response["Content-Security-Policy"] = INERT
    response["Cache-Control"] = "private, no-store"
    return response


def _grid(request: MemberRequest, pk: UUID) -> Grid:
    sides = {side: position(request.GET.get(side, "")) for side in ("rows", "columns", "tabs", "more")}
    return grid_of(access.run_for(request.user, pk), member=request.user, **sides)


def _whole(book: Book, kind: str) -> HttpResponse:
    if kind == "csv":
        return HttpResponse(gridtable.as_csv(book), content_type="text/csv; charset=utf-8")
    return JsonResponse(gridtable.as_json(book), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _streamed(request: MemberRequest, book: Book, kind: str) -> HttpResponseBase:
    content_type, pieces = STREAMED[kind]
    place = gate.enter(request.user.pk)
    if place is None:
        return busy()
    if request.method == "HEAD":
        place.leave()
        return HttpResponse(content_type=content_type)
    return StreamingHttpResponse(place.through(pieces(book)), content_type=content_type)


def busy() -> HttpResponse:
    """Answer who has an export under way, or comes while there are too many, to come again (LOAD-07)."""
    words = "Another export is under way. Try again in a moment."
    response = HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(AGAIN)
    return response
