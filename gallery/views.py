"""The doors of the gallery. Each takes the request, asks once, answers."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from gallery import (
    access,
    choice,
    comparing,
    detail,
    newcards,
    originals,
    selecting,
    stepping,
    versions,
    visibility,
    wall,
)
from gallery.filters import read
from gallery.known import Known
from studio import moulds
from studio.accounts.http import MemberRequest
from studio.generation.access import image_for
from studio.generation.models import Visibility

STEP, REST = "main", "details"  # the ids of what htmx asks for on the page of an image
SEEN_BY = {
    Visibility.TEAM.value: "Everybody in the team sees it now.",
    Visibility.PRIVATE.value: "Only you see it now.",
}


@require_safe
@vary_on_headers("HX-Request")  # a browser going back must not show a part for the page
def gallery_page(request: MemberRequest) -> HttpResponse:
    """Draw the team's images and one's own, newest first; a part of the list where htmx asks for one."""
    filters, known = read(request.GET), Known(request.user)
    place = wall.read_place(request.GET)
    if request.htmx and place.before is not None:
        return render(request, "gallery/gallery.html#part", wall.page(known, filters, place))
    known.read("amsb")
    page = wall.page(known, filters, replace(place, shown_day=""))
    page |= wall.frame(known, page["asked"]) | {"since": newcards.start(page["asked"].first)}
    page |= selecting.bar(request, filters, known, page["total"])
    return moulds.render(request, "gallery/gallery.html", page)


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def image_page(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Draw one image with its recipe, cost and times, between its neighbours.

    An open page of an image is given the next one by a step: what is seen first, and then the rest.
    """
    part = request.headers.get("HX-Target", "")
    if part == STEP:
        return HttpResponse(stepping.drawn(request.user, uuid, read(request.GET)))
    image = image_for(request.user, uuid)
    if part == REST:
        return render(request, "gallery/fill.html", detail.page(request.user, image, read(request.GET)))
    typed = access.asked_to_say(request.user, image, request.GET)
    page = detail.page(request.user, image, read(request.GET), typed)
    return moulds.render(request, "gallery/image.html", page)


@require_safe
def compare_page(request: MemberRequest) -> HttpResponse:
    """Draw two to four images against each other, or what may be chosen until there are so many."""
    page = comparing.page(request.user, choice.read(request.GET))
    return render(request, "gallery/compare.html", page)


@require_safe
def image_original(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """Send the file as it was received."""
    return originals.answer(request, image_for(request.user, uuid))


@require_safe
def image_version(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Go to the saved prompt's version that an image was made from."""
    return redirect(versions.address_of(image_for(request.user, uuid)))


@require_POST
def image_visibility(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Show an image to the team, or to its maker only."""
    image = access.changeable_image(request.user, uuid)
    wanted = request.POST.get("visibility", "")
    if wanted not in Visibility.values:
        return HttpResponseBadRequest("An image is for the team or for you only: choose one of them.")
    visibility.show(image, Visibility(wanted))
    if request.htmx:
        now = {"image": image, "may_change": True, "say": SEEN_BY[wanted], "query": read(request.GET).query}
        return render(request, "gallery/details.html#visibility", now)
    messages.success(request, SEEN_BY[wanted])
    return redirect(reverse("image", args=[image.uuid]) + read(request.GET).query)


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str, size: int) -> HttpResponse:
    """Send a rendition by its unguessable name, where no server in front does it."""
    try:
        body = (settings.PICTURES / token / f"{size}.webp").read_bytes()
    except OSError:
        raise Http404("There is no such picture.") from None
    response = HttpResponse(body, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = originals.INERT
    return response
