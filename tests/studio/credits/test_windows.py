"""LED-13: days, weeks and months begin at midnight in the team's time zone, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.credits.windows import EVER, Period, window

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ["2024-02-29", "2026-03-29", "2026-10-25", "2026-12-31", "2027-01-01"]
ZONES = {
    "UTC": 0,
    "Europe/Berlin": 1,
    "America/Havana": 2,  # clocks are changed at midnight: one day has two of them, another none
    "Pacific/Apia": 3,  # a calendar day was left out
}


def at(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("edge", [-1, 0])
def test_a_day_ends_the_moment_before_the_next_begins(day: str, zone: str, edge: int) -> None:
    """Forty instants on both sides of an edge."""
    place = ZoneInfo(zone)
    begins = at(day, place)
    instant = begins.astimezone(UTC) + timedelta(microseconds=edge)
    found = window(Period.DAY, instant, place)
    assert (found.start == begins) == (edge == 0)
    assert found.until is not None
    assert found.start <= instant < found.until


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2024-02-29", 24), ("2026-11-23", 24)]
)
def test_a_day_has_the_hours_that_the_clocks_give_it(day: str, hours: int) -> None:
    found = window(Period.DAY, at(f"{day} 12:00", BERLIN), BERLIN)
    assert found.until is not None
    assert found.until - found.start == timedelta(hours=hours)


def test_a_midnight_that_no_clock_shows_and_one_that_is_shown_twice() -> None:
    havana = ZoneInfo("America/Havana")
    spring = window(Period.DAY, at("2026-03-08 12:00", havana), havana)
    autumn = window(Period.DAY, at("2026-11-01 12:00", havana), havana)
    for found, hours in ((spring, 23), (autumn, 25)):
        assert found.until is not None
        assert found.until - found.start == timedelta(hours=hours)


def test_a_week_begins_on_monday_and_a_month_on_its_first() -> None:
    moment = at("2024-02-29 23:59:59", BERLIN)
    week, month = window(Period.WEEK, moment, BERLIN), window(Period.MONTH, moment, BERLIN)
    assert (week.start, week.until) == (at("2024-02-26", BERLIN), at("2024-03-04", BERLIN))
    assert (month.start, month.until) == (at("2024-02-01", BERLIN), at("2024-03-01", BERLIN))
    assert window(Period.TOTAL, moment).start == EVER


@given(
    second=st.integers(946_684_800, 4_102_444_800),
    period=st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
    zone=st.sampled_from(sorted(ZONES)),
)
def test_each_moment_is_in_one_window_and_they_follow_without_a_gap(
    second: int, period: Period, zone: str
) -> None:
    place, moment = ZoneInfo(zone), datetime.fromtimestamp(second, UTC)
    found = window(period, moment, place)
    assert found.until is not None
    assert found.start <= moment < found.until
    assert window(period, found.start, place) == found
    after = window(period, found.until, place)
    assert after.start == found.until
