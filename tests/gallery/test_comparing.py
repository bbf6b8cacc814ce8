"""Comparing two to four images: anybody's that one may see, by words, settings and cost (C16, A25)."""

import re
from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery.choice import Asked, View, read
from gallery.comparing import cost_difference
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import text

NOBODYS = "0b5c1d3e-7f7a-4f5a-9a57-2f6a3c1d9e10"

pytestmark = pytest.mark.django_db


def address(images: Sequence[Image], more: str = "") -> str:
    return f"/compare?{'&'.join(f'image={image.uuid}' for image in images)}{more}"


def compared(client: Client, images: Sequence[Image], more: str = "") -> str:
    answer = client.get(address(images, more))
    assert answer.status_code == 200
    return text(answer)


def plain(page: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


class TestTwo:
    def test_both_pictures_and_one_line_with_what_changed(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        one = factories.image(ada, "a red dune at dusk", visibility=PRIVATE)
        two = factories.image(bob, "a blue dune at dawn", cost=20)
        page = compared(as_ada, [one, two])
        for image in (one, two):
            assert f'src="/images/{image.uuid}/original"' in page
        assert '<span class="sr">removed: </span>red</del>' in page
        assert '<span class="sr">added: </span>blue</ins>' in page
        assert "2 words removed, 2 words added" in page
        assert "+6 credits, +43 %" in page

    def test_the_marks_are_signs_too_and_not_colours_alone(self, as_ada: Client, ada: Member) -> None:
        page = compared(as_ada, [factories.image(ada, "a dune"), factories.image(ada, "a lake")])
        assert '<del><span class="diff__sign" aria-hidden="true">−</span>' in page
        assert '<ins><span class="diff__sign" aria-hidden="true">+</span>' in page

    def test_the_same_prompt_is_said_to_be_the_same(self, as_ada: Client, ada: Member) -> None:
        page = compared(as_ada, [factories.image(ada), factories.image(ada)])
        assert "The same prompt" in page
        assert "Both cost 14" in page
        assert "<del>" not in page

    def test_the_frame_lies_between_a_wide_and_a_tall_picture(self, as_ada: Client, ada: Member) -> None:
        wide, tall = factories.image(ada, size=(160, 40)), factories.image(ada, size=(40, 160))
        assert "of-2 r-1x1" in compared(as_ada, [wide, tall])
        assert "of-2 r-4x1" in compared(as_ada, [wide, factories.image(ada, size=(80, 20))])
        assert '"slider r-1x1"' in compared(as_ada, [wide, wide, tall], "&view=slider&other=1")

    def test_settings_that_differ_are_told_from_those_alike(self, as_ada: Client, ada: Member) -> None:
        page = compared(as_ada, [factories.image(ada, size=(60, 40)), factories.image(ada, size=(40, 40))])
        differing, _, alike = page.partition("</tbody>")
        assert '<th scope="row">Size</th><td>60 × 40, 3:2</td>' in differing
        assert "differs: </span>40 × 40, 1:1</td>" in differing
        assert "<dt>Quality</dt>" in alike

    def test_words_of_a_prompt_are_words_and_never_marks(self, as_ada: Client, ada: Member) -> None:
        images = [factories.image(ada, "a <b>dune"), factories.image(ada, "a <script>lake")]
        page = compared(as_ada, images)
        assert "<script>lake" not in page
        assert "&lt;script&gt;lake" in page or "script&gt;lake" in page


class TestMore:
    def test_up_to_four_are_each_held_against_the_first(self, as_ada: Client, ada: Member) -> None:
        images = [factories.image(ada, f"a {word} dune") for word in ("red", "blue", "green", "grey")]
        page = compared(as_ada, images)
        assert page.count("added: </span>") == page.count("removed: </span>red</del>") == 3
        assert "Compare 4 images" in page
        assert 'add=1"' not in page

    def test_another_can_be_put_first_or_one_taken_out(self, as_ada: Client, ada: Member) -> None:
        one, two = factories.image(ada), factories.image(ada)
        page = compared(as_ada, [one, two]).replace("&amp;", "&")
        assert f'href="{address([two, one])}"' in page
        assert f'href="{address([two])}"' in page

    @pytest.mark.parametrize("view", [View.SLIDER, View.FLICKER])
    def test_the_other_ways_keep_the_choice(self, as_ada: Client, ada: Member, view: View) -> None:
        images = [factories.image(ada), factories.image(ada), factories.image(ada)]
        page = compared(as_ada, images, f"&view={view}&other=2&at=70")
        assert f"view={view}" in page
        assert page.count('type="radio"') == (3 if view is View.FLICKER else 0)
        assert ('data-at="70"' in page) is (view is View.SLIDER)

    def test_an_image_named_twice_is_compared_once(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        assert "One image is chosen" in compared(as_ada, [image, image])


class TestChoosing:
    @pytest.mark.parametrize(
        ("count", "sentence"),
        [
            (0, "Choose two to four images to compare."),
            (1, "One image is chosen. Choose one to three more to compare it with."),
            (5, "5 images are chosen, and four can be compared at once. Take 1 out."),
        ],
    )
    def test_too_few_or_too_many_get_a_sentence(
        self, as_ada: Client, ada: Member, count: int, sentence: str
    ) -> None:
        images = [factories.image(ada) for _ in range(count)]
        page = compared(as_ada, images)
        assert sentence in page
        assert page.count("Take out</a>") == count

    def test_what_the_same_run_made_is_offered_first(self, as_ada: Client, ada: Member) -> None:
        beside, chosen = factories.rows(ada, ["a dune", "a lake"])
        newest = factories.image(ada)
        offered = re.findall(r'type="checkbox" name="image" value="([^"]+)"', compared(as_ada, [chosen]))
        assert offered == [str(beside.uuid), str(newest.uuid)]

    def test_it_searches_among_what_may_be_seen(self, as_ada: Client, ada: Member, bob: Member) -> None:
        image = factories.image(ada, "a dune")
        factories.image(bob, "a secret heron", visibility=PRIVATE)
        seen = factories.image(bob, "a heron")
        page = compared(as_ada, [image], "&q=heron&add=1")
        assert re.findall(r'type="checkbox" name="image" value="([^"]+)"', page) == [str(seen.uuid)]
        assert "secret" not in page

    def test_the_wall_has_a_tick_for_each_image_and_a_form_that_works_by_itself(
        self, as_ada: Client, ada: Member
    ) -> None:
        image = factories.image(ada)
        page = text(as_ada.get("/gallery"))
        assert f'type="checkbox" form="selection" name="image" value="{image.uuid}"' in page
        assert '<form id="selection" method="post"' in page
        assert 'formaction="/gallery/compare"' in page
        assert f'href="/compare?image={image.uuid}"' in text(as_ada.get(f"/images/{image.uuid}"))


class TestWho:
    def test_a_private_image_of_a_colleague_is_not_there(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        hidden = factories.image(bob, "a secret", visibility=PRIVATE)
        assert as_ada.get(address([factories.image(ada), hidden])).status_code == 404
        assert as_ada.get(address([hidden])).status_code == 404

    @pytest.mark.parametrize("wrong", ["x", "", "..", NOBODYS, "%00"])
    def test_a_wrong_id_is_not_found(self, as_ada: Client, ada: Member, wrong: str) -> None:
        assert as_ada.get(f"{address([factories.image(ada)])}&image={wrong}").status_code == 404

    def test_who_is_signed_out_is_asked_to_sign_in(self, client: Client) -> None:
        answer = client.get("/compare")
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/compare")

    def test_it_only_reads(self, as_ada: Client) -> None:
        assert {getattr(as_ada, way)("/compare").status_code for way in ("post", "put", "delete")} == {405}

    @pytest.mark.parametrize(
        "more", ["&view=x", "&at=x", "&at=-1", "&at=999", "&other=9", "&other=²", "&q=%00"]
    )
    def test_what_makes_no_sense_is_left_out(self, as_ada: Client, ada: Member, more: str) -> None:
        assert "Compare 2 images" in compared(as_ada, [factories.image(ada), factories.image(ada)], more)

    def test_many_ids_are_not_all_looked_up(self) -> None:
        asked = read(QueryDict("&".join(f"image={uuid4()}" for _ in range(100))))
        assert len(asked.images) == 40


def test_four_images_take_as_many_queries_as_two(as_ada: Client, ada: Member, bob: Member) -> None:
    images = [factories.image(one) for one in (ada, bob, ada, bob)]
    counts = []
    for count in (1, 2, 3, 4):
        with CaptureQueriesContext(connection) as made:
            as_ada.get(address(images[:count]))
        counts.append(len(made))
    # one alone: what may be added is read; of several: what was found, and how they stand (two)
    assert counts[1] == counts[2] == counts[3] == counts[0] + 3
    assert counts[1] <= 12


@pytest.mark.parametrize(
    ("first", "other", "said"),
    [
        (14, 14, "Both cost 14"),
        (14, 13, "−1 credit, −7 %"),
        (0, 14, "+14 credits"),
        (14, None, "Its cost is not confirmed"),
        (None, 14, "The cost of A is not confirmed"),
    ],
)
def test_a_cost_beside_another(first: int | None, other: int | None, said: str) -> None:
    assert cost_difference(first, other) == said


def test_an_address_says_again_what_it_asked_for() -> None:
    one, two = uuid4(), uuid4()
    asked = Asked(images=(one, two), view=View.SLIDER)
    assert asked.query == f"?image={one}&image={two}&view=slider"
    assert asked.led_by(two).images == (two, one)
    assert asked.without(two).images == (one,)
