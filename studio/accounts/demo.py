"""Signing in as a role without a password: a demonstration on this machine, and nowhere else."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from studio.accounts.models import Member, Role
from studio.doitong.addresses import is_loopback

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


def allowed(request: HttpRequest) -> bool:
    """Return whether this is a demonstration, asked for by a browser on this very machine.

    A proxy's headers count against it: behind a proxy everybody seems to be here.
    """
    if not settings.DEMO or any(header in request.META for header in FORWARDED):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and is_loopback(host)


def roles(request: HttpRequest) -> list[Role]:
    """Return the roles that one may try here; none outside a demonstration."""
    if not allowed(request):
        return []
    present = set(Member.objects.filter(is_active=True).values_list("role", flat=True))
    return [role for role in Role if role in present]


def member_as(role: str) -> Member | None:
    """Return who stands for the role, the first who joined."""
    return Member.objects.filter(role=role, is_active=True).order_by("joined_at", "pk").first()
