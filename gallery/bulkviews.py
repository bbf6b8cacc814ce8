"""The doors of what is done to many images at once, and of taking it back; of favourites and tags."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from gallery import access, bulk, choice, favourites, returning, selecting, selection, tagging
from gallery.refusals import Refused
from studio.accounts.http import MemberRequest
from studio.generation.access import image_for


@require_POST
def bulk_do(request: MemberRequest, name: str) -> HttpResponse:
    """Do something to the images selected, those that are the member's to change (C19)."""
    if name not in bulk.ACTIONS:
        raise Http404("There is no such action.")
    chosen = selection.read(request)
    try:
        done = bulk.run(request.user, name, chosen, request.POST)
    except Refused as refused:
        return _refused(request, refused.sentence)
    undo = returning.undo_of(done.deed)
    if request.htmx and not chosen.all:
        answer = render(request, "gallery/bulk_done.html", selecting.done(request, done, undo))
        return trigger_client_event(answer, "studio:selection-done")
    if request.htmx:
        returning.back(request, done.sentence, undo=undo, refused=done.deed is None)
        return HttpResponseClientRedirect(returning.way(request))
    return returning.back(request, done.sentence, undo=undo, refused=done.deed is None)


@require_POST
def compare_these(request: MemberRequest) -> HttpResponse:
    """Hold the images ticked against each other, those that are there to be seen."""
    chosen = selection.alone(request)
    seen = set(chosen.images(request.user).values_list("uuid", flat=True))
    ticked = [uuid for uuid in chosen.uuids if uuid in seen][: choice.MOST_READ]
    address = f"{reverse('compare')}?{urlencode([('image', str(uuid)) for uuid in ticked])}"
    if left_out := chosen.refused(len(seen)):
        are = "is" if left_out == 1 else "are"
        messages.warning(request, f"{left_out} {are} left out: gone, or not yours to see.")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@require_POST
def deed_undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take back what the member did; said twice, the second changes nothing."""
    deed = access.deed_for(request.user, pk)
    taken = bulk.take_back(deed)
    said = f"Taken back: {bulk.taken_back(deed)}" if taken else "That was taken back already."
    if request.htmx:
        returning.back(request, said)
        return HttpResponseClientRedirect(returning.way(request))
    return returning.back(request, said)


@require_POST
def image_favourite(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Make an image a favourite of one's own, or one no longer (C11)."""
    image = image_for(request.user, uuid)
    on = request.POST.get("on", "1") == "1"
    favourites.keep(request.user, image, on=on)
    say = "One of your favourites now." if on else "No longer one of your favourites."
    if request.htmx:
        return render(request, "gallery/favourite.html", {"uuid": uuid, "favourite": on, "say": say})
    return returning.back(request, say)


@require_safe
def tags_suggested(request: MemberRequest) -> HttpResponse:
    """Offer tags that begin as the last one written does."""
    text = request.GET.get("tags", "")[:200]
    before = text.rpartition(",")[0]
    found = [f"{before}, {name}" if before else name for name in tagging.suggested(request.user, text)]
    return render(request, "gallery/tags_suggested.html", {"suggested": found})


def _refused(request: MemberRequest, sentence: str) -> HttpResponse:
    if request.htmx:
        return render(request, "gallery/bulk_done.html", {"say": sentence, "level": "warning"})
    return returning.back(request, sentence, refused=True)
