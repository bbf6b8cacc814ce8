"""The documented ranges by area, and what is learned from real charges (S28 to S30, D16)."""

from collections.abc import Callable
from statistics import median_low

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.accounts.models import Event, Member, Verb
from studio.credits.models import Price
from studio.credits.prices import documented, learn, listed, price_range
from tests.conftest import MakeMember


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


@pytest.mark.django_db
def test_the_list_tells_last_median_range_and_number() -> None:
    for cost in (12, 20, 11, 12, 19, 13):
        learn(1024, 1024, "high", cost)
    learn(512, 512, "", 10)
    small, large = listed()
    assert (small.width, small.last, small.median, small.low, small.high, small.seen) == (
        512, 10, 10, 10, 10, 1,
    )  # fmt: skip
    assert (large.last, large.median, large.low, large.high, large.seen) == (13, 12, 11, 20, 6)


@pytest.mark.django_db
@given(costs=st.lists(st.integers(1, 40), min_size=1, max_size=12))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_the_median_is_that_of_all_charges(costs: list[int]) -> None:
    Price.objects.all().delete()
    for cost in costs:
        learn(512, 512, "draft", cost)
    assert listed()[0].median == median_low(costs)


def told() -> list[tuple[str, int, int, int]]:
    found = Event.objects.filter(verb=Verb.PRICE_CHANGED).order_by("pk")
    return [(e.subject, e.detail["cost"], e.detail["low"], e.detail["high"]) for e in found]


@pytest.mark.django_db
def test_a_charge_outside_the_known_range_is_told_to_the_admins_once_a_day() -> None:
    for cost in (12, 13, 14):  # inside of what is documented: that is the known range at first
        learn(512, 512, "draft", cost)
    assert told() == []
    for _ in range(3):
        learn(512, 512, "draft", 16)
    assert told() == [("512 × 512 draft", 16, 12, 14)]
    learn(2048, 2048, "high", 500)  # not believed, but told
    assert told()[1:] == [("2048 × 2048 high", 500, 30, 50)]


def test_the_ledgers_page_shows_the_list_and_what_changed(
    member: MakeMember, signed_in: Callable[[Member], Client]
) -> None:
    for cost in (12, 13, 14, 26):
        learn(512, 512, "draft", cost)
    page = str(signed_in(member("credit_admin")).get("/team/ledger").content.decode())
    assert "512 × 512 draft cost 26 credits" in page
    assert "12–14 were known" in page
    assert '<td class="r strong">26</td><td class="r">13</td><td class="r dim nowrap">12–26</td>' in page
