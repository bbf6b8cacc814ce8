"""The price table, against the provider's documented ranges (S28-S30)."""

from __future__ import annotations

import itertools

import pytest

from studio.sandbox.prices import QUALITIES, price


@pytest.mark.parametrize(
    ("side", "draft", "standard", "high"),
    [
        (64, 10, 10, 10),
        (511, 10, 10, 10),
        (512, 10, 10, 15),
        (1024, 10, 15, 20),
        (1025, 20, 20, 25),
        (2047, 20, 25, 30),
        (2048, 30, 30, 40),
        (4096, 30, 40, 50),
    ],
)
def test_known_prices(side: int, draft: int, standard: int, high: int) -> None:
    assert [price(side, side, quality) for quality in QUALITIES] == [draft, standard, high]


def test_prices_stay_in_the_documented_ranges_and_grow_with_area_and_quality() -> None:
    sides = range(64, 4097, 96)
    for quality in QUALITIES:
        paid = [price(side, side, quality) for side in sides]
        assert min(paid) >= 10
        assert max(paid) <= 50
        assert paid == sorted(paid)
    for width, height in itertools.product((512, 1024, 1536, 3072), repeat=2):
        assert (
            price(width, height, "draft") <= price(width, height, "standard") <= price(width, height, "high")
        )


def test_only_the_area_counts() -> None:
    assert price(1920, 1080, "high") == price(1080, 1920, "high")
    assert price(2048, 512, "standard") == price(1024, 1024, "standard")


def test_the_gap_can_be_sold_as_high() -> None:
    assert price(1536, 1536, "standard", gap_is_high=True) == price(2048, 2048, "standard")
    assert price(1024, 1024, "standard", gap_is_high=True) == price(1024, 1024, "standard")
