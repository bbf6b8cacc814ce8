"""Picking beside others, and what the heads of a grid count of it (C12, C16)."""

from collections.abc import Callable

import pytest
from django.test import Client

from gallery import deciding
from gallery.models import Status
from studio.accounts.models import Member
from studio.generation import gridpage, picks
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.reading import HTMX, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(member: MakeMember) -> Member:
    return member("reviewer", name="Rita Ruiz")


@pytest.fixture
def two(ada: Member) -> list[Image]:
    return factories.rows(ada, ["a dune", "a harbour"])


def compare(images: list[Image]) -> str:
    return "/compare?" + "&".join(f"image={image.uuid}" for image in images)


def test_who_reviews_approves_one_where_it_is_compared(
    rita: Member, signed_in: Callable[[Member], Client], two: list[Image]
) -> None:
    client = signed_in(rita)
    page = text(client.get(compare(two)))
    assert 'aria-label="Approve A"' in page
    form = {"to": "approved", "seen": "0", "where": "compare", "letter": "A", "next": compare(two)}
    address = f"/images/{two[0].uuid}/decision"
    part = text(client.post(address, form, headers=HTMX))
    assert "Approved" in part
    assert 'aria-label="Make final A"' in part
    assert client.post(address, form)["Location"] == compare(two)  # said twice, and plain


def test_a_designer_proposes_their_own_and_picks_no_colleagues(
    as_ada: Client, as_bob: Client, two: list[Image]
) -> None:
    assert 'aria-label="Propose B"' in text(as_ada.get(compare(two)))
    assert "image_decision" not in text(as_bob.get(compare(two)))
    assert 'name="to"' not in text(as_bob.get(compare(two)))


def test_a_run_tells_what_was_picked_of_it(rita: Member, two: list[Image]) -> None:
    deciding.decide(rita, two[0], Status.APPROVED, seen=0)
    deciding.decide(rita, two[1], Status.REJECTED, seen=0)
    assert picks.of(two[0].job.run_id) == {two[0].job_id: "approved", two[1].job_id: "rejected"}


@pytest.mark.parametrize(
    ("done", "total", "picked", "words"),
    [(2, 2, 0, "2 done"), (1, 2, 1, "1 of 2 done, 1 pick"), (2000, 2000, 3, "2,000 done, 3 picks")],
)
def test_a_head_counts_picks_where_there_are_some(done: int, total: int, picked: int, words: str) -> None:
    assert gridpage.counted(done, total, picked) == words
