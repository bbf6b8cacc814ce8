"""A fragment asked for after the session ended: send the whole page to the sign-in, not the fragment.

Without this the browser would follow the redirect and htmx would swap a sign-in page into a tile.
"""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from studio.accounts.addresses import own_path

type GetResponse = Callable[[HttpRequest], HttpResponse]


def signed_out(get_response: GetResponse) -> GetResponse:
    """Stand outside LoginRequiredMiddleware and turn its redirect of an htmx request into the page's own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        login = resolve_url(settings.LOGIN_URL)
        if not request.headers.get("HX-Request") or response.status_code != 302:
            return response
        if urlsplit(response["Location"]).path != login:
            return response
        here = _page_of(request.headers.get("HX-Current-URL", ""))
        return HttpResponseClientRedirect(f"{login}?{urlencode({'next': here})}")

    return middleware


def _page_of(address: str) -> str:
    """Return the path and query of the page that asked; "/" for anything that is no address of ours."""
    try:
        page = urlsplit(address)
    except ValueError:
        return "/"
    return own_path(page.path + (f"?{page.query}" if page.query else "")) or "/"
