"""The only way from an id in an address to something of the library, and who may move which label.

The library is the team's: every member reads and changes it, and all of it is in the audit trail.
A label can be guarded: then only some roles, and the owners, move it (A20).
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from studio.accounts.models import Member, Role
from studio.prompts.keeping import KINDS
from studio.prompts.models import PRESENT, Kept, LabelGuard, PromptVersion, SavedPrompt, Upload


def kept[K: Kept](kind: type[K], pk: UUID) -> K:
    """Return one that is in the library. Raises Http404."""
    return get_object_or_404(kind._default_manager.select_related("changed_by"), PRESENT, pk=pk)


def any_kept(kind: str, pk: UUID, *, deleted: bool = False) -> Kept:
    """Return one of a kind named in an address, also a deleted one where that is asked. Raises Http404."""
    if kind not in KINDS:
        raise Http404("There is no such shelf in the library.")
    rows = KINDS[kind]._default_manager.all()
    return get_object_or_404(rows if deleted else rows.filter(PRESENT), pk=pk)


def version_of(prompt: SavedPrompt, number: int) -> PromptVersion:
    """Return a version of a prompt by its number. Raises Http404."""
    return get_object_or_404(PromptVersion.objects.select_related("author"), prompt=prompt, number=number)


def upload_for(member: Member, pk: UUID) -> Upload:
    """Return an upload of the member's own that was not yet imported. Raises Http404."""
    return get_object_or_404(Upload, pk=pk, member=member)


def may_move(member: Member, label: str) -> bool:
    """Tell whether a member may put a label of this name on a version, or take it off; one query."""
    guard = LabelGuard.objects.filter(name=label).first()
    return guard is None or allows(guard, member)


def allows(guard: LabelGuard, member: Member) -> bool:
    """Tell whether a guard lets a member through: owners always, others by their role."""
    return member.is_owner or member.role in guard.roles


def see_that_may_move(member: Member, label: str) -> None:
    """Raise PermissionDenied where a label is not theirs to move."""
    if not may_move(member, label):
        raise PermissionDenied(f"The label “{label}” is guarded: {who_may(label)} may move it.")


def who_may(label: str) -> str:
    """Return in words who may move a label."""
    guard = LabelGuard.objects.filter(name=label).first()
    return words_of(guard) if guard else "Everybody"


def words_of(guard: LabelGuard) -> str:
    """Return in words whom a guard lets through: “Reviewers and owners”."""
    roles = [Role(role).label for role in guard.roles if role in Role.values and role != Role.OWNER]
    names = [f"{name}s" for name in (*roles, "Owner")]
    words = f"{', '.join(names[:-1])} and {names[-1]}" if names[:-1] else names[-1]
    return words[:1] + words[1:].lower()
