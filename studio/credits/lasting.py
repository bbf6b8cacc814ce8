"""Whether the team's credits last as long as the admins want; where not, an alert once a day (D20).

Reads accounts and the daily sums. The clock is an argument.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from studio.credits import alerts, spending
from studio.credits.forecast import Forecast
from studio.credits.models import About, Account, Oversight
from studio.credits.overview import team_forecast
from studio.credits.rollups import day_of


def look(now: datetime) -> None:
    """Note that credits run out sooner than wanted; said any number of times, it is told once a day."""
    least = Oversight.present().least_days
    if least is None or alerts.is_noted(About.RUNS_OUT, _once(now)):
        return
    sums = Account.objects.aggregate(balance=Sum("balance", default=0), held=Sum("held", default=0))
    found = team_forecast(sums, spending.of_team(now), now)
    if is_short(found, least):
        _note(found, least, sums["balance"] - sums["held"], now)


def is_short(found: Forecast, least: int | None) -> bool:
    """Tell whether a forecast is below what is wanted; nothing is where no number is set."""
    return least is not None and found.below(least)


@transaction.atomic
def _note(found: Forecast, least: int, left: int, now: datetime) -> None:
    alerts.note(About.RUNS_OUT, _once(now), days=found.days, least=least, left=left)


def _once(now: datetime) -> str:
    return day_of(now).isoformat()
