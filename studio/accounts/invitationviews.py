"""Invitations: made and taken back by owners; opened by whoever holds the link (E2, AUTH-08)."""

from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from studio.accounts import guessing, inviting, invitingmail
from studio.accounts.access import owners_only
from studio.accounts.confirming import confirmed, confirmed_from
from studio.accounts.http import MemberRequest
from studio.accounts.inviting import NotInvited, NotTaken
from studio.accounts.models import Invitation, Role
from studio.accounts.teamforms import InviteForm, JoinForm

METHODS = ["GET", "HEAD", "POST"]
LISTED = 100
NOT_SET_UP = "Start the studio, or run manage.py setup_link: it prints the link that makes the first owner."
FIRST_STEPS = " Connect the team’s API key, then give yourself credits on Team."
TOO_MANY = "Too many tries. Wait 15 minutes, then open the link again."


@require_http_methods(METHODS)
@never_cache
@owners_only
@confirmed
def invitations_page(request: MemberRequest) -> HttpResponse:
    """The links that were made, and a form for the next."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _made(request, form)
    now = timezone.now()
    made = Invitation.objects.exclude(by=None).select_related("by")[:LISTED]
    context = {"form": form, "lines": [(one, one.state(now)) for one in made]}
    return render(request, "accounts/invitations.html", context, status=422 if form.errors else 200)


def _made(request: MemberRequest, form: InviteForm) -> HttpResponse:
    said = form.cleaned_data
    invitation, secret = inviting.invite(
        request.user, role=Role(said["role"]), uses=said["uses"], days=said["days"], note=said["note"]
    )
    address = settings.PUBLIC_URL + reverse("invitation", args=[secret])
    context: dict[str, object] = {"invitation": invitation, "address": address}
    if to := said.get("to"):
        context |= {"to": to, "trouble": invitingmail.send(to, invitation, address)}
    return render(request, "accounts/invitation_made.html", context)


@require_POST
@owners_only
@confirmed_from("invitations")
def invitation_revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a link back: it opens no more."""
    if inviting.revoke(get_object_or_404(Invitation.objects.exclude(by=None), pk=pk), request.user):
        messages.success(request, "The link is taken back. It opens no more.")
    return redirect("invitations")


@login_not_required
@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Join the team by a link: name, address, password, and one is signed in."""
    return _join(request, secret, first=False)


@login_not_required
@require_http_methods(METHODS)
@never_cache
@sensitive_post_parameters()
def setup(request: HttpRequest, secret: str = "") -> HttpResponse:
    """Become the first owner of an empty studio by the link that its console prints."""
    if not secret:
        return _closed(request, NOT_SET_UP)
    return _join(request, secret, first=True)


def _join(request: HttpRequest, secret: str, *, first: bool) -> HttpResponse:
    if not guessing.may_try(request):
        response = _closed(request, TOO_MANY, status=429)
        response["Retry-After"] = str(guessing.WINDOW)
        return response
    form = JoinForm(request.POST if request.method == "POST" else None)
    try:
        found = inviting.find(secret, timezone.now(), first=first)
        if form.is_valid() and not request.user.is_authenticated:
            return _joined(request, secret, form, first=first)
    except NotInvited as refusal:
        guessing.missed(request)
        return _closed(request, str(refusal))
    except NotTaken as refusal:
        form.add_error(refusal.field, str(refusal))
    context = {"form": form, "invitation": found, "first": first}
    return render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _joined(request: HttpRequest, secret: str, form: JoinForm, *, first: bool) -> HttpResponse:
    member = inviting.join(secret, form.newcomer, timezone.now(), first=first)
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, member, method="password")  # they have just chosen it (AUTH-10)
    messages.success(request, f"Welcome, {member}.{FIRST_STEPS if first else ''}")
    return redirect("team_key" if first else settings.LOGIN_REDIRECT_URL)


def _closed(request: HttpRequest, sentence: str, *, status: int = 404) -> HttpResponse:
    return render(request, "accounts/join_closed.html", {"sentence": sentence}, status=status)
