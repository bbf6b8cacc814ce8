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
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.credits import ledger, prices, queries, topups
from studio.credits.context import meter_of
from studio.credits.forms import GrantForm
from studio.credits.models import Checkup


@require_safe
@never_cache
def credits_page(request: MemberRequest) -> HttpResponse:
    """One's own balance, what was spent, every line with its picture, and the key."""
    show, before = _asked(request)
    lines = {"page": queries.page(request.user, show=show, before=before), "show": show}
    if request.htmx:
        return render(request, "credits/credits.html#rows", lines)
    return render(request, "credits/credits.html", lines | _around_the_lines(request.user))


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
    if refused := _give(form, member, request.user):
        return _draw_team(request, form=form, to=member, status=refused)
    messages.success(request, f"{form.gift.amount:,} credits granted to {member}.")
    return redirect("team")


def _give(form: GrantForm, member: Member, actor: Member) -> int:
    """Book what the form says; return 0, or the HTTP status of a refusal that the form now tells."""
    if not form.is_valid():
        return 422
    gift = form.gift
    try:
        topups.given(member, gift, actor=actor)
    except ledger.OtherBooking as error:
        form.add_error(None, error.sentence)
        return 409
    return 0


def _around_the_lines(member: Member) -> dict[str, object]:
    """Return what the whole page of credits shows beside the ledger's lines."""
    figures = meter_of(member)
    return {
        "shows": list(queries.SHOWS),
        "figures": figures,
        "meter": figures,
        "spent": queries.spent(member, timezone.now()),
        "key": keys.key_for(member),
    }


def _draw_team(
    request: MemberRequest, *, form: GrantForm | None = None, to: Member | None = None, status: int = 200
) -> HttpResponse:
    rows = [(one, GrantForm.fresh(one.member.pk)) for one in queries.team(timezone.now())]
    context: dict[str, object] = {"rows": rows, "figures": queries.team_figures(), "form": form, "to": to}
    context["team_key"] = keys.key_in_use(None)
    context["prices"], context["changes"] = prices.listed(), prices.changes(timezone.now())
    context["checkup"] = Checkup.objects.first()
    return render(request, "credits/team.html", context, status=status)


def _asked(request: MemberRequest) -> tuple[str, int | None]:
    """Return which lines are asked for, and before which entry; Http404 for anything else."""
    show, text = request.GET.get("show", "all"), request.GET.get("before", "")
    before = position(text)
    if show not in queries.SHOWS or (text and before is None):
        raise Http404
    return show, before
