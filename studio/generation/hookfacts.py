"""How a key's jobs are asked about, and whether its webhooks come: for the key's page (S80). Reads only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone

from studio.accounts.keyfacts import Fact, on_page
from studio.accounts.models import Event, Key, Verb
from studio.generation import hooks
from studio.generation.models import Governor

LATELY = timedelta(days=1)


def register() -> None:
    """Ask the key's page to show these; called once at start."""
    on_page(facts)


def facts(key: Key) -> Iterator[Fact]:
    """Tell how Doitong is asked, how it tells by itself, and of a webhook that was refused lately."""
    yield Fact(about="Questions", text=_questions())
    yield Fact(about="Webhooks", text=_webhooks(key))
    if refused_at := _refused_at(key):
        when = naturaltime(refused_at)
        why = f"One was refused {when}: its signature did not fit. Check the webhook secret."
        yield Fact(about="Refused", text=why, warns=True)


def _questions() -> str:
    if settings.DOITONG_TRANSPORT == "rest":
        return "One REST request for each image"
    return "All images that are being made in one GraphQL request"


def _webhooks(key: Key) -> str:
    if settings.DOITONG_WEBHOOKS == "off":
        return "Turned off by the operator"
    if not hooks.asked_for():
        return f"Not asked for: Doitong cannot reach {settings.PUBLIC_URL}"
    if hooks.is_unwanted(key.pk):
        return "Doitong takes no address with this key"
    heard_at = Governor.objects.filter(pk=key.account).values_list("hooked_at", flat=True).first()
    return f"In use, the last one came {naturaltime(heard_at)}" if heard_at else "Asked for, none came yet"


def _refused_at(key: Key) -> datetime | None:
    refused = Event.objects.filter(
        subject=str(key.pk), verb=Verb.KEY_HOOK_REFUSED, at__gt=timezone.now() - LATELY
    )
    since = max(key.hook_secret_at or key.created_at, key.created_at)
    return refused.filter(at__gt=since).values_list("at", flat=True).first()
