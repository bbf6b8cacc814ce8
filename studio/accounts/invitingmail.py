"""Sends an invitation's link by mail, where the studio has a mail server (E2). Keeps nothing of it.

The link is a secret that is told once: so it is sent at once, and not put down for another try.
"""

import logging

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from studio.accounts.models import Invitation

log = logging.getLogger(__name__)

SUBJECT = "Your place in the studio"
BODY = """{by} invites you to {team} as {role}.

Open this link, name yourself and set a password:
{address}

It works until {until}. If you did not expect it, do nothing.
"""
NOT_SENT = "The mail server did not take it. Copy the address and send it yourself."


def send(to: str, invitation: Invitation, address: str) -> str:
    """Send the link to an address; return "" where the server took it, else a sentence for the owner."""
    body = BODY.format(
        by=invitation.by or "An owner",
        team=settings.TEAM or "the studio",
        role=invitation.get_role_display().lower(),
        address=address,
        until=f"{timezone.localtime(invitation.expires_at):%d %B %Y, %H:%M}",
    )
    try:
        EmailMessage(SUBJECT, body, to=[to]).send()
    except (mail.MailerDoesNotExist, OSError) as error:  # every error of SMTP is one
        log.warning("An invitation was not sent: %s", type(error).__name__)
        return NOT_SENT
    return ""
