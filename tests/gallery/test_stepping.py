"""A step to the next image: what changes of an open page, and then the rest of it (C8)."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery.models import Card
from studio.accounts.models import Member
from studio.generation.models import Image, Visibility
from tests.gallery import factories
from tests.gallery.reading import text

pytestmark = pytest.mark.django_db

STEP = {"HX-Request": "true", "HX-Target": "main"}
REST = {"HX-Request": "true", "HX-Target": "details"}
PIECES = (
    re.compile(r"<h1.*?</section>", re.DOTALL),
    re.compile(r"<title>.*?</title>", re.DOTALL),
    re.compile(r'<div class="panel__scroll">.*?</dl>', re.DOTALL),
)


def step(client: Client, image: Image, query: str = "") -> str:
    """Return the answer to a step."""
    return text(client.get(f"/images/{image.uuid}{query}", headers=STEP))


def pieces(page: str) -> list[str]:
    """Return what a step and a page have in common: picture and neighbours, title, prompt to recipe."""
    found = [piece.search(page) for piece in PIECES]
    return [" ".join(one[0].split()) if one else "" for one in found]


@pytest.mark.parametrize("query", ["", "?q=dune", "?q=dun", "?q=%3C&mine=1"])
def test_a_step_is_what_the_page_has_there(as_ada: Client, ada: Member, bob: Member, query: str) -> None:
    images = [
        factories.image(who, prompt)
        for who in (ada, bob)
        for prompt in ("a <b>dune</b> & more", "dune " * 30, "dunes < all others")
    ]
    for image in images:
        page = text(as_ada.get(f"/images/{image.uuid}{query}"))
        assert pieces(step(as_ada, image, query)) == pieces(page)
        assert all(pieces(page))


def test_a_step_holds_nothing_of_the_frame_and_asks_for_the_rest(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada, "a dune")
    answer = step(as_ada, image, "?q=dune")
    for frame in ("<html", "topbar", "csrfmiddlewaretoken", "\x02", "decide-"):
        assert frame not in answer
    assert f'hx-get="/images/{image.uuid}?q=dune" hx-trigger="load' in answer


def test_the_rest_is_the_page_s_own_beside_the_picture(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada, "a dune")
    rest = text(as_ada.get(f"/images/{image.uuid}", headers=REST))
    assert rest.count(f'id="standing-{image.uuid}"') == 1
    assert f'id="pins-{image.uuid}" hx-swap-oob="outerHTML"' in rest
    assert 'id="family" hx-swap-oob="outerHTML"' in rest
    assert "topbar" not in rest
    assert "viewer__stage" not in rest


def test_a_step_asks_the_database_four_times_among_few_and_many(as_ada: Client, ada: Member) -> None:
    for more in (3, 30):
        factories.rows(ada, ["a dune"] * more)
        image = Image.objects.order_by("pk")[1]
        step(as_ada, image, "?q=dune")
        with CaptureQueriesContext(connection) as made:
            step(as_ada, image, "?q=dune")
        assert len(made) == 4  # session, member, image, neighbours


class TestPrivacy:
    """A step shows what the page shows."""

    @pytest.mark.parametrize("headers", [STEP, REST], ids=["step", "rest"])
    def test_another_s_private_image_is_not_there(
        self, as_bob: Client, ada: Member, headers: dict[str, str]
    ) -> None:
        image = factories.image(ada, visibility=Visibility.PRIVATE)
        assert as_bob.get(f"/images/{image.uuid}", headers=headers).status_code == 404

    @pytest.mark.parametrize("headers", [STEP, REST], ids=["step", "rest"])
    def test_nobody_signed_out_sees_one(self, client: Client, ada: Member, headers: dict[str, str]) -> None:
        answer = client.get(f"/images/{factories.image(ada).uuid}", headers=headers)
        assert "dune" not in text(answer)
        assert "/sign-in" in answer["HX-Redirect"]

    @pytest.mark.parametrize("query", ["", "?q=dune"])
    def test_a_card_that_lags_behind_leads_nowhere(
        self, as_bob: Client, ada: Member, bob: Member, query: str
    ) -> None:
        hidden, shown = factories.image(ada, "a dune"), factories.image(bob, "a dune")
        assert f"/images/{hidden.uuid}" in step(as_bob, shown, query)
        Image.objects.filter(pk=hidden.pk).update(visibility=Visibility.PRIVATE)
        assert Card.objects.filter(pk=hidden.pk, seen_by="").exists()
        assert f"/images/{hidden.uuid}" not in step(as_bob, shown, query)


def test_a_browser_is_told_that_the_answers_of_one_address_differ(as_ada: Client, ada: Member) -> None:
    answer = as_ada.get(f"/images/{factories.image(ada).uuid}", headers=STEP)
    assert {"HX-Request", "HX-Target"} <= {one.strip() for one in answer["Vary"].split(",")}
