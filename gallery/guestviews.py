"""The doors for people without an account. Each finds the link by the secret in its address, or says nothing.

A link that expired, was taken back or never was gives one and the same page. No cookie and no session of the
studio is read or set here: whoever knows the address may do what the link allows, so that the address itself
is what another site would have to know to post in somebody's name. Pages are drawn without the request.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from gallery import guestlinks, guestpage, guestpass, guestsaying
from gallery.guestsaying import Unsaid
from gallery.models import Guest, GuestItem, GuestLink, Naming

TOO_OFTEN = "Too many tries. Wait a quarter of an hour, then try again."
WRONG = "This is not the password. Ask whoever sent you the link."
NO_NAME = "Write your name, so that the team knows who said what."


def unlisted[**P](view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Open a view to everybody, and keep its address to those who have it."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive, noimageindex"
        response["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return door


def linked[**P](
    view: Callable[Concatenate[HttpRequest, GuestLink, str, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Hand a view the open link of the secret in its address, or say that there is none."""

    @unlisted
    @wraps(view)
    def door(request: HttpRequest, secret: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not guestpass.may_look(request):
            return _too_often()
        link = guestlinks.opened_by(secret, timezone.now())
        if link is None:
            guestpass.missed(request)
            return closed()
        return view(request, link, secret, *args, **kwargs)

    return door  # type: ignore[return-value]


def draw(template: str, page: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Return a page in which nothing stands of who is signed in."""
    return HttpResponse(render_to_string(template, page or {}), status=status)


def closed(instead: str = "") -> HttpResponse:
    """Answer for every link that does not open, whatever the reason; `instead` says it of one file."""
    return draw("guest/closed.html", {"instead": instead}, status=404)


def _too_often() -> HttpResponse:
    response = draw("guest/closed.html", {"instead": TOO_OFTEN}, status=429)
    response["Retry-After"] = str(guestpass.WINDOW)
    return response


def inside(request: HttpRequest, link: GuestLink) -> tuple[bool, Guest | None]:
    """Return whether the pictures may be shown, and which guest it is, if that is known."""
    guest = guestpass.guest_of(request, link)
    return guest is not None or not (link.password or link.naming != Naming.NO), guest


@require_safe
@linked
def wall(request: HttpRequest, link: GuestLink, secret: str) -> HttpResponseBase:
    """Draw the pictures of a link, or ask for what it asks for first."""
    let_in, guest = inside(request, link)
    if not let_in:
        return draw("guest/enter.html", guestpage.entrance(link, secret))
    return draw("guest/wall.html", guestpage.wall(link, secret, guest))


@require_POST
@linked
def enter(request: HttpRequest, link: GuestLink, secret: str) -> HttpResponseBase:
    """Let somebody in who knows the password, under the name that they give."""
    if link.password and not guestpass.may_try(request, link):
        return _too_often()
    name = guestsaying.plain(request.POST.get("name", "")) if link.naming != Naming.NO else ""
    problem = _problem(request, link, name)
    if problem:
        page = guestpage.entrance(link, secret) | {"problem": problem, "name": name}
        return draw("guest/enter.html", page, status=422)
    response = redirect("guest", secret)
    return _known(request, response, link, name)


def _problem(request: HttpRequest, link: GuestLink, name: str) -> str:
    if link.password and not check_password(request.POST.get("password", "")[:200], link.password):
        guestpass.was_wrong(request, link)
        return WRONG
    return NO_NAME if link.naming == Naming.MUST and not name else ""


def _known(request: HttpRequest, response: HttpResponse, link: GuestLink, name: str) -> HttpResponse:
    try:
        guest = guestpass.guest_of(request, link) or guestsaying.came(link, name)
    except Unsaid as error:
        return draw("guest/closed.html", {"instead": str(error)}, status=429)
    guestpass.give(response, guest, link)
    return response


@require_safe
@linked
def one(request: HttpRequest, link: GuestLink, secret: str, number: int) -> HttpResponseBase:
    """Draw one picture large, between its neighbours."""
    let_in, guest = inside(request, link)
    if not let_in:
        return redirect("guest", secret)
    return _one(link, secret, guest, number)


def _one(link: GuestLink, secret: str, guest: Guest | None, number: int, **more: Any) -> HttpResponseBase:
    page = guestpage.one(link, secret, guest, number)
    if page is None:
        return closed()
    return draw("guest/one.html", page | more, status=422 if more else 200)


@require_POST
@linked
def mark(request: HttpRequest, link: GuestLink, secret: str, number: int) -> HttpResponseBase:
    """Keep a guest's stars or pick, and go back to where they were."""
    found = _acting(request, link, number)
    if isinstance(found, HttpResponse):
        return found
    guest, item = found
    try:
        guestsaying.mark(guest, item, stars=request.POST.get("stars"), picked=request.POST.get("picked"))
    except PermissionDenied as error:
        return HttpResponse(str(error), status=403, content_type="text/plain; charset=utf-8")
    return _back(request, link, secret, guest, number)


@require_POST
@linked
def say(request: HttpRequest, link: GuestLink, secret: str, number: int) -> HttpResponseBase:
    """Keep what a guest says of a picture."""
    found = _acting(request, link, number)
    if isinstance(found, HttpResponse):
        return found
    guest, item = found
    text = request.POST.get("text", "")
    try:
        guestsaying.say(guest, item, text)
    except PermissionDenied as error:
        return HttpResponse(str(error), status=403, content_type="text/plain; charset=utf-8")
    except Unsaid as error:
        return _one(link, secret, guest, number, problem=str(error), text=text[:4000])
    return _back(request, link, secret, guest, number)


def _acting(request: HttpRequest, link: GuestLink, number: int) -> tuple[Guest, GuestItem] | HttpResponse:
    """Return who acts and on what; the answer to who may not."""
    let_in, guest = inside(request, link)
    item = guestlinks.items(link).filter(number=number).select_related("link").first() if let_in else None
    if item is None:
        return closed()
    try:
        return guest or guestsaying.came(link, ""), item
    except Unsaid as error:
        return draw("guest/closed.html", {"instead": str(error)}, status=429)


def _back(request: HttpRequest, link: GuestLink, secret: str, guest: Guest, number: int) -> HttpResponse:
    """Go back to the wall, at the picture, or to its own page."""
    if request.POST.get("from") == "wall":
        response = redirect(f"{reverse('guest', args=[secret])}#n{number}")
    else:
        response = redirect("guest_one", secret, number)
    guestpass.give(response, guest, link)
    return response
