"""When credits run out: the mean pace of 14 days, and a range (D20)."""

from datetime import date

import pytest

from studio.credits.forecast import forecast

TODAY = date(2026, 11, 23)


def test_an_even_pace_has_one_answer() -> None:
    found = forecast(100, [10] * 14, TODAY)
    assert (found.burn, found.days, found.soonest, found.latest) == (10, 10, 10, 10)
    assert found.on == date(2026, 12, 3)
    assert found.words == "10 days"


def test_an_uneven_pace_has_the_range_of_a_hand_computed_error() -> None:
    # mean 10, standard deviation √(1400/13) = 10.377, its error /√14 = 2.773, times 1.28 = 3.550
    found = forecast(100, [0, 20] * 7, TODAY)
    assert (found.days, found.soonest, found.latest) == (10, 7, 16)  # 100/13.55 = 7.38, 100/6.45 = 15.5
    assert found.words == "7 to 16 days"


def test_a_single_dear_day_leaves_the_end_open() -> None:
    found = forecast(100, [0] * 13 + [28], TODAY)
    assert (found.days, found.latest) == (50, None)
    assert found.words.endswith("or longer")


@pytest.mark.parametrize("spent", [[0] * 14, [5, -5] * 7])
def test_nothing_spent_foretells_nothing(spent: list[int]) -> None:
    found = forecast(100, spent, TODAY)
    assert (found.burn, found.days, found.on, found.words) == (0, None, None, "")
    assert not found.below(10_000)


def test_what_is_gone_already_lasts_no_day() -> None:
    found = forecast(-5, [10] * 14, TODAY)
    assert (found.days, found.words) == (0, "0 days")
    assert found.below(1)
    assert not forecast(10, [10] * 14, TODAY).below(1)


def test_what_lasts_ten_years_is_not_foretold() -> None:
    assert forecast(10**9, [1] * 14, TODAY).on is None
