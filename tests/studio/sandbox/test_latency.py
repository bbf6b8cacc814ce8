"""How long jobs take (S3, S56)."""

from __future__ import annotations

import pytest

from studio.sandbox.latency import checked, seconds


def test_the_default_is_two_to_six_seconds_and_repeats() -> None:
    taken = {
        number: seconds("default", width=1024, height=1024, quality="standard", number=number)
        for number in range(1, 200)
    }
    assert all(2 <= took <= 6 for took in taken.values())
    assert len(set(taken.values())) > 100
    assert taken[7] == seconds("default", width=1024, height=1024, quality="standard", number=7)


def test_larger_and_better_takes_longer() -> None:
    small = seconds("default", width=512, height=512, quality="draft", number=3)
    large = seconds("default", width=4096, height=4096, quality="high", number=3)
    assert large - small > 2


@pytest.mark.parametrize(("latency", "takes"), [("real", 60), ("instant", 0), ("1.5", 1.5)])
def test_the_other_settings(latency: str, takes: float) -> None:
    assert seconds(checked(latency), width=64, height=64, quality="draft", number=1) == takes


@pytest.mark.parametrize("nonsense", ["fast", "-1", "nan", "inf", "", "4000", "2-1", "1-", "1-2-3", "0-4000"])
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(ValueError, match="latency must be"):
        checked(nonsense)


def test_between_two_bounds_any_time_is_as_likely_as_the_next() -> None:
    taken = [
        seconds(checked("0.5-1.5"), width=64, height=64, quality="draft", number=number)
        for number in range(2_000)
    ]
    assert all(0.5 <= took <= 1.5 for took in taken)
    for tenth in range(10):
        assert 140 < sum(0.5 + tenth / 10 <= took < 0.6 + tenth / 10 for took in taken) < 260
    assert taken[7] == seconds("0.5-1.5", width=2, height=2, quality="high", number=7)
