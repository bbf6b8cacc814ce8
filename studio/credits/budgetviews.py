"""The team's budgets, and a member's own lower limit (D6, D11, D22)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from studio.accounts import keys
from studio.accounts.access import admins_only
from studio.accounts.confirming import confirmed
from studio.accounts.http import MemberRequest
from studio.credits import budgetpage, budgets
from studio.credits.budgetforms import BudgetForm, LimitForm, OwnForm
from studio.credits.errors import TooHigh
from studio.credits.models import Budget, Scope
from studio.credits.windows import Period


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admins_only
@confirmed
def budgets_page(request: MemberRequest) -> HttpResponse:
    """All budgets, and a new one."""
    asked = {"whose": request.GET.get("whose", "")}  # a project's page leads here
    form = BudgetForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        scope, subject = form.subject
        limit, reason = form.cleaned_data["limit"], form.cleaned_data["reason"]
        budgets.put(scope, subject, form.lasts, limit, by=request.user, reason=reason)
        messages.success(request, f"The budget is {limit:,} credits.")
        return redirect("budgets")
    page = {"rows": budgetpage.every(), "form": form}
    return render(request, "credits/budgets.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@admins_only
@confirmed
def budget_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One budget: change its limit, or take it away. A member's own limit is theirs alone."""
    budget = get_object_or_404(Budget, pk=pk, own=False)
    form = LimitForm(request.POST if request.method == "POST" else None, initial={"limit": budget.limit})
    away = "remove" in request.POST
    if away and "limit" in form.fields:
        form.fields["limit"].required = False
    if request.method == "POST" and form.is_valid():
        limit = None if away else form.cleaned_data["limit"]
        _put(budget, limit, request, form.cleaned_data["reason"])
        messages.success(request, "The budget was removed." if away else "The budget was changed.")
        return redirect("budgets")
    page = {"row": budgetpage.one(budget), "form": form}
    return render(request, "credits/budget.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_limits(request: MemberRequest) -> HttpResponse:
    """What bounds one's own spending, and a lower limit of one's own."""
    fresh = {"reason": "My own limit"}
    form = OwnForm(request.POST if request.method == "POST" else None, initial=fresh)
    if request.method == "POST" and form.is_valid() and _set_own(request, form):
        messages.success(request, f"Your own limit is {form.cleaned_data['limit']:,} credits.")
        return redirect("my_limits")
    rows = budgetpage.of(request.user, keys.key_for(request.user))
    page = {"rows": rows, "form": form}
    return render(request, "credits/limits.html", page, status=422 if form.is_bound else 200)


@require_POST
def my_limit_away(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take one's own limit away again."""
    budget = get_object_or_404(Budget, pk=pk, own=True, subject=request.user.pk)
    _put(budget, None, request, "No own limit any more")
    messages.success(request, "Your own limit was removed.")
    return redirect("my_limits")


def _set_own(request: MemberRequest, form: OwnForm) -> bool:
    member, data = request.user, form.cleaned_data
    try:
        budgets.put(
            Scope.MEMBER,
            member.pk,
            form.lasts,
            data["limit"],
            by=member,
            reason=data["reason"],
            own=True,
        )
    except TooHigh as error:
        form.add_error("limit", error.sentence)
        return False
    return True


def _put(budget: Budget, limit: int | None, request: MemberRequest, reason: str) -> None:
    scope, period = Scope(budget.scope), Period(budget.period)
    budgets.put(scope, budget.subject, period, limit, by=request.user, reason=reason, own=budget.own)
