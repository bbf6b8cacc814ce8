"""The key vault: paste once, tried before it is saved, never shown again (E3, S6, S11, D23).

The face of the vault; what the provider says of a key is in `studio.accounts.keystate`.
Touches keys and the audit trail, and asks the provider through the client it is given. Sealed
keys are opened in `studio.accounts.vault`. KEY-01 to KEY-16.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Q, QuerySet
from django.utils import timezone

from studio import prepared
from studio.accounts.errors import KeyProblem, KeyRefused, KeyTaken, KeyUntested, NotAKey
from studio.accounts.hooksecrets import remove_hook_secret, save_hook_secret
from studio.accounts.keystate import (
    mark_no_credits,
    mark_ok,
    mark_refused,
    move,
    note_balance,
    on_good,
    on_tried,
    tell,
    was_tried,
)
from studio.accounts.models import Event, Key, KeyState, Member, Payer, Policy, Verb
from studio.accounts.models.key import IN_USE
from studio.accounts.pasted import read_key
from studio.accounts.plans import Plan, Terms
from studio.accounts.provider import client_for
from studio.accounts.sealing import SealingError, keyring
from studio.accounts.sharing import kin, may_name, own_account, share_account
from studio.accounts.vault import log_unsealable, place_of, reseal, secret_of, was_used
from studio.doitong import DoitongError, InsufficientCredits, NotSent, RateLimited, Secret, Unauthorized

__all__ = [
    "KeyProblem",
    "KeyRefused",
    "KeyTaken",
    "KeyUntested",
    "NotAKey",
    "SealingError",
    "Terms",
    "disable",
    "key_for",
    "key_in_use",
    "kin",
    "log_unsealable",
    "mark_no_credits",
    "mark_ok",
    "mark_refused",
    "may_name",
    "note_balance",
    "on_good",
    "on_tried",
    "own_account",
    "remove_hook_secret",
    "reseal",
    "save_hook_secret",
    "save_key",
    "secret_of",
    "set_payer",
    "set_terms",
    "share_account",
    "try_key",
    "was_used",
]

LIVE = {*KeyState} - {KeyState.DISABLED}


class KeyTester(Protocol):
    """What is needed of a client here: ask whether its key is good, for no credits."""

    def test_key(self) -> object: ...


type TesterFactory = Callable[[Secret], KeyTester]


def key_for(member: Member) -> Key | None:
    """Return the key that the member's jobs are sent with: their own in use, else the team's (D23).

    Where the owners decided for one of the two, it is that one or none. One query.
    """
    return _USED.first(member=member.pk)


def _used() -> QuerySet[Key]:
    own = Q(member=prepared.uuid("member")) & ~Exists(Policy.objects.filter(payer=Payer.TEAM))
    team = Q(member=None) & ~Exists(Policy.objects.filter(payer=Payer.OWN))
    return Key.objects.filter(IN_USE, own | team).order_by(F("member").asc(nulls_last=True))[:1]


_USED = prepared.Rows(_used)


@transaction.atomic
def set_payer(payer: Payer, actor: Member) -> bool:
    """Have the team's images made with these keys from now on; what is in line keeps its key (D23)."""
    if Policy.present().payer == payer:
        return False
    Policy.objects.update_or_create(pk=1, defaults={"payer": payer, "changed_at": timezone.now()})
    Event.note(Verb.POLICY_CHANGED, who=actor, payer=payer)
    return True


def key_in_use(member: Member | None) -> Key | None:
    """Return the member's own key, or with None the team's."""
    return Key.objects.filter(IN_USE, member=member).first()


def save_key(
    *,
    member: Member | None,
    text: str | Secret,
    plan: str | Terms,
    actor: Member,
    client_factory: TesterFactory = client_for,
) -> Key:
    """Try the pasted key, then put it in use, for the member or (None) the team; return its row.

    The one in use before is disabled in the same transaction, and its jobs end with it. Raises
    NotAKey, KeyRefused, KeyUntested or KeyTaken with a sentence, SealingError where the keyring
    cannot seal; nothing is saved then.
    """
    secret = _read(text)
    terms = plan if isinstance(plan, Terms) else Terms(plan=Plan(plan))
    key = _sealed_row(member, secret, terms)
    _refuse_taken(key, secret)
    _try(client_factory, secret)
    _put_in_use(key, actor)
    return key


