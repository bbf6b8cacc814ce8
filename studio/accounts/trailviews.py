"""The doors of the audit trail: look and take away, for credit admins and owners (E5)."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studio.accounts import chain, trail
from studio.accounts.access import admins_only
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.models import Event, Verb

NAMES = ("who", "verb", "since", "until", "subject")


@require_safe
@never_cache
@admins_only
def audit_page(request: MemberRequest) -> HttpResponse:
    """What was done, by whom, newest first."""
    before = request.GET.get("before", "")
    if before and position(before) is None:
        raise Http404
    form = trail.Filter(request.GET)
    lines, more = trail.page(form.found(), position(before))
    asked = urlencode({name: request.GET[name] for name in NAMES if request.GET.get(name)})
    context = {"form": form, "lines": lines, "more": more, "asked": asked, "head": chain.head()}
    return render(request, "accounts/audit.html", context, status=200 if form.is_valid() else 422)


@require_POST
@never_cache
@admins_only
def audit_export(request: MemberRequest) -> HttpResponseBase:
    """The same as CSV. That it was taken away is written down first."""
    form = trail.Filter(request.POST)
    if not form.is_valid():
        raise Http404
    Event.note(Verb.AUDIT_EXPORTED, who=request.user)
    response = StreamingHttpResponse(trail.exported(form.found()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
