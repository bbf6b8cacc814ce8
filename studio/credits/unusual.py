"""Who spends in this hour much more than in an hour of theirs (D24). Reads the ledger; notes an alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from studio.credits import alerts
from studio.credits.models import SPENDS, About, Entry

HOUR = timedelta(hours=1)
LOOKED_BACK = timedelta(days=28)
TIMES = 3
FEWEST_HOURS = 5  # in which they spent anything: before, nothing is usual
WORTH_TELLING = 100  # credits: less is no surprise on a bill


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What a member spent in the last hour, and in a usual hour in which they spend. Credits."""

    member_id: UUID
    spent: int
    usual: int


def bursts(now: datetime) -> list[Burst]:
    """Return whose last hour is at least three times their usual one; two queries."""
    spent = {who: total for who, total in _spent_since(now - HOUR) if total >= WORTH_TELLING}
    if not spent:
        return []
    usual = _usual(list(spent), now)
    return [
        Burst(member_id=who, spent=total, usual=usual[who])
        for who, total in sorted(spent.items())
        if who in usual and total >= TIMES * usual[who]
    ]


@transaction.atomic
def note(burst: Burst, now: datetime, *, paused: bool) -> None:
    """Have it told: once a day for each member, however often it is seen."""
    day = timezone.localdate(now).isoformat()
    alerts.note(
        About.UNUSUAL,
        f"{burst.member_id} {day}",
        member=str(burst.member_id),
        spent=burst.spent,
        usual=burst.usual,
        paused=int(paused),
    )


def is_noted(burst: Burst, now: datetime) -> bool:
    """Say whether it was told today."""
    return alerts.is_noted(About.UNUSUAL, f"{burst.member_id} {timezone.localdate(now).isoformat()}")


def _spent_since(since: datetime) -> Sequence[tuple[UUID, int]]:
    spent = Entry.objects.filter(kind__in=SPENDS, created_at__gte=since).order_by()
    rows = spent.values("account").annotate(total=-Sum("posted"))
    return list(rows.values_list("account", "total"))


def _usual(member_ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Return the mean of the hours in which each spent something; who has few of them is left out."""
    spent = Entry.objects.filter(
        account__in=member_ids,
        kind__in=SPENDS,
        created_at__gte=now - LOOKED_BACK,
        created_at__lt=now - HOUR,
    ).order_by()
    hours = spent.annotate(hour=TruncHour("created_at")).values("account", "hour")
    sums: dict[UUID, list[int]] = {}
    for who, total in hours.annotate(total=-Sum("posted")).values_list("account", "total"):
        if total > 0:
            sums.setdefault(who, []).append(total)
    return {who: sum(those) // len(those) for who, those in sums.items() if len(those) >= FEWEST_HOURS}