def try_key(key: Key, *, actor: Member, client_factory: TesterFactory = client_for) -> None:
    """Ask the provider whether the saved key is good, and note the answer.

    Raises KeyRefused (the key is marked) or KeyUntested (nothing is known).
    """
    try:
        _try(client_factory, secret_of(key))
    except KeyRefused as refused:
        mark_refused(key, refused.sentence)
        raise
    finally:
        was_tried(key)
    Key.objects.filter(pk=key.pk).update(tested_at=timezone.now())
    Event.note(Verb.KEY_TESTED, who=actor, subject=key.pk)
    mark_ok(key)


@transaction.atomic
def disable(key: Key, actor: Member) -> bool:
    """Put the key away; jobs that it started end with it. False where it was."""
    if not move(key, KeyState.DISABLED, LIVE, "Disabled by a person."):
        return False
    Event.note(Verb.KEY_DISABLED, who=actor, subject=key.pk)
    return True


@transaction.atomic
def set_terms(key: Key, terms: Terms, actor: Member) -> None:
    """Change the plan and the limits of a key in use."""
    allowed = terms.allowed
    Key.objects.filter(pk=key.pk).update(
        plan=terms.plan,
        per_minute=allowed.per_minute,
        at_once=allowed.at_once,
        per_day=allowed.per_day,
    )
    Event.note(Verb.KEY_LIMITED, who=actor, subject=key.pk, plan=terms.plan)


def _read(text: str | Secret) -> Secret:
    return read_key(text.reveal() if isinstance(text, Secret) else text)


def _sealed_row(member: Member | None, secret: Secret, terms: Terms) -> Key:
    ring, allowed = keyring(), terms.allowed
    key = Key(id=uuid4(), member=member, plan=terms.plan)
    key.per_minute, key.at_once, key.per_day = allowed.per_minute, allowed.at_once, allowed.per_day
    key.sealed = ring.seal(secret, place_of(key))
    key.last4 = secret.last4
    key.fingerprint = ring.fingerprints(secret)[0]
    return key


def _refuse_taken(key: Key, secret: Secret) -> None:
    twins = Key.objects.filter(IN_USE, fingerprint__in=keyring().fingerprints(secret))
    if any(twin.member_id != key.member_id for twin in twins):
        raise _taken()


def _taken() -> KeyTaken:
    return KeyTaken("This key is in use in the studio already. Make another one in the Doitong dashboard.")


def _try(client_factory: TesterFactory, secret: Secret) -> None:
    try:
        client_factory(secret).test_key()
    except Unauthorized:
        raise KeyRefused(
            "Doitong refused this key. Check it in the Doitong dashboard, or make a new one."
        ) from None
    except InsufficientCredits:
        return  # the key is known, and its account is empty: that shows at the first image
    except RateLimited:
        raise KeyUntested("Doitong asks to wait: too many requests. Try again in a minute.") from None
    except NotSent:
        raise KeyUntested(
            "Doitong could not be reached, so the key was not tried. Try again in a minute."
        ) from None
    except DoitongError as error:
        raise KeyUntested(f"Doitong could not say whether the key is good. {error.sentence}") from None


def _put_in_use(key: Key, actor: Member) -> None:
    try:
        with transaction.atomic():
            key.tested_at = timezone.now()
            _replace_former(key, actor)
            key.save(force_insert=True)
            owner = str(key.member_id or "team")
            Event.note(Verb.KEY_SAVED, who=actor, subject=key.pk, plan=key.plan, owner=owner)
            tell(key)
            was_tried(key)
    except IntegrityError:
        raise _taken() from None  # two pages saved at once: the first one stands


def _replace_former(key: Key, actor: Member) -> None:
    former = key_in_use(key.member)
    if former:
        key.account = former.account  # of the same one, unless a person says otherwise (S96)
    if former and move(former, KeyState.DISABLED, LIVE, "Replaced by a newer key."):
        Event.note(Verb.KEY_REPLACED, who=actor, subject=former.pk, by=str(key.pk))
