"""Who may open which door of this room, and the only way from an id to a member.

A stranger's id is a 404, a colleague without the right gets a 403 before any id is looked at.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from studio.accounts.http import MemberRequest
from studio.accounts.models import Member

type View[**P] = Callable[Concatenate[MemberRequest, P], HttpResponse]


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


def _only[**P](view: View[P], may: Callable[[Member], bool], sentence: str) -> View[P]:
    @wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may(request.user):
            raise PermissionDenied(sentence)
        return view(request, *args, **kwargs)

    return guarded
