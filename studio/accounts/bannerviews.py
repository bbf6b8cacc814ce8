"""The page of the banner: for who looks after the team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from studio.accounts import announcing
from studio.accounts.access import admins_only
from studio.accounts.http import MemberRequest
from studio.accounts.teamforms import BannerForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admins_only
def banner_page(request: MemberRequest) -> HttpResponse:
    """What everybody is told on every page, and maintenance."""
    form = BannerForm(request.POST) if request.method == "POST" else BannerForm.present()
    if request.method == "POST" and form.is_valid():
        if announcing.announce(request.user, **form.cleaned_data):
            messages.success(request, "The banner is saved. Everybody sees it with their next page.")
        return redirect("team_banner")
    context = {"form": form, "standing": announcing.standing(timezone.now())}
    return render(request, "accounts/banner.html", context, status=422 if form.errors else 200)
