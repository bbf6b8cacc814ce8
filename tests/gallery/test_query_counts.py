"""Ten images, twenty, forty: the same number of questions to the database, and few of them (C2, C8)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories
from tests.gallery.reading import HTMX, text, tiles

pytestmark = pytest.mark.django_db

MOST = 10  # session, member, meter, banner and how one's jobs stand among them (C2)


def asked(client: Client, address: str, **headers: str) -> tuple[int, int]:
    """Return how many images an address shows, and how many queries that took."""
    with CaptureQueriesContext(connection) as made:
        page = text(client.get(address, headers=headers))
    return len(tiles(page)), len(made)


@pytest.mark.parametrize(
    "filters", ["", "q=dune", "mine=1", "private=1", "member={ada}", "before=1000000"], ids=str
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_load_05_the_wall_asks_as_often_for_many_as_for_few(
    as_ada: Client, ada: Member, filters: str, headers: dict[str, str]
) -> None:
    address = f"/gallery?{filters.format(ada=ada.pk)}"
    counts = []
    for more in (10, 10, 20):
        factories.rows(ada, ["a dune"] * more, visibility="private")
        counts.append(asked(as_ada, address, **headers))
    assert [shown for shown, _ in counts] == [10, 20, 40]
    assert len({queries for _, queries in counts}) == 1
    assert counts[0][1] <= MOST


def test_many_makers_take_no_more_queries_than_one(as_ada: Client, ada: Member, bob: Member) -> None:
    factories.rows(ada, ["a dune"])
    _, few = asked(as_ada, "/gallery")
    factories.rows(bob, ["a dune"] * 5)
    assert asked(as_ada, "/gallery") == (6, few)


def test_the_page_of_an_image_asks_as_often_among_many_as_among_few(as_ada: Client, ada: Member) -> None:
    counts = set()
    for more in (10, 30):
        factories.rows(ada, ["a dune"] * more)
        middle = Image.objects.order_by("pk")[5]
        counts.add(asked(as_ada, f"/images/{middle.uuid}?q=dune"))
    ((_, queries),) = counts
    assert queries <= 12  # with what was said of it, its family and its review (C8)


def test_a_file_takes_three_queries(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    with CaptureQueriesContext(connection) as made:
        as_ada.get(f"/images/{image.uuid}/original")
    assert len(made) <= 3  # session, member, image
