"""Somebody leaves: key off, signed out, and what they had goes on with somebody else (E4, AUTH-06).

Nothing of them is deleted: their name stays in the history. What only the rooms above know, the queue and
the pictures, those rooms hand over themselves: each told this one of a function for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from studio.accounts import keys, roles
from studio.accounts.models import Event, Member, ProjectMember, Verb
from studio.accounts.models.member import Role

type HandOver = Callable[[Member, Member], str]
"""Takes who leaves and who goes on; says what was done in a few words, "" where there was nothing."""

_hand_overs: list[HandOver] = []


class Stays(Exception):
    """A member was not taken off the team; the text is a sentence for the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was done as somebody left, each in a few words."""

    deeds: tuple[str, ...]

    @property
    def said(self) -> str:
        """Return it as the end of a sentence, "" where nothing was left to do."""
        return ", ".join(self.deeds)


def on_leaving(hand_over: HandOver) -> None:
    """Have the function called for everybody who leaves, inside the transaction."""
    if hand_over not in _hand_overs:
        _hand_overs.append(hand_over)


@transaction.atomic
def let_go(member: Member, heir: Member, *, actor: Member) -> Left:
    """Take a member off the team and hand what they had to another; said again it hands over the rest.

    Raises Stays for oneself, for the last owner, and where nobody can go on. Nothing is changed then.
    """
    leaver = roles.locked(member)
    _refuse(leaver, heir, actor)
    first = leaver.is_active
    if first:
        leaver.is_active = False
        leaver.set_unusable_password()  # which ends every session: each is bound to the password's hash
        leaver.save(update_fields=["is_active", "password"])
        ProjectMember.objects.filter(member=leaver).delete()
    deeds = [*_key_off(leaver, actor), *filter(None, (one(leaver, heir) for one in _hand_overs))]
    if first or deeds:
        Event.note(Verb.MEMBER_LEFT, who=actor, subject=leaver.pk, heir=str(heir.pk), done=", ".join(deeds))
    return Left(deeds=tuple(deeds))


@transaction.atomic
def let_back(member: Member, *, actor: Member) -> bool:
    """Let who left into the team again, as a designer and without a password; False where they are in it.

    What was handed over stays with whom it went to. Their key stays off, and no session begins anew: an owner
    makes them a link by which they set a password.
    """
    returner = roles.locked(member)
    if returner.is_active:
        return False
    was, returner.is_active, returner.role = returner.role, True, Role.DESIGNER
    returner.save(update_fields=["is_active", "role"])
    Event.note(Verb.MEMBER_BACK, who=actor, subject=returner.pk, was=str(was))
    return True


def _refuse(leaver: Member, heir: Member, actor: Member) -> None:
    if leaver.pk == actor.pk:
        raise Stays("Nobody takes themself off the team. Ask another owner.")
    if heir.pk == leaver.pk or not heir.is_active:
        raise Stays("Choose somebody of the team to go on with it.")
    if leaver.is_active and leaver.role == Role.OWNER and roles.last_owner(leaver):
        raise Stays(f"{leaver} is the last owner. Make somebody else an owner first.")


def _key_off(leaver: Member, actor: Member) -> list[str]:
    key = keys.key_in_use(leaver)
    return ["their key is off"] if key is not None and keys.disable(key, actor) else []
