"""Who is in the team, and as what: the list for admins, roles and leaving for owners."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from studio.accounts import leaving, roles
from studio.accounts.access import admins_only, anybody_by_id, owners_only
from studio.accounts.confirming import confirmed
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.accounts.teamforms import LeaveForm, RoleForm

METHODS = ["GET", "HEAD", "POST"]


@require_safe
@never_cache
@admins_only
def members_page(request: MemberRequest) -> HttpResponse:
    """Everybody, and who has left."""
    listed = Member.objects.annotate(
        in_projects=Count("projects", filter=Q(projects__archived_at=None)),
        own_keys=Count("keys", filter=~Q(keys__state="disabled"), distinct=True),
    )
    present = list(listed.filter(is_active=True))
    return render(
        request, "accounts/members.html", {"members": present, "left": list(listed.filter(is_active=False))}
    )


@require_http_methods(METHODS)
@never_cache
@owners_only
@confirmed
def member_page(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """One member: their role, and the form for when they leave."""
    member = anybody_by_id(member_id)
    if request.method != "POST":
        return _draw(request, member)
    act = ACTS.get(request.POST.get("do", ""))
    return act(request, member) if act else HttpResponseBadRequest("There is no such button.")


def _give_role(request: MemberRequest, member: Member) -> HttpResponse:
    form = RoleForm(request.POST, prefix="role")
    if not form.is_valid():
        return _draw(request, member, role=form, status=422)
    try:
        changed = roles.give_role(member, form.chosen, actor=request.user)
    except roles.RoleKept as refusal:
        form.add_error("role", str(refusal))
        return _draw(request, member, role=form, status=422)
    if changed:
        messages.success(request, f"{member} is {member.get_role_display().lower()} from now on.")
    return redirect("members")


def _let_go(request: MemberRequest, member: Member) -> HttpResponse:
    form = LeaveForm.of(member, request.POST)
    if not form.is_valid():
        return _draw(request, member, leave=form, status=422)
    try:
        left = leaving.let_go(member, form.chosen, actor=request.user)
    except leaving.Stays as refusal:
        form.add_error(None, str(refusal))
        return _draw(request, member, leave=form, status=422)
    messages.success(request, f"{member} is off the team{': ' if left.said else ''}{left.said}.")
    return redirect("members")


def _let_back(request: MemberRequest, member: Member) -> HttpResponse:
    if leaving.let_back(member, actor=request.user):
        messages.success(request, f"{member} is a designer here again. Make them a link to sign in by.")
    return redirect("team_security")


ACTS: dict[str, Callable[[MemberRequest, Member], HttpResponse]] = {
    "role": _give_role,
    "leave": _let_go,
    "back": _let_back,
}


def _draw(
    request: MemberRequest,
    member: Member,
    *,
    role: RoleForm | None = None,
    leave: LeaveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "member": member,
        "own": member.pk == request.user.pk,
        "role": role or RoleForm(initial={"role": member.role}, prefix="role"),
        "leave": leave or LeaveForm.of(member),
    }
    return render(request, "accounts/member.html", context, status=status)
