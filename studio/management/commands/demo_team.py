"""`manage.py demo_team`: four members, their credits, and the sandbox's key for the team.

Only in demonstration mode. Nobody gets a password: they come in by the
demonstration's buttons. Run twice, it changes nothing the second time.
"""

import time
import uuid

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from studio.accounts import keys
from studio.accounts.errors import KeyProblem, KeyUntested
from studio.accounts.models import Key, Member, Role
from studio.accounts.plans import Plan
from studio.accounts.provider import client_for
from studio.children import uses_own_sandbox
from studio.credits import ledger
from studio.doitong import Secret

CREDITS = 2_000
SANDBOX_SECRET = "whsec_sandbox_enterprise"  # noqa: S105 - what the sandbox signs that key's webhooks with
SANDBOX_KEY = "sbx_enterprise"  # no limit of a plan stands in the way of a first look
TEAM = {
    Role.OWNER: ("owner@studio.example", "Alex Owner"),
    Role.CREDIT_ADMIN: ("credits@studio.example", "Casey Credits"),
    Role.REVIEWER: ("reviewer@studio.example", "Robin Reviewer"),
    Role.DESIGNER: ("designer@studio.example", "Dana Designer"),
}
# Namespace of the grants' references: the same member is granted the same thing once, ever.
GRANTS = uuid.UUID("6f7cbb1e-54b5-4c0f-9a3e-0d2a6c1f8b11")


class Command(BaseCommand):
    """Make the demonstration's team, if it is not there."""

    help = "Make the demonstration's members, grant their first credits, save the sandbox's key for the team."

    def handle(self, *args: object, **options: object) -> None:
        """Refuse outside demonstration mode; otherwise see that everything is there."""
        if not settings.DEMO:
            raise CommandError("This is not a demonstration: STUDIO_DEMO is not set.")
        owner = _member(Role.OWNER)
        for role in TEAM:
            _grant(_member(role), actor=owner)
        if uses_own_sandbox():
            _team_key(owner)


def _member(role: Role) -> Member:
    email, name = TEAM[role]
    member = Member.objects.filter(email=email).first()
    return member or Member.objects.create_user(email=email, name=name, role=role)


def _grant(member: Member, *, actor: Member) -> None:
    reference = uuid.uuid5(GRANTS, str(member.pk))
    ledger.grant(member, CREDITS, actor=actor, reason="Credits to try the studio with", reference=reference)


def _team_key(owner: Member) -> None:
    if Key.objects.filter(member=None).exists():
        return
    for patience in (1, 3, 9, 0):  # seconds; a machine that is just starting may be slow to answer
        try:
            _save_key(owner)
        except KeyUntested as problem:
            if not patience:
                raise _refused(problem) from None
            time.sleep(patience)
        except KeyProblem as problem:
            raise _refused(problem) from None
        else:
            return


def _save_key(owner: Member) -> None:
    key = keys.save_key(
        member=None, text=SANDBOX_KEY, plan=Plan.ENTERPRISE, actor=owner, client_factory=client_for
    )
    keys.save_hook_secret(key, Secret(SANDBOX_SECRET), owner)


def _refused(problem: KeyProblem) -> CommandError:
    return CommandError(f"The sandbox did not take its own key. {problem.sentence}")
