"""The credits page, the team page, and giving credits."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studio.accounts import keys
from studio.accounts.access import admins_only, member_by_id
from studio.accounts.confirming import confirmed_from
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.models import Key, Member, Project
from studio.accounts.models.key import KeyState
from studio.accounts.models.project import GENERAL
from studio.credits import gains, ledger, overview, queries, spending, teamrows, topups
from studio.credits.context import as_meter, tariff_of
from studio.credits.forecast import forecast
from studio.credits.forms import GrantForm
from studio.credits.lasting import is_short
from studio.credits.models import Account, Oversight
from studio.credits.models.rollups import NONE
from studio.credits.reportviews import asked_order
from studio.credits.rollups import day_of

HEADS = (
    ("name", "Member"),
    ("spent", "Spent in 30 days"),
    ("left", "Left"),
    ("held", "Held"),
    ("burn", "A day"),
    ("days", "Lasts"),
)
"""How the table of members can be ordered, and the words of those columns."""


@require_safe
@never_cache
def credits_page(request: MemberRequest) -> HttpResponse:
    """One's own balance, what was spent, every line with its picture, and the key."""
    show, before = _asked(request)
    page = queries.page(request.user, show=show, before=before)
    lines = {"page": page, "show": show}
    if request.htmx:
        return render(request, "credits/credits.html#rows", lines)
    return render(request, "credits/credits.html", lines | _around_the_lines(request.user, page.account))


@require_safe
@never_cache
def meter_pill(request: MemberRequest) -> HttpResponse:
    """The meter alone, for the top bar that asks again."""
    return render(request, "components/meter.html")


@require_safe
@never_cache
@admins_only
def team_page(request: MemberRequest) -> HttpResponse:
    """Everybody's credits and keys; `add` names a member to give credits to."""
    if not (asked := request.GET.get("add", "")):
        return _draw_team(request)
    try:
        to = member_by_id(UUID(asked))
    except ValueError:
        raise Http404 from None
    return _draw_team(request, form=GrantForm.fresh(to.pk), to=to)


@require_POST
@admins_only
@confirmed_from("team")
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


def _around_the_lines(member: Member, read: Account | None) -> dict[str, object]:
    """Return what the page shows beside the ledger's lines; `read` is the account, where it is known."""
    account, now = read or Account.of(member.pk), timezone.now()
    figures = as_meter(account)
    spent = spending.of_member(member.pk, now)
    since = now - timedelta(days=spending.MONTH)
    recent = [one.spent for one in spent.days[-spending.FORTNIGHT :]]
    gain = gains.approvals(member.pk, since)
    return {
        "shows": list(queries.SHOWS),
        "figures": figures,
        "meter": figures,
        "spent": spent,
        "forecast": forecast(figures.available, recent, day_of(now)),
        "projects": _by_project(spent),
        "experiments": gains.experiments(member.pk, since),
        "gain": gain,
        "each": gain.each(spent.month) if gain else None,
        "months": _months(day_of(now)),
        "key": keys.key_for(member),
        "lots": topups.lots(account),
    }


def _by_project(spent: spending.Spending) -> list[tuple[str, int]]:
    names = dict(Project.objects.filter(pk__in=spent.projects).values_list("pk", "name"))
    names[NONE] = GENERAL
    return [(names.get(pk, "Unknown"), much) for pk, much in spent.projects.items()]


def _months(today: date) -> list[date]:
    """Return the first days of this month and the eleven before it."""
    found = [today.replace(day=1)]
    while len(found) < 12:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _draw_team(
    request: MemberRequest, *, form: GrantForm | None = None, to: Member | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    order, text = asked_order(request)
    found = overview.overview(now, order=order, text=text)
    rules, team_key = Oversight.present(), _of_the_team(found.keys)
    tariff = tariff_of(rules)
    context: dict[str, object] = {"found": found, "figures": found.figures, "form": form, "to": to}
    context |= {
        "rows": teamrows.members(found.members, tariff, team_key=team_key is not None),
        "projects": teamrows.uses(found.projects),
        "keys": teamrows.uses(found.keys),
    }
    context |= {"team_key": team_key, "order": order, "text": text, "heads": HEADS}
    context |= {"months": _months(day_of(now)), "rules": rules, "tariff": tariff}
    context["short"] = is_short(found.forecast, rules.least_days)
    context["meter"] = as_meter(found.accounts.get(request.user.pk) or Account())
    return render(request, "credits/team.html", context, status=status)


def _of_the_team(those: Iterable[overview.Standing]) -> Key | None:
    """Return the team's own key, of the keys that are in use."""
    keys_ = (one.key for one in those if one.key)
    return next((one for one in keys_ if one.member_id is None and one.state != KeyState.DISABLED), None)


def _asked(request: MemberRequest) -> tuple[str, int | None]:
    """Return which lines are asked for, and before which entry; Http404 for anything else."""
    show, text = request.GET.get("show", "all"), request.GET.get("before", "")
    before = position(text)
    if show not in queries.SHOWS or (text and before is None):
        raise Http404
    return show, before
