"""The documented ranges by area, and what is learned from real charges (S28 to S30, D16)."""

import pytest

from studio.credits.models import Price
from studio.credits.prices import documented, learn, price_range


@pytest.mark.parametrize(
    ("width", "height", "low", "high", "told"),
    [
        (512, 512, 10, 20, True),
        (1024, 1024, 10, 20, True),
        (1536, 640, 10, 20, True),
        (1024, 1025, 20, 50, False),
        (1536, 1536, 20, 50, False),
        (2047, 2048, 20, 50, False),
        (2048, 2048, 30, 50, True),
        (4096, 4096, 30, 50, True),
        (1024, 4096, 30, 50, True),
        (512, 511, 10, 20, False),
        (64, 64, 10, 20, False),
    ],
)
def test_a_size_is_priced_by_its_area(width: int, height: int, low: int, high: int, told: bool) -> None:
    known = documented(width, height)
    assert (known.low, known.high, known.documented) == (low, high, told)
    assert ("not priced by the provider" in known.label) is not told


@pytest.mark.django_db
def test_what_was_charged_narrows_the_range_of_that_size_and_quality_alone() -> None:
    assert price_range(1536, 1536, "high").label == "not priced by the provider"
    learn(1536, 1536, "high", 27)
    first = price_range(1536, 1536, "high")
    assert (first.low, first.high, first.seen, first.label) == (27, 27, 1, "charged once before")
    for cost in (31, 24):
        learn(1536, 1536, "high", cost)
    later = price_range(1536, 1536, "high")
    assert (later.low, later.high, later.seen, later.label) == (24, 31, 3, "charged 3 times before")
    assert price_range(1536, 1536, "draft").seen == 0
    assert price_range(1536, 1537, "high").seen == 0


@pytest.mark.django_db
def test_a_charge_beyond_the_documented_range_is_believed() -> None:
    assert learn(512, 512, "draft", 36)
    assert price_range(512, 512, "draft").high == 36


@pytest.mark.django_db
@pytest.mark.parametrize("odd", [0, 41, 500, 9_999])
def test_one_odd_charge_does_not_set_what_everybody_holds(odd: int) -> None:
    assert not learn(512, 512, "draft", odd)
    assert price_range(512, 512, "draft") == documented(512, 512)


@pytest.mark.django_db
def test_a_negative_charge_is_never_learned() -> None:
    with pytest.raises(ValueError, match="never negative"):
        learn(512, 512, "draft", -1)
    assert not Price.objects.exists()
