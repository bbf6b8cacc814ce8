"""The wall page by page: each image once, newest first, however it grows; and no address breaks it (C1)."""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery import queries, rows
from gallery.filters import Filters
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories
from tests.gallery.factories import PRIVATE, TEAM
from tests.gallery.reading import HTMX, following, headings, shown, text, tiles, walk

pytestmark = pytest.mark.django_db

NONSENSE = (
    *("x", "-1", "0", "1e3", "0x10", "1.5", "٣", "NaN", " 7", "7 ", "null", "", "%00", "1;2"),
    *("9" * 17, "9" * 18, "9" * 19, "9" * 400, "9223372036854775807", "18446744073709551616"),
)


@given(
    owners=st.lists(st.sampled_from([("ada", TEAM), ("ada", PRIVATE), ("bob", TEAM), ("bob", PRIVATE)])),
    size=st.integers(1, 7),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_visible_image_comes_exactly_once_newest_first(
    ada: Member, bob: Member, owners: list[tuple[str, str]], size: int
) -> None:
    Image.objects.all().delete()
    people = {"ada": ada, "bob": bob}
    made = [factories.rows(people[name], ["a dune"], visibility=visibility)[0] for name, visibility in owners]
    expected = [
        one.pk
        for one, owner in zip(reversed(made), reversed(owners), strict=True)
        if owner != ("bob", PRIVATE)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "PAGE", size)
        found: list[int] = []
        before = None
        while True:
            page = queries.wall(ada, Filters(), before)
            assert len(page.images) <= size
            found += [one.pk for one in page.images]
            before = page.following
            if before is None:
                break
    assert found == expected


@pytest.mark.parametrize("part", [True, False], ids=["htmx", "plain"])
def test_the_pages_of_the_wall_hold_each_image_once(
    as_ada: Client, ada: Member, bob: Member, part: bool
) -> None:
    own = factories.rows(ada, [f"dune {number}" for number in range(50)], visibility=PRIVATE)
    factories.rows(bob, [f"hidden {number}" for number in range(30)], visibility=PRIVATE)
    theirs = factories.rows(bob, [f"heron {number}" for number in range(45)])
    pages = walk(as_ada, part=part)
    assert [len(tiles(page)) for page in pages] == [50, 45]
    assert shown(pages) == [str(one.uuid) for one in reversed([*own, *theirs])]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_there_is_a_next_page_only_where_it_holds_something(
    as_ada: Client, ada: Member, count: int, pages: int
) -> None:
    if count:
        factories.rows(ada, ["dune"] * count)
    walked = walk(as_ada)
    assert len(walked) == pages
    assert all(tiles(page) for page in walked[1:])


def test_new_images_between_two_pages_push_none_out_and_double_none(as_ada: Client, ada: Member) -> None:
    old = factories.rows(ada, ["dune"] * 60)
    first = text(as_ada.get("/gallery"))
    factories.rows(ada, ["newer"] * 25)
    second = text(as_ada.get(following(first), headers=HTMX))
    assert shown([first, second]) == [str(one.uuid) for one in reversed(old)]


def test_an_image_hidden_between_two_pages_takes_no_other_with_it(
    as_bob: Client, ada: Member, bob: Member
) -> None:
    old = factories.rows(ada, ["dune"] * 60)
    first = text(as_bob.get("/gallery"))
    Image.objects.filter(pk__in=[old[10].pk, old[5].pk]).update(
        visibility=PRIVATE
    )  # the cursor itself, and one
    second = text(as_bob.get(following(first), headers=HTMX))
    assert tiles(second) == [str(one.uuid) for one in reversed(old[:10]) if one != old[5]]


class TestDays:
    """The headings over the pictures"""

    def spread(self, ada: Member, ages: list[int]) -> list[Image]:
        """Make an image for each age in days, the oldest first."""
        made = factories.rows(ada, ["dune"] * len(ages))
        noon = timezone.localtime().replace(hour=12, minute=0)
        for one, age in zip(made, sorted(ages, reverse=True), strict=True):
            Image.objects.filter(pk=one.pk).update(created_at=noon - timedelta(days=age))
        return made

    def test_a_day_is_headed_once_over_all_the_pages(
        self, as_ada: Client, ada: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE", 3)
        self.spread(ada, [0] * 4 + [1] * 7 + [2] * 1 + [9] * 3)
        found = [day for page in walk(as_ada) for day in headings(page)]
        assert found[:2] == ["Today", "Yesterday"]
        assert len(found) == len(set(found)) == 4

    def test_a_page_opened_by_itself_says_its_day(
        self, as_ada: Client, ada: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE", 3)
        self.spread(ada, [0] * 8)
        assert [headings(page) for page in walk(as_ada, part=False)] == [["Today"]] * 3

    def test_a_day_begins_at_the_teams_midnight(
        self, as_ada: Client, ada: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = factories.rows(ada, ["dune"] * 2)
        zone = ZoneInfo("Asia/Tokyo")
        midnight = datetime(2026, 3, 29, tzinfo=zone)
        for one, moment in zip(made, (midnight - timedelta(seconds=1), midnight), strict=True):
            Image.objects.filter(pk=one.pk).update(created_at=moment)
        with timezone.override(zone):
            days = queries.by_day(queries.wall(ada, Filters(), None).images)
        assert [day for day, _ in days] == [date(2026, 3, 29), date(2026, 3, 28)]

    def test_a_day_of_another_year_says_the_year(self, as_ada: Client, ada: Member) -> None:
        self.spread(ada, [400, 20])
        young, old = headings(text(as_ada.get("/gallery")))
        assert not re.search(r"\d{4}", young)
        assert re.search(r"\d{4}$", old)


@pytest.mark.parametrize("before", NONSENSE)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_no_cursor_breaks_the_wall(as_ada: Client, ada: Member, before: str, headers: dict[str, str]) -> None:
    factories.rows(ada, ["dune"])
    assert as_ada.get(f"/gallery?before={before}", headers=headers).status_code == 200


@pytest.mark.parametrize("day", ["x", "2026-13-99", "<b>", "9" * 5_000, "%00", "Today"])
def test_no_day_breaks_a_part(as_ada: Client, ada: Member, day: str) -> None:
    made = factories.rows(ada, ["dune"] * 2)
    answer = as_ada.get(f"/gallery?before={made[1].pk}&day={day}", headers=HTMX)
    assert answer.status_code == 200
    assert headings(text(answer)) == ["Today"]


def test_no_image_is_left_out_by_the_order_of_parameters(
    as_ada: Client, ada: Member, signed_in: Callable[[Member], Client]
) -> None:
    made = factories.rows(ada, ["dune"] * 3)
    answer = as_ada.get(f"/gallery?before=x&before={made[2].pk}&q=other&q=dune")  # the last one counts
    assert tiles(text(answer)) == [str(made[1].uuid), str(made[0].uuid)]


def test_a_day_is_the_teams_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch, ada: Member) -> None:
    [image] = factories.rows(ada, ["a dune"])
    Image.objects.filter(pk=image.pk).update(created_at=datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    try:
        with monkeypatch.context() as machine, timezone.override(ZoneInfo("Asia/Tokyo")):
            machine.setenv("TZ", "Asia/Tokyo")  # as Django sets it from the team's time zone
            time.tzset()
            [row] = rows.read(ada, [image.pk])
    finally:
        time.tzset()
    assert row.day == date(2026, 3, 2)
