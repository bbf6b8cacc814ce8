"""Tells of unusual spend, and pauses the member where the admins want that (D24). For the watcher."""

from datetime import datetime

from django.db import transaction

from studio.accounts.models import Member
from studio.credits import unusual
from studio.credits.models import Oversight
from studio.generation import pauses
from studio.templatetags.look import credits_


def look(now: datetime) -> int:
    """Look at the last hour of everybody; returns how many were told of."""
    rules = Oversight.present()
    if not rules.unusual:
        return 0
    found = [burst for burst in unusual.bursts(now) if not unusual.is_noted(burst, now)]
    for burst in found:
        _tell(burst, rules, now)
    return len(found)


@transaction.atomic
def _tell(burst: unusual.Burst, rules: Oversight, now: datetime) -> None:
    """Pause in the name of the admin who had it done so: a pause is always somebody's."""
    by = rules.changed_by
    paused = rules.unusual_pause and by is not None and by.is_active and by.is_admin
    if paused and by is not None:
        member = Member.objects.get(pk=burst.member_id)
        pauses.pause(by, member=member, reason=f"Unusual spend: {credits_(burst.spent)} in an hour")
    unusual.note(burst, now, paused=paused)
