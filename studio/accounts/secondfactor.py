"""The second factor: app codes, passkeys and recovery codes by allauth, under the house's own seal (E7).

Everybody may have one; an owner decides which roles need one. Who needs one and has none is led to the page
where it is added, and to no other. Touches members' `factor_wanted`, the policy, and what allauth keeps.
"""

from collections.abc import Callable, Collection
from typing import Any

import qrcode  # type: ignore[import-untyped]
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from studio.accounts import vault
from studio.accounts.http import MemberRequest
from studio.accounts.models import Event, Member, Policy, Role, Verb
from studio.accounts.sealing import Place, keyring
from studio.doitong import Secret

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
KEPT_SEALED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
SEALED = ("secret", "seed")  # what of an authenticator is a secret; a passkey's part here is public
PLACE = Place(table="mfa_authenticator", row="", purpose="second factor")
OPEN = ("mfa_", "account_", "sessions")  # how the names of doors begin that stay open to who lacks one


class Adapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth is untyped
    """Sealing, and a QR code that needs no style of its own."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. A new one comes every 30 seconds.",
        "cannot_delete_authenticator": "Your role needs a second factor. Add another before this one goes.",
    }

    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists the studio."""
        return str(settings.TEAM or "Prompt Studio")

    def build_totp_svg(self, url: str) -> str:
        """Return the outline of the QR code's dark modules, for the `d` of a path; a module is 1 wide."""
        return "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules(url)) for x, dark in enumerate(row) if dark
        )

    def generate_authenticator_name(self, user: Member, type: str) -> str:  # noqa: A002 # as allauth calls it
        """Return the name that a passkey has unless its owner gives it another."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def encrypt(self, text: str) -> str:
        """Seal what allauth would keep in plain. Raises SealingError."""
        return keyring().seal(Secret(text), PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again. Raises SealingError."""
        return keyring().unseal(encrypted_text, PLACE).reveal()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last factor of a member whose role needs one."""
        member: Member = authenticator.user
        if authenticator.type not in FACTORS or member.role not in Policy.present().factor_roles:
            return True
        others = Authenticator.objects.filter(user=member, type__in=FACTORS).exclude(pk=authenticator.pk)
        return bool(others.exists())


def modules(text: str) -> list[list[bool]]:
    """Return a QR code's modules with its quiet margin, row by row."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


class Wanted:
    """Lead who lacks the factor that their role needs to where it is added; no other door opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on: the door is known only then."""
        return self.get_response(request)

    def process_view(
        self, request: MemberRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Return the way to the page, None where the view may answer."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        name = (request.resolver_match.url_name if request.resolver_match else "") or ""
        if not request.user.factor_wanted or name.startswith(OPEN):
            return None
        there = redirect("mfa_index")
        return HttpResponseClientRedirect(there.url) if request.headers.get("HX-Request") else there


@transaction.atomic
def rule(roles: Collection[str], actor: Member) -> bool:
    """Decide which roles need a second factor, at once; False where that was so already."""
    policy, wanted = Policy.present(), sorted(set(roles) & set(Role.values))
    if policy.factor_roles == wanted:
        return False
    policy.factor_roles, policy.changed_at = wanted, timezone.now()
    policy.save()
    settle()
    Event.note(Verb.FACTOR_RULED, who=actor, roles=", ".join(wanted) or "nobody")
    return True


def settle(only: Member | None = None) -> None:
    """Write down who needs a factor that they lack: everybody's, or one member's, in one statement."""
    has = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))
    lacks = Q(role__in=Policy.present().factor_roles) & ~Q(has)
    members = Member.objects.filter(pk=only.pk) if only else Member.objects.all()
    members.update(factor_wanted=Case(When(lacks, then=Value(True)), default=Value(False)))
    if only:
        only.refresh_from_db(fields=["factor_wanted"])


def reseal() -> int:
    """Seal every member's second factor anew under the keyring's first line; in the caller's transaction."""
    ring, many = keyring(), 0
    for one in Authenticator.objects.select_for_update().filter(type__in=KEPT_SEALED):
        for name in set(SEALED) & set(one.data):
            one.data[name] = ring.seal(ring.unseal(one.data[name], PLACE), PLACE)
        one.save(update_fields=["data"])
        many += 1
    return many


vault.also_reseal(reseal)


@receiver(authenticator_added)
def _added(user: Member, authenticator: Authenticator, **_rest: Any) -> None:
    settle(user)
    Event.note(Verb.FACTOR_ADDED, who=user, subject=user.pk, kind=str(authenticator.type))


@receiver(authenticator_removed)
def _removed(user: Member, authenticator: Authenticator, **_rest: Any) -> None:
    settle(user)
    Event.note(Verb.FACTOR_REMOVED, who=user, subject=user.pk, kind=str(authenticator.type))


@receiver(user_logged_in)
def _came(user: Member, **_rest: Any) -> None:
    _settle_if_ruled(user)


@receiver(post_save, sender=Member)
def _saved(instance: Member, update_fields: Collection[str] | None, **_rest: Any) -> None:
    if update_fields is None or "role" in update_fields:
        _settle_if_ruled(instance)


def _settle_if_ruled(member: Member) -> None:
    if member.factor_wanted or member.role in Policy.present().factor_roles:
        settle(member)
