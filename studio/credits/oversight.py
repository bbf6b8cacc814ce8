"""The admins decide what is told and what a credit costs: one row, each change in the trail (D7, D25)."""

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.credits import alerts, hooksigning
from studio.credits.models import About, Alert, Oversight
from studio.doitong import Secret

MOST_LISTED = 30


@transaction.atomic
def change(by: Member, **fields: Any) -> bool:
    """Write these columns; False where they stood so. A secret is never written into the trail."""
    rules = _locked()
    changed = {name: value for name, value in fields.items() if getattr(rules, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(rules, name, value)
    rules.changed_at, rules.changed_by = timezone.now(), by
    rules.save()
    told = {name: str(value) for name, value in changed.items() if not name.startswith("sealed")}
    Event.note(Verb.OVERSIGHT_CHANGED, who=by, subject="oversight", **told)
    return True


@transaction.atomic
def set_hook(by: Member, url: str, *, anew: bool = False) -> Secret | None:
    """Send to this address from now on; "" ends it. Returns a new secret, to be shown once, if one was made.

    One is made for the first address, and `anew` where the old one is to sign no more. Raises SealingError.
    """
    rules = _locked()
    if not url:
        change(by, hook_url="", sealed_hook_secret="")
        return None
    if rules.sealed_hook_secret and not anew:
        change(by, hook_url=url)
        return None
    secret = hooksigning.fresh()
    change(by, hook_url=url, sealed_hook_secret=hooksigning.sealed(secret))
    return secret


@transaction.atomic
def try_hook() -> None:
    """Have the webhook told something that says it is a trial."""
    alerts.note(About.TRIED, str(uuid4()))


def latest() -> list[Alert]:
    """Return the latest alerts with what of them left the studio; two queries."""
    told = Alert.objects.prefetch_related("deliveries")
    return list(told.order_by("-created_at")[:MOST_LISTED])


def _locked() -> Oversight:
    Oversight.objects.get_or_create(pk=1)
    return Oversight.objects.select_for_update().get(pk=1)
