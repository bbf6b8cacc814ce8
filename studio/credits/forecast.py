"""When credits run out, from what was spent on each of the last 14 days, with a range (D20). Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, sqrt
from statistics import mean, stdev

WIDTH = 1.28  # standard errors to each side: four times in five the pace is between
LONGEST = 3_650  # days; beyond it nothing is foretold


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How long credits last: at the mean pace, at a high and at a low one; None is not in ten years."""

    burn: float  # credits a day
    days: int | None
    soonest: int | None
    latest: int | None
    today: date

    @property
    def on(self) -> date | None:
        """Return the day on which they are gone at the mean pace."""
        return None if self.days is None else self.today + timedelta(days=self.days)

    def below(self, least: int) -> bool:
        """Tell whether they last fewer days than an admin wants at the mean pace."""
        return self.days is not None and self.days < least

    @property
    def words(self) -> str:
        """Return the range for a person: “9 to 14 days”, “20 days or longer”, “” where nothing was spent."""
        if self.soonest is None:
            return ""
        if self.latest is None:
            return f"{_days(self.soonest)} or longer"
        if self.soonest == self.latest:
            return _days(self.soonest)
        return f"{self.soonest:,} to {_days(self.latest)}"


def forecast(left: int, spent: Sequence[int], today: date) -> Forecast:
    """Return how long `left` credits last; `spent` is what each of the last days took, today among them.

    Raises ValueError for less than two days.
    """
    if len(spent) < 2:
        raise ValueError("A pace needs two days.")
    burn, error = mean(spent), WIDTH * stdev(spent) / sqrt(len(spent))
    return Forecast(
        burn=max(burn, 0.0),
        days=_lasts(left, burn, floor),
        soonest=_lasts(left, burn + error, floor) if burn > 0 else None,
        latest=_lasts(left, burn - error, ceil),
        today=today,
    )


def _lasts(left: int, pace: float, rounded: Callable[[float], int]) -> int | None:
    if pace <= 0:
        return None
    days = max(left, 0) / pace
    return None if days > LONGEST else rounded(days)


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"
