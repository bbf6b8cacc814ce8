"""What is told of the credits, and where; what a credit costs; and what a member was told (D7, D24, D25)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.access import admins_only
from studio.accounts.confirming import confirmed, confirmed_from
from studio.accounts.http import MemberRequest
from studio.accounts.sealing import SealingError
from studio.accounts.vault import log_unsealable
from studio.credits import delivering, notices, oversight
from studio.credits.models import Oversight
from studio.credits.oversightforms import HookForm, OversightForm
from studio.doitong import Secret

UNSEALABLE = "The secret cannot be sealed now. An operator finds why in the log."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admins_only
@confirmed
def alerts_page(request: MemberRequest) -> HttpResponse:
    """Thresholds, mail, unusual spend and the price of a credit; what was told lately."""
    if request.method != "POST":
        return _draw(request)
    form = OversightForm(request.POST)
    if not form.is_valid():
        return _draw(request, form=form, status=422)
    if oversight.change(request.user, **form.fields_kept):
        messages.success(request, "Saved.")
    return redirect("team_alerts")


@require_POST
@never_cache
@admins_only
@confirmed_from("team_alerts")
def hook(request: MemberRequest) -> HttpResponse:
    """Set the webhook's address, make it a new secret, or end it; a new secret is shown this once."""
    form = HookForm(request.POST, auto_id="hook-%s")
    if not form.is_valid():
        return _draw(request, hook=form, status=422)
    try:
        secret = oversight.set_hook(request.user, form.cleaned_data["url"], anew="anew" in request.POST)
    except SealingError as error:
        log_unsealable(error)
        form.add_error(None, UNSEALABLE)
        return _draw(request, hook=form, status=409)
    if secret is not None:
        return _draw(request, secret=secret)
    messages.success(
        request, "The webhook is saved." if form.cleaned_data["url"] else "The webhook is ended."
    )
    return redirect("team_alerts")


@require_POST
@admins_only
@confirmed_from("team_alerts")
def hook_try(request: MemberRequest) -> HttpResponse:
    """Send a trial through the webhook."""
    if Oversight.present().hook_url:
        oversight.try_hook()
        messages.success(request, "A trial is on its way. Whether it arrived stands below in a moment.")
    return redirect("team_alerts")


@require_safe
@never_cache
def notices_page(request: MemberRequest) -> HttpResponse:
    """What one was told of credits, the newest first."""
    return render(request, "credits/notices.html", {"notices": notices.listed(request.user)})


@require_POST
def notices_read(request: MemberRequest) -> HttpResponse:
    """Note that one has read them all."""
    notices.mark_read(request.user, timezone.now())
    return redirect("notices")


def _draw(
    request: MemberRequest,
    *,
    form: OversightForm | None = None,
    hook: HookForm | None = None,
    secret: Secret | None = None,
    status: int = 200,
) -> HttpResponse:
    rules = Oversight.present()
    context = {
        "rules": rules,
        "form": form or OversightForm.present(rules),
        "hook": hook or HookForm(initial={"url": rules.hook_url}, auto_id="hook-%s"),
        "secret": secret.reveal() if secret else "",
        "mail_is_set_up": delivering.mail_is_set_up(),
        "alerts": oversight.latest(),
    }
    return render(request, "credits/alerts.html", context, status=status)
