"""A private image is there for nobody else: in no page, list, count or file (PERM-02 to PERM-07)."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from gallery import search
from gallery.known import Known
from gallery.query import Query
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import HTMX, text, walk

pytestmark = pytest.mark.django_db

ROLES = ["designer", "reviewer", "credit_admin", "owner"]
CANARY = "zyzzyva"


@pytest.fixture
def hidden(bob: Member) -> Image:
    """Return an image of Bob's that only he may see; its prompt has a word that occurs nowhere else."""
    return factories.image(bob, f"a {CANARY} on a leaf", visibility=PRIVATE)


def spellings(image: Image) -> tuple[str, ...]:
    """Return an image's id as it should not, but might be, understood."""
    uuid = str(image.uuid)
    return (
        *(
            uuid,
            uuid.upper(),
            uuid.replace("-", ""),
            uuid.replace("-", "_"),
            f"{{{uuid}}}",
            f"urn:uuid:{uuid}",
        ),
        *(f" {uuid}", f"{uuid} ", f"{uuid}/", f"{uuid}%2f", f"{uuid}%00", f"{uuid}.json", f"./{uuid}"),
        *(f"%{ord(uuid[0]):x}{uuid[1:]}", str(image.pk), f"0{image.pk}"),
    )


@pytest.mark.parametrize("role", ROLES)
class TestStranger:
    """Whatever the role of who asks"""

    @pytest.fixture
    def browser(self, member: MakeMember, signed_in: Callable[[Member], Client], role: str) -> Client:
        return signed_in(member(role, name="Ada Lovelace"))

    def test_no_door_opens_in_any_spelling(self, browser: Client, hidden: Image) -> None:
        for spelling in spellings(hidden):
            for door in ("", "/original", "/original?download=1"):
                for headers in ({}, HTMX):
                    answer = browser.get(f"/images/{spelling}{door}", headers=headers)
                    assert answer.status_code == 404, spelling
                    assert CANARY not in text(answer)

    def test_nothing_of_it_can_be_changed(self, browser: Client, hidden: Image) -> None:
        before = Image.objects.values().get(pk=hidden.pk)
        for spelling in spellings(hidden):
            for door in ("visibility", "remix"):
                for wanted in ("team", "private", "x"):
                    answer = browser.post(f"/images/{spelling}/{door}", {"visibility": wanted})
                    assert answer.status_code == 404, spelling
        assert Image.objects.values().get(pk=hidden.pk) == before

    def test_a_word_of_its_prompt_is_on_no_page(
        self, browser: Client, ada_like: Image, hidden: Image
    ) -> None:
        addresses = (
            *(
                "/",
                "/gallery",
                f"/gallery?member={hidden.member_id}",
                "/gallery?mine=1",
                "/gallery?private=1",
            ),
            *("/gallery?q=leaf", f"/gallery?before={hidden.pk + 1}", f"/gallery?before={hidden.pk}"),
            *(f"/images/{ada_like.uuid}", f"/images/{ada_like.uuid}?q=leaf", "/credits", "/news?since=0"),
            f"/images/{ada_like.uuid}?member={hidden.member_id}",
        )
        for address in addresses:
            page = text(browser.get(address))
            for trace in (CANARY, str(hidden.uuid), hidden.token):
                assert trace not in page, address

    @pytest.fixture
    def ada_like(self, member: MakeMember) -> Image:
        """Return an image that everybody may see."""
        return factories.image(member(name="Cleo Common"), "a leaf")

    def test_a_search_for_it_answers_as_for_a_word_that_occurs_nowhere(
        self, browser: Client, ada_like: Image, hidden: Image
    ) -> None:
        there = text(browser.get(f"/gallery?q={CANARY}"))
        nowhere = text(browser.get("/gallery?q=qwertyuiop"))
        assert without_tokens(there.replace(CANARY, "")) == without_tokens(nowhere.replace("qwertyuiop", ""))


def without_tokens(page: str) -> str:
    """Return a page without what differs each time it is drawn: the token of its forms, and the time."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b|since=\d+|\b\d{10}\.\d+", "", page)


def test_who_has_only_private_images_is_not_listed(as_ada: Client, as_bob: Client, hidden: Image) -> None:
    assert "Bob Bauer" not in text(as_ada.get("/gallery"))
    assert "Bob Bauer" in text(as_bob.get("/gallery")).partition("Members</h2>")[2]
    factories.image(hidden.member)
    assert "Bob Bauer" in text(as_ada.get("/gallery"))


def test_makers_are_those_with_images_to_see(
    ada: Member, bob: Member, hidden: Image, member: MakeMember
) -> None:
    cleo, _ = member(name="Cleo"), member(name="Without images")
    factories.image(cleo)
    factories.image(cleo)
    assert [one.name for one in Known(ada).makers] == ["Cleo"]
    assert [one.name for one in Known(bob).makers] == ["Bob Bauer", "Cleo"]


def test_no_count_betrays_it(as_ada: Client, ada: Member, bob: Member) -> None:
    factories.rows(ada, ["dune"] * 40)
    alone = walk(as_ada)
    factories.rows(bob, [CANARY] * 41, visibility=PRIVATE)
    assert len(walk(as_ada)) == len(alone) == 1


def test_neighbours_step_over_it(ada: Member, bob: Member) -> None:
    first = factories.image(ada)
    factories.image(bob, visibility=PRIVATE)
    last = factories.image(ada)
    assert search.neighbours(ada, Query(), first.pk).newer == last.pk
    assert search.neighbours(ada, Query(), last.pk).older == first.pk


def test_hiding_works_at_the_next_request(as_ada: Client, as_bob: Client, bob: Member) -> None:
    image = factories.image(bob, CANARY)
    addresses = (f"/images/{image.uuid}", f"/images/{image.uuid}/original")
    assert {as_ada.get(address).status_code for address in addresses} == {200}
    known = as_ada.get(addresses[1])["ETag"]
    as_bob.post(f"/images/{image.uuid}/visibility", {"visibility": PRIVATE})
    assert {as_ada.get(address).status_code for address in addresses} == {404}
    assert as_ada.get(addresses[1], headers={"If-None-Match": known}).status_code == 404
    assert CANARY not in text(as_ada.get("/gallery"))
    assert {as_bob.get(address).status_code for address in addresses} == {200}


def test_an_address_of_renditions_that_was_kept_leads_nowhere_once_the_image_is_private(
    ada: Member, as_ada: Client
) -> None:
    image = factories.image(ada)
    kept = image.rendition(512)
    assert Client().get(kept).status_code == 200
    as_ada.post(f"/images/{image.uuid}/visibility", {"visibility": "private"})
    image.refresh_from_db()
    assert Client().get(kept).status_code == 404
    assert all(Client().get(image.rendition(size)).status_code == 200 for size in (512, 256, 128))
