"""Tells an alert after its commit: in the app, by mail and by webhook (D7). At least once, shown once.

`tell` may be said any number of times, anywhere: a guarded update lets one caller write the notices and
the deliveries, in one transaction. What leaves the studio is `delivering`'s, and undoes nothing here.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import delivering, notices
from studio.credits.alertwords import Message, message_of
from studio.credits.models import Alert, Delivery, Notice, Oversight, Way

SURELY_LOST = timedelta(seconds=3)  # a bell that nobody answered in so long is rung again
AT_ONCE = 20


def tell(alert_id: UUID, now: datetime | None = None) -> None:
    """Tell this alert if nobody did, and send what of it is due."""
    now = now or timezone.now()
    with transaction.atomic():
        if Alert.objects.filter(pk=alert_id, told_at=None).update(told_at=now):
            _spread(Alert.objects.get(pk=alert_id), now)
    for delivery in delivering.due(now).filter(alert=alert_id):
        delivering.deliver(delivery, now)


def waiting(now: datetime) -> list[UUID]:
    """Return some alerts of which something is to be told or sent again, the oldest first."""
    due = delivering.due(now).values("alert")
    late = Q(told_at=None, created_at__lt=now - SURELY_LOST)
    return list(
        Alert.objects.filter(late | Q(pk__in=due))
        .order_by("created_at")
        .values_list("pk", flat=True)[:AT_ONCE]
    )


def _spread(alert: Alert, now: datetime) -> None:
    message = message_of(alert)
    if message is None:
        return
    notices.write([_notice(alert, message, member, now) for member in message.to])
    Delivery.objects.bulk_create(_deliveries(alert, message, Oversight.present(), now), ignore_conflicts=True)


def _notice(alert: Alert, message: Message, member: Member, now: datetime) -> Notice:
    return Notice(
        alert=alert,
        member=member,
        title=message.title[:200],
        text=message.text,
        href=message.href_for(member),
        at=now,
    )


def _deliveries(alert: Alert, message: Message, rules: Oversight, now: datetime) -> Iterator[Delivery]:
    title = message.title[:200]
    if rules.mail and delivering.mail_is_set_up():
        for member in message.to:
            body = f"{message.text}\n\n{settings.PUBLIC_URL}{message.href_for(member)}\n"
            yield Delivery(alert=alert, way=Way.MAIL, to=member.email, title=title, body=body, next_at=now)
    if rules.hook_url and message.outside:
        body = json.dumps(
            {
                "type": message.kind,
                "timestamp": alert.created_at.isoformat(),
                "data": {"title": title, "text": message.text, **alert.detail},
            },
            ensure_ascii=False,
        )
        yield Delivery(alert=alert, way=Way.HOOK, to=rules.hook_url, title=title, body=body, next_at=now)
