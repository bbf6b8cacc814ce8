"""Writes down who came and went: Django and allauth tell, the audit trail keeps (LOG-01)."""

from typing import Any

from allauth.account.signals import password_changed, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver

from studio.accounts import chain
from studio.accounts.models import Event, Member, Verb


@receiver(post_save, sender=Event)
def _noted(**_rest: Any) -> None:
    chain.after_commit()


@receiver(user_logged_in)
def _signed_in(user: Member, **_rest: Any) -> None:
    Event.note(Verb.SIGNED_IN, who=user, subject=user.pk)


@receiver(user_logged_out)
def _signed_out(user: Member | None, **_rest: Any) -> None:
    if user is not None:
        Event.note(Verb.SIGNED_OUT, who=user, subject=user.pk)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_rest: Any) -> None:
    Event.note(Verb.SIGN_IN_FAILED, who=None, subject=str(credentials.get("email", ""))[:200])


@receiver([password_changed, password_set])
def _new_password(user: Member, **_rest: Any) -> None:
    Event.note(Verb.PASSWORD_CHANGED, who=user, subject=user.pk)
