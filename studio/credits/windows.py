"""The windows of budgets: days, weeks and months in the team's time zone, and all time. Pure (LED-13)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils import timezone

EVER = datetime(1970, 1, 1, tzinfo=UTC)  # the beginning of the one window that has no end


class Period(TextChoices):
    """How long a budget's limit lasts before it begins anew."""

    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    TOTAL = "total", "In all"


NOW_CALLED: dict[str, str] = {
    Period.DAY: "today",
    Period.WEEK: "this week",
    Period.MONTH: "this month",
    Period.TOTAL: "in all",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `start` up to but without `until`, which is None where it never ends."""

    start: datetime
    until: datetime | None


def window(period: str, moment: datetime, zone: ZoneInfo | None = None) -> Window:
    """Return the period's window that a moment is in; `zone` is the team's own unless it is named.

    A day has 23 hours or 25 where clocks are changed, a week begins on Monday.
    """
    if period == Period.TOTAL:
        return Window(start=EVER, until=None)
    place = zone or timezone.get_default_timezone()
    first, following = _days(period, moment.astimezone(place).date())
    return Window(start=_midnight(first, place), until=_midnight(following, place))


def _days(period: str, day: date) -> tuple[date, date]:
    """Return the first day of the period, and the first one after it."""
    if period == Period.DAY:
        return day, day + timedelta(days=1)
    if period == Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date, place: ZoneInfo) -> datetime:
    """Return when the day begins: where no clock shows 00:00, when it would; where two do, the first."""
    return datetime.combine(day, time(), tzinfo=place).astimezone(UTC)
