"""An open wall hears of new images and of what a colleague did to those it shows, and of nothing private."""

import re

import pytest
from django.test import Client

from gallery import cards
from gallery.models import Review
from studio.accounts.models import Member
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import HTMX, text, tiles

pytestmark = pytest.mark.django_db


def asks(page: str) -> str:
    """Return where an open page asks what is new."""
    found = re.search(r'id="wall-news"[^>]* hx-get="([^"]+)"', page)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def settled(page: str, client: Client) -> str:
    """Return where a page asks once what was written right before it was drawn is told, too."""
    answer = client.get(asks(page), headers=HTMX)
    return asks(text(answer)) if answer.status_code == 200 else asks(page)


def test_nothing_new_is_an_empty_answer(as_ada: Client, ada: Member) -> None:
    factories.rows(ada, ["dune"] * 3)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    assert as_ada.get(address, headers=HTMX).status_code == 204


def test_a_colleagues_image_comes_first_of_its_day(as_ada: Client, ada: Member, bob: Member) -> None:
    factories.rows(ada, ["dune"] * 3)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    image = factories.image(bob, "a heron")
    told = text(as_ada.get(address, headers=HTMX))
    assert tiles(told) == [str(image.uuid)]
    assert "afterbegin:#day-" in told
    assert as_ada.get(asks(told), headers=HTMX).status_code == 204


def test_a_decision_is_drawn_in_its_place(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    Review.objects.create(image=image, status="approved")
    cards.refresh([image.pk])
    told = text(as_ada.get(address, headers=HTMX))
    assert f'<article hx-swap-oob="outerHTML" class="tile tile--sized" id="image-{image.uuid}"' in told
    assert "Approved" in told


def test_a_search_hears_of_what_it_finds(as_ada: Client, ada: Member) -> None:
    factories.image(ada, "a dune")
    address = settled(text(as_ada.get("/gallery?q=dune")), as_ada)
    factories.image(ada, "a heron")
    found = factories.image(ada, "another dune")
    assert tiles(text(as_ada.get(address, headers=HTMX))) == [str(found.uuid)]


def test_anothers_private_image_is_no_news(as_ada: Client, ada: Member, bob: Member) -> None:
    factories.image(ada)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    factories.image(bob, visibility=PRIVATE)
    assert as_ada.get(address, headers=HTMX).status_code == 204


@pytest.mark.parametrize(
    "since", ["", "since=x&newest=1", "since=1", "since=-1&newest=1", "since=1&newest=" + "9" * 40]
)
def test_a_question_that_makes_no_sense_is_refused(as_ada: Client, since: str) -> None:
    assert as_ada.get(f"/gallery/news?{since}").status_code == 400
