"""The doors of the trash (C20)."""

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from gallery import access, originals, returning, trashing
from gallery.selection import read
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.generation import trash
from studio.generation.picturefacts import RENDITIONS


@require_safe
def trash_page(request: MemberRequest) -> HttpResponse:
    """List what was thrown away and the member may fetch back, the newest images first."""
    before = position(request.GET.get("before", ""))
    return render(request, "gallery/trash.html", trashing.page(request.user, before))


@require_POST
def trash_restore(request: MemberRequest) -> HttpResponse:
    """Fetch the images ticked back, with all that was said of them; with `all=1` everything."""
    chosen = read(request)
    said = trashing.restore(request.user, chosen)
    return returning.back(request, said.sentence, otherwise="trash", refused=not said.count)


@require_POST
def trash_purge(request: MemberRequest) -> HttpResponse:
    """Remove the images ticked for good, with `all=1` everything. It is asked twice: nothing undoes it."""
    chosen = read(request)
    if request.POST.get("sure") != "1":
        return render(request, "gallery/trash_sure.html", trashing.sure(request.user, chosen))
    said = trashing.purge(request.user, chosen)
    return returning.back(request, said.sentence, otherwise="trash", refused=not said.count)


@require_safe
def trash_picture(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """Send the small picture of an image in the trash to who may fetch it back."""
    image = access.trashed_image_for(request.user, uuid)
    for folder in (trash.hidden(image.token), image.token):
        path = settings.PICTURES / folder / f"{min(RENDITIONS, key=lambda size: abs(size - 256))}.webp"
        try:
            answer: HttpResponseBase = FileResponse(path.open("rb"), content_type="image/webp")
        except FileNotFoundError:
            continue
        answer["Content-Security-Policy"] = originals.INERT
        patch_cache_control(answer, private=True, no_store=True)
        return answer
    raise Http404("The small picture of this image is missing on the server.")
