"""Asking for the password, or a second factor, once more before something grave (AUTH-10).

A quarter of an hour is remembered in the session, from the sign-in on. A member without either, as a
demonstration's are, is not asked. A form that was sent is put aside in the session, sealed, and goes on once
they did; one with a secret never is: it is asked for before it is filled in.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, suspend_request
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django_htmx.http import HttpResponseClientRedirect

from studio.accounts.http import MemberRequest

type View[**P] = Callable[Concatenate[MemberRequest, P], HttpResponse]
PRESSED_TWICE = "What you confirmed is done, or nothing waited for it. If it is not done, press it once more."


def lately(request: MemberRequest) -> bool:
    """Say whether they gave a password or a second factor within the time, at the sign-in or since."""
    if did_recently_reauthenticate(request):
        return True
    given = [one["at"] for one in get_authentication_records(request, request.user)]
    return any(time.time() - at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for at in given)


def confirmed[**P](view: View[P]) -> View[P]:
    """Let a POST through from who confirmed lately who they are; others are asked, and then it goes on."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST" or lately(request):
            return view(request, *args, **kwargs)
        asked: HttpResponse = suspend_request(request, reverse("account_reauthenticate"))
        return HttpResponseClientRedirect(asked["Location"]) if request.headers.get("HX-Request") else asked

    guarded.__dict__["confirms"] = True
    return guarded


def confirmed_from[**P](page: str) -> Callable[[View[P]], View[P]]:
    """Guard as `confirmed` does a door that only takes POSTs; its button stands on the page of this name."""

    def guard(view: View[P]) -> View[P]:
        guarded = confirmed(view)
        guarded.__dict__["page"] = page
        return guarded

    return guard


def goes_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a door of confirming: a second “Go on”, to a door that only takes POSTs, leads to its page."""

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        page = _page_of(answer.get("Location", ""))
        if not page:
            return answer
        messages.info(request, PRESSED_TWICE)
        return redirect(page)

    return led


def _page_of(address: str) -> str:
    """Return the name of the page that leads to a door for POSTs alone; "" for any other address."""
    try:
        return str(getattr(resolve(urlsplit(address).path).func, "page", ""))
    except Resolver404:
        return ""


def confirmed_first[**P](view: View[P]) -> View[P]:
    """Ask before a page is drawn on which a secret is pasted; nothing of a late POST is kept (KEY-08)."""

    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if lately(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.info(request, "Nothing was saved yet: confirm that it is you, then paste it once more.")
        where = urlencode({"next": request.path})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{where}")

    return guarded
