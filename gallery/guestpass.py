"""How a guest is known again, and how often somebody may guess (C18).

A guest has no session of the studio: a signed cookie that goes to the guests' pages alone says which guest of
which link they are. A picture's address is signed as well, and holds for some hours. Both are worth nothing
once the link is closed: each request asks for that first.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gallery.models import Guest, GuestLink

PATH = "/g/"
PASS, PICTURE = "gallery.guest.pass", "gallery.guest.picture"  # salts
PICTURE_HOURS = 12
WINDOW = int(timedelta(minutes=15).total_seconds())
MOST_MISSES = 40  # secrets that are none, from one address
MOST_PASSWORDS = 5  # wrong ones for a link, from one address
MOST_PASSWORDS_IN_ALL = 60  # wrong ones for a link, from anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture's address names: a link, a number in it, and a size: 256, 512 or 0 for the whole."""

    link: UUID
    number: int
    size: int


def guest_of(request: HttpRequest, link: GuestLink) -> Guest | None:
    """Return the guest of this link that a browser's cookie names. One query, none without a cookie."""
    try:
        said = signing.loads(request.COOKIES.get(_name(link), ""), salt=PASS)
    except signing.BadSignature:
        return None
    if not isinstance(said, list) or said[1:] != [link.pk.hex]:
        return None
    return Guest.objects.filter(pk=said[0], link=link).first()


def give(response: HttpResponse, guest: Guest, link: GuestLink) -> None:
    """Have a browser known as this guest until the link ends."""
    value = signing.dumps([guest.pk.hex, link.pk.hex], salt=PASS)
    response.set_cookie(
        _name(link),
        value,
        max_age=link.expires_at - timezone.now(),
        path=PATH,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _name(link: GuestLink) -> str:
    return f"studio-guest-{link.pk.hex[:12]}"


def address(picture: Picture) -> str:
    """Return what names a picture in an address, the same for an hour so that browsers keep it."""
    said = [picture.link.hex, picture.number, picture.size, _hour()]
    return signing.Signer(salt=PICTURE).sign_object(said)


def read(signed: str) -> Picture | None:
    """Return what such an address names; None for one that is not ours, or too old."""
    try:
        link, number, size, hour = signing.Signer(salt=PICTURE).unsign_object(signed)
    except signing.BadSignature:
        return None
    if not 0 <= _hour() - hour <= PICTURE_HOURS:
        return None
    return Picture(link=UUID(link), number=number, size=size)


def _hour() -> int:
    return int(timezone.now().timestamp()) // 3600


def may_look(request: HttpRequest) -> bool:
    """Say whether an address has not guessed too often."""
    return _count(_misses(request)) < MOST_MISSES


def missed(request: HttpRequest) -> None:
    """Count a secret that is none."""
    _add(_misses(request))


def may_try(request: HttpRequest, link: GuestLink) -> bool:
    """Say whether a password may be tried, from this address and at all."""
    here, anywhere = _passwords(request, link)
    return _count(here) < MOST_PASSWORDS and _count(anywhere) < MOST_PASSWORDS_IN_ALL


def was_wrong(request: HttpRequest, link: GuestLink) -> None:
    """Count a wrong password."""
    for key in _passwords(request, link):
        _add(key)


def _misses(request: HttpRequest) -> str:
    return f"guest-missed:{_ip(request)}"


def _passwords(request: HttpRequest, link: GuestLink) -> tuple[str, str]:
    return f"guest-password:{link.pk.hex}:{_ip(request)}", f"guest-password:{link.pk.hex}"


def _ip(request: HttpRequest) -> str:
    """Return the visitor's address, not the proxy's, as the sign-in's counters know it."""
    return str(get_adapter().get_client_ip(request))


def _count(key: str) -> int:
    return int(cache.get(key, 0))


def _add(key: str) -> None:
    if not cache.add(key, 1, WINDOW):
        try:
            cache.incr(key)
        except ValueError:  # it ran out in between
            cache.add(key, 1, WINDOW)
