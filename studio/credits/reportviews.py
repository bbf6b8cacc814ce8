"""Files of credits: monthly statements, the team's table; and the page of prices and checks."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studio.accounts.access import admins_only
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member, Project
from studio.credits import overview, prices, sheet, statement
from studio.credits.models import Checkup
from studio.credits.models.rollups import NONE
from studio.credits.overview import Standing
from studio.credits.statement import Scope

TEAM = (
    "Member",
    "Role",
    "Left",
    "Held",
    "Spent in 30 days",
    "Credits a day",
    "Days left",
    "Budget",
    "Budget left",
)


@require_safe
@never_cache
def my_statement(request: MemberRequest) -> StreamingHttpResponse:
    """One's own month as CSV."""
    month = _month(request)
    return _file(
        f"credits-{month:%Y-%m}", statement.HEADING, statement.rows(Scope(member=request.user.pk), month)
    )


@require_safe
@never_cache
@admins_only
def team_statement(request: MemberRequest) -> StreamingHttpResponse:
    """A month of a member, a project or everybody as CSV."""
    month, scope = _month(request), _scope(request)
    return _file(f"team-credits-{month:%Y-%m}", statement.HEADING, statement.rows(scope, month))


@require_safe
@never_cache
@admins_only
def team_csv(request: MemberRequest) -> StreamingHttpResponse:
    """The table of members as CSV, in the page's order and narrowed as it."""
    order, text = asked_order(request)
    found = overview.overview(timezone.now(), order=order, text=text)
    return _file("team", TEAM, map(_cells, found.members))


@require_safe
@never_cache
@admins_only
def ledger_page(request: MemberRequest) -> HttpResponse:
    """What images really cost, and whether the ledger is exact."""
    context = {"prices": prices.listed(), "changes": prices.changes(timezone.now())}
    return render(request, "credits/ledger.html", context | {"checkup": Checkup.objects.first()})


def asked_order(request: MemberRequest) -> tuple[str, str]:
    """Return the order of the team's table and the text of its filter; Http404 for an unknown order."""
    order = request.GET.get("sort", "spent")
    if order not in overview.ORDERS:
        raise Http404
    return order, request.GET.get("q", "")[:80]


def _cells(one: Standing) -> Sequence[object]:
    assert one.member is not None
    assert one.account is not None
    return (
        one.name,
        one.member.get_role_display(),
        one.account.available,
        one.account.held,
        one.used.month,
        round(one.used.burn, 1),
        "" if one.days is None else one.days,
        one.bound.limit if one.bound else "",
        one.bound.left if one.bound else "",
    )


def _month(request: MemberRequest) -> date:
    text = request.GET.get("month", "")
    month = statement.month_of(text) if text else timezone.localdate().replace(day=1)
    if month is None:
        raise Http404
    return month


def _scope(request: MemberRequest) -> Scope:
    """Return what is asked for by `of`: nothing, `member-ID`, `project-ID`, `project-none`; else Http404."""
    text = request.GET.get("of", "")
    if not text:
        return Scope()
    kind, _, name = text.partition("-")
    if (kind, name) == ("project", "none"):
        return Scope(project=NONE)
    try:
        pk = UUID(name)
    except ValueError:
        raise Http404 from None
    if kind == "member" and Member.objects.filter(pk=pk).exists():
        return Scope(member=pk)
    if kind == "project" and Project.objects.filter(pk=pk).exists():
        return Scope(project=pk)
    raise Http404


def _file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(sheet.pieces(heading, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
