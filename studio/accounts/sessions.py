"""Where a member is signed in: a row for each browser, ended at its next request (E12). Touches sessions."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb

FRESH = timedelta(minutes=5)  # the last use is told that exactly
LISTED = "studio.listed"  # in the session of a browser that stands on the list
MOST_REMEMBERED = 10_000
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_seen: dict[str, float] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser that is signed in; `here` is the one that asks."""

    pk: int
    name: str
    ip: str
    since: datetime
    used: datetime
    here: bool


def devices(member: Member, present: str | None) -> list[Device]:
    """Return where the member is signed in, last used first; what ended elsewhere is taken off the list."""
    rows = UserSession.objects.purge_and_list(member)
    rows.sort(key=lambda row: row.last_seen_at, reverse=True)
    return [
        Device(
            pk=row.pk,
            name=named(row.user_agent),
            ip=row.ip,
            since=row.created_at,
            used=row.last_seen_at,
            here=row.session_key == present,
        )
        for row in rows
    ]


def named(agent: str) -> str:
    """Return a browser's header as a person would say it: "Firefox on Linux"."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    other = " ".join(re.sub(r"[^\w./ -]", "", agent).split())[:40]
    return " on ".join(filter(None, (browser, system))) or other or "Unknown"


@transaction.atomic
def end(member: Member, actor: Member, *, only: int | None = None, but: str | None = None) -> int:
    """Sign the member's browsers out: one, or all but the one with this session key. Returns how many."""
    rows = UserSession.objects.filter(user=member).exclude(session_key=but or "")
    ended = 0
    for row in rows.filter(pk=only) if only is not None else rows:
        row.end()
        ended += 1
    if ended:
        Event.note(Verb.SESSION_ENDED, who=actor, subject=member.pk, devices=ended)
    return ended


@receiver(user_logged_in)
def _came(request: HttpRequest, **_rest: Any) -> None:
    """Keep every way in, allauth's or not; a request that came by no connection has no device."""
    if request.META.get("REMOTE_ADDR"):
        UserSession.objects.create_from_request(request)
        request.session[LISTED] = True


def last_use(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Note when a browser was last used: one small statement in five minutes, none in between."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed and request.session.get(LISTED):
            key = request.session.session_key or ""
            if key and _due(key, time.monotonic()):
                UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())
        return response

    return middleware


def _due(key: str, now: float) -> bool:
    with _lock:
        if now - _seen.get(key, -FRESH.total_seconds()) < FRESH.total_seconds():
            return False
        if len(_seen) >= MOST_REMEMBERED:
            _seen.clear()
        _seen[key] = now
        return True
