"""The doors of batches: upload, mend, start, stop, go on, take away. Each asks once and answers (A28)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.uploads import beyond, bounded
from studio.credits.ledger import NotEnoughCredits
from studio.generation import access, batchfile, batchpage, batchrun, batchzip, news
from studio.generation.batches import WAYS, Deed
from studio.generation.batchfile import NotASheet
from studio.generation.batchform import beginning, defaults
from studio.generation.batchrun import NotReady
from studio.generation.explore import short_of
from studio.generation.exportgate import gate
from studio.generation.exportviews import busy
from studio.generation.fitting import Short
from studio.generation.models import Batch
from studio.generation.runs import CannotStart


@bounded(batchfile.MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: MemberRequest) -> HttpResponse:
    """List the member's sheets with a way to upload one; keep one that is posted."""
    if request.method != "POST":
        return render(request, "generation/batches.html", batchpage.listed(request.user))
    try:
        batch = batchrun.keep(request.user, *_uploaded(request), beginning(request.user))
    except NotASheet as error:
        page = batchpage.listed(request.user) | {"refusal": str(error)}
        return render(request, "generation/batches.html", page, status=422)
    return redirect("batch", batch.pk)


def _uploaded(request: MemberRequest) -> tuple[str, bytes]:
    """Return the name and the bytes of the posted file. Raises NotASheet where there is none, or too much."""
    file = request.FILES.get("sheet")
    if beyond(request):
        raise NotASheet(
            f"The file has more than {batchfile.MOST_BYTES // 1_000_000} MB; nothing of it was kept. "
            "Take out what is not prompts, or split it."
        )
    if file is None:
        raise NotASheet("No file was chosen. Choose a CSV file first.")
    return file.name or "", file.read()


@require_safe
def batch_template(request: MemberRequest) -> HttpResponse:
    """Send a sheet to begin with, as spreadsheets open it rightly: UTF-8 with a mark."""
    response = HttpResponse(batchfile.TEMPLATE.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, "prompts.csv") or ""
    return response


@require_safe
def batch_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draw a sheet with what is wrong in it and what it costs, or how far its run is."""
    batch = access.batch_for(request.user, pk)
    return _drawn(request, batch)


def _drawn(request: MemberRequest, batch: Batch, refusal: str = "") -> HttpResponse:
    started = batch.run_id is not None
    page = _progress(request, batch) if started else batchpage.page(batch, refusal=refusal)
    name = "generation/batch_run.html" if started else "generation/batch.html"
    part = f"{name}#{'progress' if started else 'sheet'}" if request.htmx else name
    return render(request, part, page, status=422 if refusal else 200)


def _progress(request: MemberRequest, batch: Batch) -> dict[str, Any]:
    if request.htmx:
        return batchpage.progress(batch)
    pulse = news.page_news(request.user, news.scope_of([], only=batch.run))  # before the jobs are read
    tiles = batchpage.tiles(batch, position(request.GET.get("from", "")) or 0)
    return batchpage.progress(batch) | tiles | {"pulse": pulse, "scope": pulse["scope"]}


@require_safe
def run_sheet(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Go to the batch that a run was made from."""
    return redirect("batch", access.batch_of_run(request.user, pk).pk)


@require_POST
def batch_mend(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep what was mended and chosen, and look through the sheet again."""
    batch = access.batch_for(request.user, pk)
    try:
        chosen = defaults(request.user, request.POST)
        batch = batchrun.mend(batch, batchpage.cells_of(request.POST.items()), chosen)
    except NotReady as error:
        messages.error(request, str(error))
    return _drawn(request, batch) if request.htmx else redirect("batch", pk)


@require_POST
def batch_leave_out(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the rows with faults out of the sheet."""
    batch = access.batch_for(request.user, pk)
    try:
        went = batchrun.leave_out(batch, batchrun.faulty(batch))
        words = f"{went:,} row{'s' if went != 1 else ''} left out." if went else "No row would be left."
        messages.success(request, words)
    except NotReady as error:
        messages.error(request, str(error))
    return redirect("batch", pk)


@require_POST
def batch_start(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Start the batch; said twice it is started once."""
    batch = access.batch_for(request.user, pk)
    short = Short.HOLD if short_of(request.POST) else Short.REFUSE  # a sheet has no row left out unseen
    if batch.run_id is None:
        refusal = batchpage.refused(batch, request.POST.dict(), short=bool(short))
        try:
            if not refusal:
                batchrun.start(batch, short=short)
        except (CannotStart, NotEnoughCredits) as error:
            refusal = str(error)
        if refusal:
            return _drawn(request, batch, refusal)
    return redirect("batch", pk)


@require_POST
def batch_stop(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Cancel what of the batch waits; what is under way goes on."""
    batch = access.started_batch_for(request.user, pk)
    messages.success(request, batchrun.stop(batch).said(WAYS[Deed.CANCEL].words))
    return redirect("batch", pk)


@require_POST
def batch_resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put what was stopped, held or failed back into the line."""
    batch = access.started_batch_for(request.user, pk)
    messages.success(request, batchrun.resume(batch).said(WAYS[Deed.RETRY].words))
    return redirect("batch", pk)


@require_POST
def batch_again(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Open the rows of a batch as a new one."""
    return redirect("batch", batchrun.again(access.batch_for(request.user, pk)).pk)


@require_POST
def batch_discard(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Throw a sheet away that was not started."""
    batch = access.batch_for(request.user, pk)
    gone, _ = Batch.objects.filter(pk=batch.pk, run=None).delete()
    messages.success(request, "The sheet is thrown away." if gone else "A batch that was started stays.")
    return redirect("batches")


@require_safe
def batch_zip(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Send the batch's images so far in one ZIP, as it is put together; one at a time for a member."""
    batch = access.started_batch_for(request.user, pk)
    pieces = batchzip.stream(batch)
    place = gate.enter(request.user.pk)
    if place is None:
        return busy()
    response = StreamingHttpResponse(place.through(pieces), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, batchzip.file_name(batch)) or ""
    return response
