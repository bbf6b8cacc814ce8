"""The banner on every page, and maintenance: what is there is read, nothing new is started (E15).

Touches the one row of the announcement and the audit trail.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Announcement, Event, Member, Verb

PAUSED = "The studio is in maintenance: what is there can be seen, and nothing new is started."

_ROW = prepared.Rows(lambda: Announcement.objects.filter(pk=1))


def standing(now: datetime) -> Announcement | None:
    """Return what holds at this moment, None for nothing. One query."""
    row: Announcement | None = _ROW.first()
    return row if row is not None and row.holds(now) else None


def refusal(now: datetime) -> str:
    """Return why nothing may be started now, "" where it may."""
    told = standing(now)
    if told is None or not told.maintenance:
        return ""
    until = f" It is over {_day(told.ends_at)}." if told.ends_at else ""
    return f"{PAUSED}{until} Your words are kept."


@transaction.atomic
def announce(actor: Member, **said: Any) -> bool:
    """Keep what is said of `text`, `starts_at`, `ends_at` and `maintenance`; False where it was so."""
    row = Announcement.objects.select_for_update().first() or Announcement()
    if all(getattr(row, name) == value for name, value in said.items()):
        return False
    for name, value in said.items():
        setattr(row, name, value)
    row.by, row.changed_at = actor, timezone.now()
    row.save()
    told = {name: str(value) for name, value in said.items() if value not in {None, "", False}}
    Event.note(Verb.ANNOUNCED, who=actor, **told)
    return True


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"on {local.day} {local:%B} at {local:%H:%M}"
