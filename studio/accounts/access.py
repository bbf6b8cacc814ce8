"""Who may open which door of this room, and the only way from an id to a member.

A stranger's id is a 404, a colleague without the right gets a 403 before any id is looked at.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from studio.accounts.http import MemberRequest
from studio.accounts.models import Member, Project

type View[**P] = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def owners_only[**P](view: View[P]) -> View[P]:
    """Let owners through; PermissionDenied for everybody else."""
    return _only(view, lambda member: member.is_owner, "Only an owner of this studio opens this page.")


def admins_only[**P](view: View[P]) -> View[P]:
    """Let credit admins and owners through; PermissionDenied for everybody else."""
    return _only(view, lambda member: member.is_admin, "Only a credit admin or an owner opens this page.")


def member_by_id(member_id: UUID) -> Member:
    """Return a member of the team; Http404 for a stranger's id and for who has left.

    For doors that `admins_only` or `owners_only` keeps: those see everybody.
    """
    return get_object_or_404(Member, pk=member_id, is_active=True)


def anybody_by_id(member_id: UUID) -> Member:
    """Return a member, also one who has left; Http404 for a stranger's id. For doors of owners alone."""
    return get_object_or_404(Member, pk=member_id)


def visible_projects(member: Member) -> QuerySet[Project]:
    """Return the projects a member may open: an admin all, archived ones too; others their own (E8)."""
    return Project.objects.all() if member.is_admin else Project.objects.filter(members=member)


def open_projects(member: Member) -> QuerySet[Project]:
    """Return the projects a member may spend in: those they are in that are not archived (E8)."""
    return Project.objects.filter(members=member, archived_at=None)


def _only[**P](view: View[P], may: Callable[[Member], bool], sentence: str) -> View[P]:
    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(request.user):
            raise PermissionDenied(sentence)
        return view(request, *args, **kwargs)

    guarded.__dict__["may"] = may  # asked by the navigation, which shows no link to a shut door
    return guarded
