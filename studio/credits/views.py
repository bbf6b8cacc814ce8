"""The credits page, the team page, and giving credits."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studio.accounts import keys
from studio.accounts.access import admins_only, member_by_id
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.credits import ledger, queries
from studio.credits.context import meter_of
from studio.credits.forms import GrantForm

LONGEST_ID = 18  # digits that every database's big integer holds


@require_safe
@never_cache
def credits_page(request: MemberRequest) -> HttpResponse:
    """One's own balance, what was spent, every line with its picture, and the key."""
    show = request.GET.get("show", "all")
    if show not in queries.SHOWS:
        raise Http404
    page = queries.page(request.user, show=show, before=_position(request.GET.get("before", "")))
    context = {"page": page, "show": show, "shows": list(queries.SHOWS)}
    if request.htmx:
        return render(request, "credits/credits.html#rows", context)
    figures = meter_of(request.user)
    context |= {
        "figures": figures,
        "meter": figures,
        "spent": queries.spent(request.user, timezone.now()),
        "key": keys.key_for(request.user),
    }
    return render(request, "credits/credits.html", context)


@require_safe
@never_cache
def meter_pill(request: MemberRequest) -> HttpResponse:
    """The meter alone, for the top bar that asks again."""
    return render(request, "components/meter.html")


@require_safe
@never_cache
@admins_only
def team_page(request: MemberRequest) -> HttpResponse:
    """Everybody's credits and keys."""
    return _draw_team(request)


@require_POST
@admins_only
def grant(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Give a member credits; the same form sent twice gives once."""
    member = member_by_id(member_id)
    form = GrantForm(request.POST, auto_id="again-%s")
    if not form.is_valid():
        return _draw_team(request, form=form, to=member, status=422)
    gift = form.gift
    try:
        ledger.grant(member, gift.amount, actor=request.user, reason=gift.reason, reference=gift.reference)
    except ledger.OtherBooking as error:
        form.add_error(None, error.sentence)
        return _draw_team(request, form=form, to=member, status=409)
    messages.success(request, f"{gift.amount:,} credits granted to {member}.")
    return redirect("team")


def _draw_team(
    request: MemberRequest, *, form: GrantForm | None = None, to: Member | None = None, status: int = 200
) -> HttpResponse:
    rows = [(one, GrantForm.fresh(one.member.pk)) for one in queries.team(timezone.now())]
    context: dict[str, object] = {"rows": rows, "figures": queries.team_figures(), "form": form, "to": to}
    context["team_key"] = keys.key_in_use(None)
    return render(request, "credits/team.html", context, status=status)


def _position(text: str) -> int | None:
    """The entry before which a page begins; Http404 for anything that cannot be one."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        raise Http404
    return int(text)
