"""Answers of judging and talking: the part that changed for htmx, a way back for a plain form."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import reswap, retarget

from gallery import detail, standing, thread
from gallery.filters import Filters, read
from gallery.models import Comment
from gallery.typed import Typed
from studio.accounts.http import MemberRequest
from studio.generation.models import Image

COMPARE = "compare"  # posted as `where` by the buttons below compared pictures
TRIAGE = "triage"  # posted as `where` by the forms of a triage card, whose page shows no thread
LONGEST_WAY_BACK = 2000  # characters


def way_back(request: MemberRequest, image: Image) -> str:
    """Return where a plain form came from, if that is a place of this studio; else the image's page."""
    asked = request.POST.get("next", "")
    local = asked.startswith("/") and len(asked) <= LONGEST_WAY_BACK
    if local and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("image", args=[image.uuid]) + read(request.GET).query


def judged(request: MemberRequest, image: Image) -> HttpResponse:
    """Answer what was rated or decided."""
    if not request.htmx:
        return redirect(way_back(request, image))
    context = of_standing(request, image) | {"next": way_back(request, image), "fresh": True}
    return render(request, _part(request), context)


def not_judged(request: MemberRequest, image: Image, problem: str) -> HttpResponse:
    """Answer what was refused, with what holds now; a plain form gets the whole page with what was typed."""
    typed = Typed(reason=request.POST.get("reason", ""), problem=problem)
    if not request.htmx:
        return whole(request, image, typed)
    context = of_standing(request, image) | {"next": way_back(request, image), "problem": problem}
    return render(request, _part(request), context, status=422)


def asked(request: MemberRequest) -> Filters:
    """Return the search that an open page stands in: its address's, or that of the page a form came from."""
    filters = read(request.GET)
    return filters if filters.any else read(QueryDict(urlsplit(request.POST.get("next", "")).query).dict())


def _part(request: MemberRequest) -> str:
    """Return what draws how an image stands on the page that asks."""
    return "gallery/pick.html" if request.POST.get("where") == COMPARE else "gallery/standing.html"


def talked(request: MemberRequest, image: Image, *, form: bool) -> HttpResponse:
    """Answer what was said: the emptied form, or the thread alone where a button in it was pressed."""
    if not request.htmx:
        return redirect(way_back(request, image))
    context = of_talk(request, image) | {"typed": Typed(), "next": way_back(request, image)}
    if request.POST.get("where") == TRIAGE:
        return render(request, "gallery/say.html", context | {"where": TRIAGE, "sent": True})
    return render(request, "gallery/said.html" if form else "gallery/thread.html", context | {"fresh": True})


def not_talked(request: MemberRequest, image: Image, typed: Typed) -> HttpResponse:
    """Answer what was refused, with what was typed in its place."""
    if not request.htmx:
        return whole(request, image, typed)
    where = TRIAGE if request.POST.get("where") == TRIAGE else ""
    context = {"image": image, "typed": typed, "next": way_back(request, image), "where": where}
    context["saying"] = detail.saying(image, asked(request))
    answer = render(request, "gallery/say.html", context, status=422)
    return reswap(retarget(answer, f"#say-{image.uuid}"), "outerHTML")


def whole(request: MemberRequest, image: Image, typed: Typed) -> HttpResponse:
    """Draw the image's page again, with what was typed and why it was not taken."""

    page = detail.page(request.user, image, asked(request), typed)
    return render(request, "gallery/image.html", page, status=422)


def of_standing(request: MemberRequest, image: Image) -> dict[str, Any]:
    """Return what templates/gallery/standing.html reads."""
    stands = standing.one(request.user, image)
    return {
        "image": image,
        "standing": stands,
        "history": standing.history(image) if stands.seen else [],
        "letter": request.POST.get("letter", "")[:1],
        "where": TRIAGE if request.POST.get("where") == TRIAGE else "",
    }


def of_talk(request: MemberRequest, image: Image) -> dict[str, Any]:
    """Return what templates/gallery/thread.html and pins.html read."""
    talk = thread.of(request.user, image)
    return {"image": image, "talk": talk, "saying": detail.saying(image, asked(request))}


def comment_named(talk: thread.Talk, uuid: UUID | None) -> Comment | None:
    """Return the comment of a thread that an address names, None for none of it."""
    heads = [one.head.comment for one in (*talk.open, *talk.resolved)]
    replies = [one.comment for each in (*talk.open, *talk.resolved) for one in each.replies]
    return next((one for one in (*heads, *replies) if one.uuid == uuid and one.deleted_at is None), None)
