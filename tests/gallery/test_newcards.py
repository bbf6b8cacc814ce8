"""An open wall hears of new images and of what a colleague did to those it shows, and of nothing private."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gallery import boards, cardparts, cards, visibility
from gallery import gone as departed
from gallery.models import BoardImage, Gone, Review
from studio.accounts.models import Member
from studio.generation import trash
from studio.generation.models import Visibility
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


def gone(told: str) -> list[str]:
    """Return the ids of images that an answer takes off the page."""
    return re.findall(r'hx-swap-oob="delete:li:has\(> #image-([0-9a-f-]{36})\)"', told)


def test_what_a_colleague_threw_away_is_taken_off(as_ada: Client, ada: Member, bob: Member) -> None:
    image = factories.image(bob)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    trash.throw([image.pk], bob, timezone.now())
    told = text(as_ada.get(address, headers=HTMX))
    assert gone(told) == [str(image.uuid)]
    assert as_ada.get(asks(told), headers=HTMX).status_code == 204


def test_what_its_maker_hid_is_taken_off_for_others_alone(
    as_ada: Client, as_bob: Client, bob: Member
) -> None:
    image = factories.image(bob)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    visibility.show(image, Visibility.PRIVATE)
    assert gone(text(as_ada.get(address, headers=HTMX))) == [str(image.uuid)]
    told = text(as_bob.get(address, headers=HTMX))
    assert (gone(told), tiles(told)) == ([], [str(image.uuid)])


def test_what_was_fetched_back_meanwhile_stays(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    trash.throw([image.pk], ada, timezone.now())
    trash.fetch_back([image.pk])
    assert gone(text(as_ada.get(address, headers=HTMX))) == []


def test_nobody_hears_that_anothers_private_image_is_gone(as_ada: Client, ada: Member, bob: Member) -> None:
    factories.image(ada)
    image = factories.image(bob, visibility=PRIVATE)
    address = settled(text(as_ada.get("/gallery")), as_ada)
    trash.throw([image.pk], bob, timezone.now())
    assert as_ada.get(address, headers=HTMX).status_code == 204


def test_what_was_taken_off_a_board_leaves_its_open_page(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    board = boards.make(ada, "Spring")
    lying = BoardImage.objects.create(board=board, image=image, by=ada)
    cardparts.boards([image.pk])
    address = settled(text(as_ada.get("/gallery?q=board:Spring")), as_ada)
    lying.delete()
    cardparts.boards([image.pk])
    assert gone(text(as_ada.get(address, headers=HTMX))) == [str(image.uuid)]


def test_a_folded_wall_keeps_its_numbers_and_says_that_it_changed(as_ada: Client, ada: Member) -> None:
    *_, third = factories.rows(ada, ["dune"] * 3)
    address = settled(text(as_ada.get("/gallery?stacks=1")), as_ada)
    cards.refresh([third.pk])
    told = text(as_ada.get(address, headers=HTMX))
    assert 'plate--stack"' in told
    assert "</svg>3<" in told
    trash.throw([third.pk], ada, timezone.now())
    told = text(as_ada.get(asks(told), headers=HTMX))
    assert gone(told) == [str(third.uuid)]
    assert "The wall changed" in told


def test_what_is_gone_is_told_for_a_day(ada: Member) -> None:
    old = Gone.objects.create(image=uuid4(), seen_by="", version=cards.now() - departed.DAY - 1)
    image = factories.image(ada)
    trash.throw([image.pk], ada, timezone.now())
    assert not Gone.objects.filter(pk=old.pk).exists()
    assert Gone.objects.count() == 1
