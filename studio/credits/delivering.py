"""Sends what leaves the studio: by mail and by signed webhook, again with growing pauses (D7).

A guarded update claims a try, so that of many workers one sends. A failure changes nothing else: it is
written on the delivery, and tried again. The transport is an argument; touches deliveries only.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet

from studio.credits import hooksigning
from studio.credits.models import Delivery, Way
from studio.doitong import Sender, SendError, open_http

log = logging.getLogger(__name__)

PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (15, 60, 300, 1_800, 7_200, 14_400, 28_800, 43_200, 86_400)
)  # after the first try, the second…; after the last it is given up, two days on
HOOK_SECONDS = 10

type Post = Callable[[str, bytes, dict[str, str]], None]


class Undelivered(Exception):
    """It did not arrive; the text is a sentence for the admin, without any secret."""


def mail_is_set_up() -> bool:
    """Say whether the studio has a mail server."""
    return "default" in mail.mailers


def due(now: datetime) -> QuerySet[Delivery]:
    """Return what is to be sent now, the oldest first."""
    return Delivery.objects.filter(done_at=None, next_at__lte=now).order_by("next_at")


def deliver(delivery: Delivery, now: datetime, post: Post | None = None) -> bool:
    """Try once; False where another process does, or where it did not arrive."""
    pause = PAUSES[delivery.tries] if delivery.tries < len(PAUSES) else None
    mine = due(now).filter(pk=delivery.pk, tries=delivery.tries).order_by()
    if not mine.update(tries=F("tries") + 1, next_at=now + pause if pause else None):
        return False
    this = Delivery.objects.filter(pk=delivery.pk)
    try:
        _send(delivery, now, post or _post)
    except Undelivered as error:
        log.warning("%s did not arrive: %s", delivery.get_way_display(), error)
        this.update(trouble=str(error)[:200])
        return False
    this.update(done_at=now, next_at=None, trouble="")
    return True


def _send(delivery: Delivery, now: datetime, post: Post) -> None:
    if delivery.way == Way.MAIL:
        _mail(delivery)
        return
    body = delivery.body.encode()
    try:
        post(delivery.to, body, hooksigning.headers(str(delivery.alert_id), now, body, hooksigning.present()))
    except SendError as error:
        raise Undelivered(str(error)) from None
    except hooksigning.NoHookSecret as error:
        raise Undelivered(str(error)) from None


def _mail(delivery: Delivery) -> None:
    try:
        EmailMessage(
            f"[Studio] {' '.join(delivery.title.split())}",
            delivery.body,
            to=[delivery.to],
            headers={"Message-ID": f"<{delivery.pk}@{settings.MACHINE}>"},  # the same at each try
        ).send()
    except mail.MailerDoesNotExist:
        raise Undelivered("No mail server is set up any more.") from None
    except OSError as error:  # every error of SMTP is one
        raise Undelivered(f"The mail server did not take it ({type(error).__name__}).") from None


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    with open_http(connections=1) as http:
        sender = Sender(http=http, allow_loopback=settings.HOOKS_TO_LOOPBACK)
        sender.post(url, body, headers, max_seconds=HOOK_SECONDS)
