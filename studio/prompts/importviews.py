"""Importing word lists and styles: choose a file, look at what it would do, then do it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from studio.accounts.http import MemberRequest
from studio.accounts.uploads import beyond, bounded
from studio.prompts import imports
from studio.prompts.access import upload_for
from studio.prompts.frame import draw
from studio.prompts.models import Upload

METHODS = ["GET", "HEAD", "POST"]
MOST_CHOSEN = 150  # items that can be chosen one by one; a form has at most 200 fields
ACCEPTED = {"lists": ".txt,.yaml,.yml,.json,.zip", "styles": ".csv,.json"}


@bounded(2 * max(imports.MOST_BYTES.values()))  # a little too much is told in the preview
@require_http_methods(METHODS)
@never_cache
def import_page(request: MemberRequest, kind: str) -> HttpResponse:
    """Choose a file. Nothing is changed by uploading it."""
    if kind not in ACCEPTED:
        raise Http404("Word lists and styles are imported.")
    file = request.FILES.get("file")
    if file is None:
        fault = _fault(request, kind) if request.method == "POST" else ""
        context = {"kind": kind, "accepted": ACCEPTED[kind], "fault": fault}
        return draw(request, "import.html", kind, context, 422 if fault else 200)
    return redirect("library_preview", imports.receive(request.user, kind, file).pk)


def _fault(request: MemberRequest, kind: str) -> str:
    if beyond(request):
        return f"The file is larger than {imports.MOST_BYTES[kind]:,} bytes. Split it, and import the parts."
    return "Choose a file first."


@require_http_methods(METHODS)
@never_cache
def preview_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Look at what an import would do; a POST does it."""
    upload = upload_for(request.user, pk)
    return _take(request, upload) if request.method == "POST" else _draw(request, upload)


def _take(request: MemberRequest, upload: Upload) -> HttpResponse:
    kind = upload.kind
    only = request.POST.getlist("take") if "chosen" in request.POST else None
    done = imports.take(upload, request.user, replace=request.POST.get("changed") == "replace", only=only)
    messages.success(request, f"Imported: {done['made']:,} new, {done['changed']:,} changed.")
    return redirect(f"library_{kind}")


def _draw(request: MemberRequest, upload: Upload) -> HttpResponse:
    preview = imports.preview(upload)
    takeable = preview.count("new") + preview.count("changed")
    context = {
        "upload": upload,
        "preview": preview,
        "takeable": takeable,
        "one_by_one": takeable <= MOST_CHOSEN,
        "shown": preview.items[:1000],
    }
    return draw(request, "preview.html", upload.kind, context)
