"""What a view of the studio is handed, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from studio.accounts.models import Member


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in: LoginRequiredMiddleware lets no other through."""

    user: Member
    htmx: HtmxDetails
