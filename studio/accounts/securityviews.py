"""The pages of security: where one is signed in, and what owners decide of second factors and passwords."""

from http import HTTPStatus

from allauth.account import views as account
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from studio.accounts import forgotten, secondfactor, sessions
from studio.accounts.access import owners_only
from studio.accounts.confirming import confirmed, goes_on
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.models import Event, Member, Verb
from studio.accounts.securityforms import FactorForm, WhoForm

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@never_cache
def sessions_page(request: MemberRequest) -> HttpResponse:
    """Where the member is signed in; one of them, or all others, are signed out from here (E12)."""
    key = request.session.session_key
    if request.method != "POST":
        return render(request, "accounts/sessions.html", {"devices": sessions.devices(request.user, key)})
    one = position(request.POST.get("device", ""))
    if request.POST.get("do") == "all":
        ended = sessions.end(request.user, request.user, but=key)
    elif one is not None:
        ended = sessions.end(request.user, request.user, only=one, but=key)
        if not ended:
            raise Http404
    else:
        return HttpResponseBadRequest("There is no such button.")
    messages.success(request, f"{ended} other device{'' if ended == 1 else 's'} signed out.")
    return redirect("sessions")


@require_http_methods(METHODS)
@never_cache
@owners_only
@confirmed
def team_security(request: MemberRequest) -> HttpResponse:
    """Who needs a second factor; a link that sets a member's password; signing a member out everywhere."""
    if request.method != "POST":
        return _draw(request)
    act = {"factor": _rule, "link": _link, "sessions": _sign_out, "forget": _forget}.get(
        request.POST.get("do", "")
    )
    return act(request) if act else HttpResponseBadRequest("There is no such button.")


def _rule(request: MemberRequest) -> HttpResponse:
    form = FactorForm(request.POST, prefix="factor")
    if not form.is_valid():
        return _draw(request, factor=form, status=422)
    if secondfactor.rule(form.cleaned_data["roles"], request.user):
        messages.success(request, "Saved. Who lacks a second factor is asked to add one at the next page.")
    return redirect("team_security")


def _link(request: MemberRequest) -> HttpResponse:
    form = WhoForm(request.POST, prefix="who")
    if not form.is_valid():
        return _draw(request, who=form, status=422)
    member = form.chosen
    key = f"{user_pk_to_url_str(member)}-{default_token_generator.make_token(member)}"
    uid, _, token = key.partition("-")
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    Event.note(Verb.PASSWORD_LINK, who=request.user, subject=member.pk)
    return _draw(request, link=request.build_absolute_uri(address), link_for=member)


def _sign_out(request: MemberRequest) -> HttpResponse:
    form = WhoForm(request.POST, prefix="who")
    if not form.is_valid():
        return _draw(request, who=form, status=422)
    ended = sessions.end(form.chosen, request.user, but=request.session.session_key)
    messages.success(request, f"{form.chosen} is signed out on {ended} device{'' if ended == 1 else 's'}.")
    return redirect("team_security")


def _forget(request: MemberRequest) -> HttpResponse:
    """Take a member's second factor away who lost it; their role may ask for another at once."""
    form = WhoForm(request.POST, prefix="who")
    if not form.is_valid():
        return _draw(request, who=form, status=422)
    member = form.chosen
    if Authenticator.objects.filter(user=member).delete()[0]:
        Event.note(Verb.FACTOR_REMOVED, who=request.user, subject=member.pk, kind="all")
        secondfactor.settle(member)
    messages.success(request, f"{member} signs in with the password alone, and can add a new second factor.")
    return redirect("team_security")


def _draw(
    request: MemberRequest,
    *,
    factor: FactorForm | None = None,
    who: WhoForm | None = None,
    link: str = "",
    link_for: Member | None = None,
    status: int = 200,
) -> HttpResponse:
    with_factor = Authenticator.objects.filter(type__in=secondfactor.FACTORS).values("user")
    context = {
        "factor": factor or FactorForm.present(),
        "who": who or WhoForm(prefix="who"),
        "have": Member.objects.filter(is_active=True, pk__in=with_factor).count(),
        "lack": list(Member.objects.filter(is_active=True, factor_wanted=True)),
        "link": link,
        "link_for": link_for,
    }
    return render(request, "accounts/team_security.html", context, status=status)


reauthenticate = require_http_methods(METHODS)(goes_on(account.reauthenticate))


asked = account.PasswordResetView.as_view(form_class=forgotten.ForgottenForm)


@login_not_required
@require_http_methods(METHODS)
@never_cache
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for the address; a link is mailed after the answer. Without a mail server, say who makes one."""
    if not settings.MAILERS:
        return render(request, "account/password_reset.html", {"no_mail": True})
    answer: HttpResponse = asked(request)
    if answer.status_code == HTTPStatus.FOUND:
        forgotten.mail_after(answer, request)
    return answer


forgot_done = require_http_methods(METHODS)(account.password_reset_done)
set_password = require_http_methods(METHODS)(account.password_reset_from_key)
password_set = require_http_methods(METHODS)(account.password_reset_from_key_done)
