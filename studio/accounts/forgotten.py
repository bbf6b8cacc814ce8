"""A forgotten password: the link is made and mailed after the answer, whose time so tells nothing (AUTH-04).

Within the request nobody is looked up. The link is a secret that is told once: it is kept nowhere, and so not
put down for another try; who gets no mail asks again. Touches the mail server, through allauth.
"""

import logging
import threading
from collections.abc import Callable
from random import SystemRandom

from allauth.account.forms import ResetPasswordForm
from allauth.core.context import request_context
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)
MOST = 20  # mails on their way from this process at once; a mail server that hangs is given 10 s for each
PAUSE = (0.5, 6.0)  # seconds, somewhere between

type Begin = Callable[[Callable[[], None]], None]
_places = threading.BoundedSemaphore(MOST)


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc] # allauth is untyped
    """Asks for an address, and does no more with it: neither cleaning nor saving looks anybody up."""

    def clean_email(self) -> str:
        """Return the address as it was typed."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **_kwargs: object) -> str:
        """Return the address; the mail comes later."""
        return str(self.cleaned_data["email"])


def begin(work: Callable[[], None]) -> None:
    """Have it done beside the requests, with a database connection of its own; the process waits for none.

    Not at once: whoever asks for another page right after would meet a process at work, and could tell.
    """
    later = threading.Timer(SystemRandom().uniform(*PAUSE), _apart, args=(work,))
    later.daemon = True
    later.start()


def mail_after(answer: HttpResponseBase, request: HttpRequest, begin: Begin = begin) -> None:
    """Mail the link to the member of the address that was posted, if any, once the answer is sent."""
    close = answer.close

    def closed() -> None:
        close()
        begin(lambda: _mail(request))

    answer.close = closed  # type: ignore[method-assign] # what a web server calls when the last byte is out


def _apart(work: Callable[[], None]) -> None:
    if not _places.acquire(blocking=False):
        log.warning("A link for a forgotten password was not mailed: %s others are on their way.", MOST)
        return
    try:
        work()
    except DatabaseError as error:
        log.warning("A link for a forgotten password was not mailed: %s", type(error).__name__)
    finally:
        connection.close()
        _places.release()


def _mail(request: HttpRequest) -> None:
    form = ResetPasswordForm(request.POST)
    with request_context(request):
        if form.is_valid():
            form.save(request)
