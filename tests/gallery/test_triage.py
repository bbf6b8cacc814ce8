"""Judging image after image, without script and for the keys (C15); what one has not rated (C10)."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import deciding, query, rating, search, triage
from gallery.models import Review, Status
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(member: MakeMember) -> Member:
    return member("reviewer", name="Rita Ruiz")


@pytest.fixture
def as_rita(rita: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(rita)


@pytest.fixture
def wall(ada: Member, bob: Member) -> list[Image]:
    """Return what Rita sees, the newest first; Bob keeps one to himself."""
    images = factories.rows(ada, [f"dune {number}" for number in range(5)])
    factories.rows(bob, ["dune, secret"], visibility=PRIVATE)
    return images[::-1]


def judges(page: str) -> list[str]:
    return re.findall(r'id="judge-([0-9a-f-]{36})"', page)


def ids(images: list[Image]) -> list[str]:
    return [str(image.uuid) for image in images]


def test_it_begins_with_the_newest_and_follows_the_search(as_rita: Client, wall: list[Image]) -> None:
    page = text(as_rita.get("/review?q=dune"))
    assert judges(page) == ids(wall[:1])
    assert f'href="/review?q=dune&amp;at={wall[1].uuid}" rel="next"' in page
    middle = text(as_rita.get(f"/review?q=dune&at={wall[2].uuid}"))
    assert f'at={wall[1].uuid}" rel="prev"' in middle


def test_the_deck_holds_the_next_ones_hidden_and_where_it_goes_on(
    as_rita: Client, wall: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triage, "DECK", 2)
    deck = text(as_rita.get(f"/review/deck?q=dune&after={wall[0].pk}"))
    assert judges(deck) == ids(wall[1:3])
    assert deck.count(" hidden>") >= 2
    assert f'hx-get="/review/deck?q=dune&amp;after={wall[2].pk}"' in deck
    last = text(as_rita.get(f"/review/deck?after={wall[2].pk}"))
    assert (judges(last), "data-more" in last) == (ids(wall[3:]), False)


def test_without_script_a_decision_leads_on_and_can_be_taken_back(as_rita: Client, wall: list[Image]) -> None:
    page = text(as_rita.get("/review"))
    onward = f"/review?at={wall[1].uuid}&done={wall[0].uuid}"
    assert onward.replace("&", "&amp;") in page
    form = {"to": "rejected", "seen": "0", "next": onward}
    answer = as_rita.post(f"/images/{wall[0].uuid}/decision", form)
    assert answer["Location"] == onward
    after = text(as_rita.get(onward))
    assert "Rita Ruiz rejected it." in after
    assert f'action="/images/{wall[0].uuid}/decision/back"' in after
    as_rita.post(f"/images/{wall[0].uuid}/decision/back", {"seen": "1", "next": onward})
    assert Review.objects.get(image=wall[0]).status == "open"


def test_of_an_unknown_address_nothing_is_shown(as_rita: Client, bob: Member, wall: list[Image]) -> None:
    hidden = Image.objects.get(member=bob)
    for wrong in (
        f"/review?at={hidden.uuid}",
        f"/review?done={hidden.uuid}",
        "/review/deck",
        "/review/deck?after=x",
    ):
        assert as_rita.get(wrong).status_code == 404
    assert "Nothing to review" in text(as_rita.get("/review?q=zebra"))
    assert "There is no status" in text(as_rita.get("/review?q=status:best"))


def test_what_one_has_not_rated_is_found_and_what_others_rated_too(
    rita: Member, bob: Member, wall: list[Image]
) -> None:
    rating.rate(rita, wall[:2], 4)
    rating.rate(bob, wall[1:3], 2)
    unrated = query.read("-is:rated-by-me")
    assert search.ids(rita, unrated, before=None, limit=9) == [image.pk for image in wall[2:]]
    rating.rate(rita, wall[:1], 0)
    assert wall[0].pk in search.ids(rita, unrated, before=None, limit=9)


def test_a_status_is_found(rita: Member, wall: list[Image]) -> None:
    deciding.decide(rita, wall[3], Status.APPROVED, seen=0)
    assert search.ids(rita, query.read("status:approved"), before=None, limit=9) == [wall[3].pk]


def test_a_deck_of_many_takes_as_many_queries_as_one_of_few(as_rita: Client, ada: Member) -> None:
    counts = []
    for more in (4, 8):
        factories.rows(ada, ["a dune"] * more)
        newest = Image.objects.latest("pk").pk
        with CaptureQueriesContext(connection) as made:
            as_rita.get(f"/review/deck?after={newest}")
        counts.append(len(made))
    assert counts[0] == counts[1] <= 7
