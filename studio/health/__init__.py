"""What is told to whoever looks after the machine: is the web server up, is the whole studio ready?

Nothing else is said to strangers: one word for each that is well or not (OPS-14). And the fragment
with which an open page says that the queue is silent, for members.
"""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studio.accounts.models import Key
from studio.accounts.models.key import IN_USE
from studio.accounts.sealing import SealingError
from studio.accounts.vault import peek
from studio.generation import disk, heartbeats

HEARD_WITHIN = timedelta(seconds=60)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when the database answers; anything else is a fault and loud."""
    _database()
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer with a line for each part, `database ok`; 503 where one of them is `not ready`."""
    found = {name: _well(is_well) for name, is_well in READY.items()}
    lines = [f"{name} {'ok' if well else 'not ready'}\n" for name, well in found.items()]
    return HttpResponse("".join(lines), content_type="text/plain", status=200 if all(found.values()) else 503)


@never_cache
@require_safe
def silence(request: HttpRequest) -> HttpResponse:
    """Return the banner as it is now, or its empty place."""
    return render(request, "components/silence.html")


def _well(is_well: Callable[[], bool]) -> bool:
    try:
        return is_well()
    except (Error, OSError, SealingError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _heartbeats() -> bool:
    return not heartbeats.silences(timezone.now(), HEARD_WITHIN)


def _disk() -> bool:
    return not disk.is_short()


def _keys() -> bool:
    key = Key.objects.filter(IN_USE).first()
    return key is None or peek(key).is_key


READY: dict[str, Callable[[], bool]] = {
    "database": _database,
    "heartbeats": _heartbeats,
    "disk": _disk,
    "keys": _keys,
}
