"""Which keys are of one Doitong account: they share its limits, whoever uses them (S96).

Nothing of the provider tells, so a person says so, of keys that they may see. Touches keys and the
audit trail; what is shared is counted in `studio.generation.limits`, by `Key.account`.
"""

from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from studio.accounts.models import Event, Key, Member, Verb
from studio.accounts.models.key import IN_USE


def may_name(actor: Member) -> QuerySet[Key]:
    """Return the keys in use that this person may see: their own and the team's; an owner sees all."""
    keys = Key.objects.filter(IN_USE).select_related("member")
    return keys if actor.is_owner else keys.filter(Q(member=actor) | Q(member=None))


def kin(key: Key) -> list[Key]:
    """Return the other keys in use of this key's account."""
    return list(Key.objects.filter(IN_USE, account=key.account).exclude(pk=key.pk).select_related("member"))


@transaction.atomic
def share_account(key: Key, with_key: Key, actor: Member) -> bool:
    """Say that a key is of another's account, and take over its plan; whether that was news.

    Raises PermissionDenied where the key is not the actor's to change, or the other not theirs to see.
    """
    _may_change(key, actor)
    if not may_name(actor).filter(pk=with_key.pk).exists():
        raise PermissionDenied("This key is not yours to see.")
    if key.account == with_key.account:
        return False
    key.account, key.plan = with_key.account, with_key.plan
    key.per_minute, key.at_once, key.per_day = with_key.per_minute, with_key.at_once, with_key.per_day
    key.save(update_fields=["account", "plan", "per_minute", "at_once", "per_day"])
    Event.note(Verb.KEY_SHARED, who=actor, subject=key.pk, with_key=str(with_key.pk))
    return True


@transaction.atomic
def own_account(key: Key, actor: Member) -> bool:
    """Say that a key shares its account with no other one; whether that was news. Errors as above."""
    _may_change(key, actor)
    if not kin(key):
        return False
    key.account = uuid4()
    key.save(update_fields=["account"])
    Event.note(Verb.KEY_SHARED, who=actor, subject=key.pk, with_key=None)
    return True


def _may_change(key: Key, actor: Member) -> None:
    if key.member_id != actor.pk and not actor.is_owner:
        raise PermissionDenied("Only who owns a key, or an owner of this studio, says whose account it is.")
