"""Signing in and out, also by a demonstration's buttons. allauth does the work; the pages are ours."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView, PasswordSetView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from studio.accounts import demo
from studio.accounts.adapter import TOO_MANY, WAIT_SECONDS
from studio.accounts.addresses import own_path
from studio.accounts.models import Member


class SignIn(LoginView):  # type: ignore[misc] # allauth is untyped
    """The sign-in page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Answer 422, or 429 once there were too many tries (AUTH-01)."""
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        if form.has_error("__all__", TOO_MANY):
            response.status_code = 429
            response["Retry-After"] = str(WAIT_SECONDS)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the roles that a demonstration offers, and whether anybody can sign in at all."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {"roles": demo.roles(self.request), "next": self.request.GET.get("next", "")}
        return context | {"nobody": not Member.objects.exists()}


METHODS = ["GET", "HEAD", "POST"]
sign_in = require_http_methods(METHODS)(SignIn.as_view())
password_change = require_http_methods(METHODS)(PasswordChangeView.as_view())
password_set = require_http_methods(METHODS)(PasswordSetView.as_view())
sign_out = require_POST(LogoutView.as_view())


@login_not_required
@never_cache
@require_POST
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as the role's member; 404 outside a demonstration on this machine."""
    member = demo.member_as(role) if demo.allowed(request) else None
    if member is None:
        raise Http404
    login(request, member)
    there = own_path(request.POST.get("next", ""))
    return HttpResponseRedirect(there or reverse(settings.LOGIN_REDIRECT_URL))
