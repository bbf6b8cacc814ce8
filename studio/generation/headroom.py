"""How much of an account is used and free, for the head of the queue page (B23). Reads only."""

from dataclasses import dataclass
from datetime import datetime

from studio.accounts.models import Key
from studio.generation import counts
from studio.generation.models import Governor


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """Slots, requests of the minute and images of the day: used, and of how many (None: no end)."""

    slots_used: int
    slots: int | None
    minute_used: int
    minute: int | None
    minute_frees_at: datetime | None
    day_used: int
    day: int | None
    day_resets_at: datetime
    paused_until: datetime | None

    @property
    def minute_left(self) -> int | None:
        """Return how many requests are left of the minute."""
        return None if self.minute is None else max(0, self.minute - self.minute_used)


def headroom(key: Key, now: datetime) -> Headroom:
    """Return how a key's account stands: by the studio's own books, and by the newest headers where
    these say that more was used (somebody else asks with the same account). Four queries.
    """
    governor = Governor.objects.filter(pk=key.account).first()
    asked = list(counts.counted(key.account, now).order_by("at").values_list("at", flat=True))
    paused = governor.paused_until if governor else None
    return Headroom(
        slots_used=counts.busy(key, now),
        slots=key.at_once,
        minute_used=max(len(asked), _said(governor, now)),
        minute=counts.per_minute(key, governor),
        minute_frees_at=asked[0] + counts.window() if asked else None,
        day_used=counts.asked_today(key, now),
        day=key.per_day,
        day_resets_at=counts.next_midnight(now),
        paused_until=paused if paused and paused > now else None,
    )


def _said(governor: Governor | None, now: datetime) -> int:
    """Return how many requests the provider counted, where what it said still holds."""
    if governor is None or governor.rate_limit is None or governor.rate_remaining is None:
        return 0
    holds = governor.rate_reset_at is not None and governor.rate_reset_at > now
    return max(0, governor.rate_limit - governor.rate_remaining) if holds else 0
