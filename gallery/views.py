"""The doors of the gallery. Each takes the request, asks once, answers."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gallery import access, detail, originals, wall
from gallery.filters import read
from studio.accounts.http import MemberRequest
from studio.generation.access import image_for
from studio.generation.models import Visibility


@require_safe
def gallery_page(request: MemberRequest) -> HttpResponse:
    """Draw the team's images and one's own, newest first; a part of the list where htmx asks for one."""
    filters = read(request.GET)
    before = _whole(request.GET.get("before", ""))
    page = wall.page(request.user, filters, before, request.GET.get("day", "")[:10])
    if request.htmx and before is not None:
        return render(request, "gallery/gallery.html#part", page)
    return render(request, "gallery/gallery.html", page | wall.sides(request.user, filters))


@require_safe
def image_page(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Draw one image with its recipe, cost and times, between its neighbours."""
    image = image_for(request.user, uuid)
    return render(request, "gallery/image.html", detail.page(request.user, image, read(request.GET)))


@require_safe
def image_original(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Send the file as it was received."""
    return originals.answer(request, image_for(request.user, uuid))


@require_POST
def image_visibility(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Show an image to the team, or to its maker only."""
    image = access.changeable_image(request.user, uuid)
    wanted = request.POST.get("visibility", "")
    if wanted not in Visibility.values:
        raise Http404("Choose the team or only you.")
    image.visibility = wanted
    image.save(update_fields=["visibility"])
    if request.htmx:
        return render(request, "gallery/image.html#visibility", {"image": image, "may_change": True})
    messages.success(
        request, "Everybody in the team sees it." if wanted == "team" else "Only you see it now."
    )
    return redirect("image", image.uuid)


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str, size: int) -> HttpResponseBase:
    """Send a rendition by its unguessable name, where no server in front does it."""
    path = settings.PICTURES / token / f"{size}.webp"
    if not path.is_file():
        raise Http404("There is no such picture.")
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
