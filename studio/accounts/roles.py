"""Who is what in the team: an owner gives another member a role (E1, PERM-12, PERM-13).

There is always an owner, and nobody changes their own role. The role is read with each request, so that a
change holds from the next one on. Touches members and the audit trail.
"""

from django.db import transaction

from studio.accounts.models import Event, Member, Role, Verb


class RoleKept(Exception):
    """A role was not changed; the text is a sentence for the owner."""


@transaction.atomic
def give_role(member: Member, role: Role, *, actor: Member) -> bool:
    """Give a member a role; False where they have it already.

    Raises RoleKept for one's own role, for somebody who left, and where no owner would remain.
    """
    kept = locked(member)
    if kept.pk == actor.pk:
        raise RoleKept("Nobody changes their own role. Ask another owner.")
    if not kept.is_active:
        raise RoleKept(f"{kept} has left the team.")
    if kept.role == role:
        return False
    if kept.is_owner and last_owner(kept):
        raise RoleKept(f"{kept} is the last owner. Make somebody else an owner first.")
    Event.note(Verb.ROLE_CHANGED, who=actor, subject=kept.pk, was=kept.role, role=role.value)
    Member.objects.filter(pk=kept.pk).update(role=role)
    member.role = role
    return True


def locked(member: Member) -> Member:
    """Return a member as they are now, with every owner locked: two owners do not demote each other at once.

    To be called inside a transaction.
    """
    owners = Member.objects.select_for_update().filter(role=Role.OWNER, is_active=True).order_by("pk")
    for owner in owners:
        if owner.pk == member.pk:
            return owner
    return Member.objects.select_for_update().get(pk=member.pk)


def last_owner(member: Member) -> bool:
    """Say whether nobody else is an owner."""
    return not Member.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=member.pk).exists()
