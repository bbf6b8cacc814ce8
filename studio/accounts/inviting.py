"""Invitations: a link with a role, an end and a number of uses; who opens it names themself (E2, AUTH-08).

The link's secret is told once and kept as its hash. The first owner of an empty studio comes in by the same
way: by a link of nobody's, which the console prints. Touches invitations, members and the audit trail.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from studio.accounts.models import Event, Invitation, Member, Role, Verb
from studio.accounts.models.invitation import hashed

SETUP_HOURS = 2
NOT_OPEN = "This link does not work, or does not work any more. Ask whoever sent it for a new one."


class NotInvited(Exception):
    """The link is none, or it is used up, expired or taken back; which one is not said."""


class NotTaken(Exception):
    """Nobody joined: `field` of the form is at fault, and the text says how."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who they say they are."""

    name: str
    email: str
    password: str


@transaction.atomic
def invite(actor: Member, *, role: Role, uses: int, days: int, note: str = "") -> tuple[Invitation, str]:
    """Make an invitation and return it with its secret, which nobody is told again."""
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        secret=hashed(secret),
        role=role,
        uses=uses,
        note=note,
        expires_at=timezone.now() + timedelta(days=days),
        by=actor,
    )
    Event.note(Verb.INVITED, who=actor, subject=made.pk, role=role.value, uses=uses, days=days, note=note)
    return made, secret


def revoke(invitation: Invitation, actor: Member) -> bool:
    """Take an invitation back; False where it was."""
    with transaction.atomic():
        standing = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
        if not standing.update(revoked_at=timezone.now()):
            return False
        Event.note(Verb.INVITATION_REVOKED, who=actor, subject=invitation.pk)
        return True


@transaction.atomic
def set_up() -> str | None:
    """Return the secret of a link for the first owner, None where the studio has members; older ones end."""
    if Member.objects.exists():
        return None
    secret, now = secrets.token_urlsafe(32), timezone.now()
    Invitation.objects.filter(by=None, revoked_at=None).update(revoked_at=now)
    Invitation.objects.create(
        secret=hashed(secret), role=Role.OWNER, expires_at=now + timedelta(hours=SETUP_HOURS), by=None
    )
    return secret


def address_of_setup(secret: str) -> str:
    """Return where the first owner names themself."""
    return settings.PUBLIC_URL + reverse("setup_link", args=[secret])


def find(secret: str, now: datetime, *, first: bool = False) -> Invitation:
    """Return the open invitation of a link; with `first` the one for the first owner.

    Raises NotInvited. The first owner's is open only while there is nobody.
    """
    found = _open(now).filter(secret=hashed(secret), by__isnull=first).first()
    if found is None or (first and Member.objects.exists()):
        raise NotInvited(NOT_OPEN)
    return found


@sensitive_variables("newcomer")
def join(secret: str, newcomer: Newcomer, now: datetime, *, first: bool = False) -> Member:
    """Make a member by an invitation, once for each of its uses.

    Raises NotInvited, and NotTaken where the password is weak or the address is somebody's.
    """
    found = find(secret, now, first=first)
    member = Member(name=newcomer.name, email=newcomer.email.strip().lower(), role=found.role)
    try:
        validate_password(newcomer.password, member)
    except ValidationError as error:
        raise NotTaken("password", " ".join(error.messages)) from None
    member.set_password(newcomer.password)  # before the transaction: hashing takes its time
    try:
        with transaction.atomic():
            _use(found, now)
            member.save(force_insert=True)
            Event.note(Verb.MEMBER_JOINED, who=member, subject=found.pk, role=member.role)
    except IntegrityError:
        raise NotTaken("email", "This address cannot be used here. If it is yours, sign in.") from None
    return member


def _use(invitation: Invitation, now: datetime) -> None:
    """Count a use under the guard that one is left: of two who press at once for the last one, one joins."""
    if not _open(now).filter(pk=invitation.pk).update(used=F("used") + 1):
        raise NotInvited(NOT_OPEN)
    if invitation.by_id is None and Member.objects.exists():
        raise NotInvited(NOT_OPEN)


def _open(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(revoked_at=None, expires_at__gt=now, used__lt=F("uses"))
