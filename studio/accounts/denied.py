"""Notes in the audit trail who was refused which door: once an hour each, however often it is tried (LOG-01).

Touches the audit trail, and the cache, where it is kept what was noted lately.
"""

from collections.abc import Callable

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from studio.accounts.models import Event, Verb

AGAIN = 60 * 60  # seconds until the same refusal is noted once more


def noted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Note a member's 403, and let it go on to its page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.process_exception = _note  # type: ignore[attr-defined] # where Django looks for it
    return middleware


def _note(request: HttpRequest, exception: Exception) -> None:
    if not isinstance(exception, PermissionDenied) or not request.user.is_authenticated:
        return
    door = (request.resolver_match.url_name if request.resolver_match else "") or ""
    if cache.add(f"denied:{request.user.pk}:{request.method}:{door}", 1, AGAIN):
        detail = {"door": door, "by": str(request.method)}
        Event.note(Verb.DENIED, who=request.user, subject=request.path[:200], **detail)
