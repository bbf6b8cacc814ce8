"""The doors of judging and talking: works, who may, wrong methods, bad ids, said twice, htmx and plain."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import talking
from gallery.models import Comment, Rating, Review, ReviewRule
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import HTMX, text

pytestmark = pytest.mark.django_db

NOBODYS = "0b5c1d3e-7f7a-4f5a-9a57-2f6a3c1d9e10"


@pytest.fixture
def image(ada: Member) -> Image:
    return factories.rows(ada, ["a dune"])[0]


@pytest.fixture
def rita(member: MakeMember) -> Member:
    return member("reviewer", name="Rita Ruiz")


@pytest.fixture
def as_rita(rita: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(rita)


def at(image: Image, door: str = "") -> str:
    return f"/images/{image.uuid}" + (f"/{door}" if door else "")


def post(client: Client, address: str, htmx: bool = False, **fields: Any) -> Any:
    return client.post(address, fields, headers=HTMX if htmx else {})


class TestRating:
    """POST /images/<uuid>/rating (C10)"""

    def test_each_has_their_own_and_both_see_the_mean(
        self, as_ada: Client, as_bob: Client, image: Image
    ) -> None:
        assert post(as_ada, at(image, "rating"), stars="4")["Location"] == at(image)
        part = text(post(as_bob, at(image, "rating"), htmx=True, stars="1"))
        assert "2.5 from 2" in part
        assert 'aria-label="1 star" aria-pressed="true"' in part
        assert "<html" not in part
        assert 'aria-label="4 stars" aria-pressed="true"' in text(as_ada.get(at(image)))

    def test_again_it_changes_and_0_takes_it_away(self, as_ada: Client, image: Image) -> None:
        for stars in ("4", "2", "2"):
            post(as_ada, at(image, "rating"), stars=stars)
        assert list(Rating.objects.values_list("stars", flat=True)) == [2]
        assert "Nobody yet" in text(post(as_ada, at(image, "rating"), htmx=True, stars="0"))
        assert not Rating.objects.exists()

    @pytest.mark.parametrize("stars", ["6", "", "-1", "4.5", "٣", "five", "1" * 400])
    def test_other_stars_are_refused_in_words(self, as_ada: Client, image: Image, stars: str) -> None:
        for htmx in (False, True):
            answer = post(as_ada, at(image, "rating"), htmx=htmx, stars=stars)
            assert answer.status_code == 422
            assert "one to 5 stars" in text(answer)
        assert not Rating.objects.exists()


class TestDecision:
    """POST /images/<uuid>/decision and /decision/back (C12)"""

    def test_a_decision_is_told_with_its_reason(self, as_rita: Client, as_ada: Client, image: Image) -> None:
        answer = post(as_rita, at(image, "decision"), htmx=True, to="changes", seen="0", reason="too <dark>")
        assert "Changes wanted" in text(answer)
        page = text(as_ada.get(at(image)))
        assert "too &lt;dark&gt;" in page
        assert 'value="proposed"' in page
        assert 'value="approved"' not in page

    def test_the_later_of_two_sees_what_happened_and_keeps_their_words(
        self, as_rita: Client, image: Image, member: MakeMember, signed_in: Callable[[Member], Client]
    ) -> None:
        post(signed_in(member("owner", name="Olga")), at(image, "decision"), to="rejected", seen="0")
        answer = post(as_rita, at(image, "decision"), to="approved", seen="0", reason="lovely light")
        assert answer.status_code == 422
        page = text(answer)
        assert "Olga rejected it. Look again before you decide." in page
        assert 'value="lovely light"' in page
        assert Review.objects.get(image=image).status == "rejected"

    def test_taken_back_it_is_as_before(self, as_rita: Client, image: Image) -> None:
        post(as_rita, at(image, "decision"), to="approved", seen="0")
        assert "Take back" in text(as_rita.get(at(image)))
        post(as_rita, at(image, "decision/back"), seen="1")
        assert Review.objects.get(image=image).status == "open"

    @pytest.mark.parametrize("to", ["", "APPROVED", "best", "x" * 300])
    def test_an_unknown_status_is_refused_in_words(self, as_rita: Client, image: Image, to: str) -> None:
        answer = post(as_rita, at(image, "decision"), htmx=True, to=to, seen="0")
        assert (answer.status_code, "There is no such status" in text(answer)) == (422, True)

    def test_a_designer_is_told_and_offered_nothing_of_it(self, as_bob: Client, image: Image) -> None:
        assert 'name="to"' not in text(as_bob.get(at(image)))
        answer = post(as_bob, at(image, "decision"), to="approved", seen="0")
        assert "Reviewers decide about images of others" in text(answer)

    def test_a_plain_form_goes_back_to_where_it_was_and_nowhere_else(
        self, as_rita: Client, image: Image
    ) -> None:
        for asked, led in (
            ("/review?q=dune", "/review?q=dune"),
            ("https://evil.example/", at(image)),
            ("//evil.example", at(image)),
            ("/\\evil.example", at(image)),
        ):
            assert post(as_rita, at(image, "rating"), stars="3", next=asked)["Location"] == led


class TestComments:
    """POST /images/<uuid>/comments and /comments/<uuid>/… (C13, C14)"""

    def test_what_is_said_comes_out_of_band_with_its_pin(self, as_bob: Client, image: Image) -> None:
        answer = text(post(as_bob, at(image, "comments"), htmx=True, text="Hi", x="0.4", y="0.25"))
        assert f'id="thread-{image.uuid}" hx-swap-oob' in answer
        assert '<svg class="pin" x="40%" y="25%"' in answer
        assert "Pin 1, 40% from the left, 25% from the top" in answer
        assert ">Hi</textarea>" not in answer

    @pytest.mark.parametrize("htmx", [False, True])
    def test_what_is_refused_is_given_back_as_it_was_typed(
        self, as_bob: Client, image: Image, htmx: bool
    ) -> None:
        other = talking.say(image.member, factories.rows(image.member, ["other"])[0], "Elsewhere")
        for fields, sentence in (
            ({"text": "y" * 10_000}, "A comment has room for 4,000"),
            ({"text": "yes", "x": "1.5", "y": "0"}, "between 0 and 1"),
            ({"text": "yes", "parent": str(other.uuid)}, "not there any more"),
            ({"text": "yes", "parent": NOBODYS}, "not there any more"),
            ({"text": "yes", "parent": "x"}, "not there any more"),
        ):
            answer = post(as_bob, at(image, "comments"), htmx=htmx, **fields)
            assert answer.status_code == 422
            assert sentence in text(answer)
            assert f"{fields['text']}</textarea>" in text(answer)
        assert Comment.objects.count() == 1

    def test_it_is_changed_resolved_and_deleted(self, as_bob: Client, bob: Member, image: Image) -> None:
        comment = talking.say(bob, image, "Helo")
        assert "Helo</textarea>" in text(as_bob.get(at(image) + f"?edit={comment.uuid}"))
        assert "Hello" in text(post(as_bob, f"/comments/{comment.uuid}/edit", htmx=True, text="Hello"))
        assert "1 resolved" in text(post(as_bob, f"/comments/{comment.uuid}/resolve", htmx=True, done="1"))
        assert post(as_bob, f"/comments/{comment.uuid}/delete")["Location"] == at(image)
        assert post(as_bob, f"/comments/{comment.uuid}/delete").status_code == 404

    def test_anothers_is_neither_changed_nor_deleted(self, as_ada: Client, bob: Member, image: Image) -> None:
        comment = talking.say(bob, image, "Mine")
        for door in ("edit", "delete"):
            answer = post(as_ada, f"/comments/{comment.uuid}/{door}", text="Yours")
            assert (answer.status_code, "Only who wrote a comment" in text(answer)) == (422, True)
        comment.refresh_from_db()
        assert (comment.text, comment.deleted_at) == ("Mine", None)
        assert "Mine</textarea>" not in text(as_ada.get(at(image) + f"?edit={comment.uuid}"))

    def test_a_reply_without_script_names_whom_it_answers(
        self, as_ada: Client, bob: Member, image: Image
    ) -> None:
        comment = talking.say(bob, image, "Hello")
        page = text(as_ada.get(at(image) + f"?answer={comment.uuid}"))
        assert f'name="parent" value="{comment.uuid}"' in page
        assert "<b data-answered>Bob Bauer</b>" in page

    def test_without_script_the_search_is_kept(self, as_bob: Client, bob: Member, image: Image) -> None:
        comment = talking.say(bob, image, "Hello")
        here = f"{at(image)}?q=dune"
        for page in (
            text(as_bob.get(here)),
            text(post(as_bob, at(image, "comments"), text="", next=here)),
            text(post(as_bob, f"/comments/{comment.uuid}/resolve", htmx=True, done="0", next=here)),
        ):
            assert f"{here}&amp;edit={comment.uuid}#say-" in page
            assert f"{here}&amp;answer={comment.uuid}#say-" in page
        page = text(as_bob.get(f"{here}&edit={comment.uuid}"))
        assert f'href="{here}" data-answer-none' in page
        assert f'name="next" value="{here}"' in page

    def test_who_was_called_finds_it_and_marks_it_read(
        self, as_ada: Client, bob: Member, image: Image
    ) -> None:
        talking.say(bob, image, "@Ada look")
        assert "1 new mention" in text(as_ada.get("/gallery"))
        page = text(as_ada.get("/mentions"))
        assert ">New</span>" in page
        assert as_ada.post("/mentions/read")["Location"] == "/mentions"
        assert ">New</span>" not in text(as_ada.get("/mentions"))
        assert as_ada.get("/mentions/who?begun=bo").json() == {"names": ["Bob Bauer"]}


class TestPrivate:
    """What is said of an image that went private is its maker's alone (PERM-03)"""

    def test_every_door_is_as_if_it_were_not_there(
        self, as_bob: Client, as_ada: Client, bob: Member, image: Image
    ) -> None:
        comment = talking.say(bob, image, "Words of mine")
        Image.objects.update(visibility=PRIVATE)
        for door in ("rating", "decision", "decision/back", "comments"):
            assert post(as_bob, at(image, door), stars="1", to="proposed", text="x").status_code == 404
        for door in ("edit", "delete", "resolve"):
            assert post(as_bob, f"/comments/{comment.uuid}/{door}", text="x").status_code == 404
        assert as_bob.get(at(image, "news")).status_code == 404
        assert as_bob.get(f"/review?at={image.uuid}").status_code == 404
        assert "Words of mine" in text(as_ada.get(at(image)))


class TestNews:
    """GET /images/<uuid>/news: what a colleague did, in an open page"""

    def seen(self, page: str) -> str:
        return page.partition('id="judged"')[2].partition("seen=")[2].partition('"')[0]

    def test_it_is_silent_until_somebody_says_something(
        self, as_ada: Client, as_bob: Client, image: Image
    ) -> None:
        seen = self.seen(text(as_ada.get(at(image))))
        silent = as_ada.get(at(image, "news") + f"?seen={seen}")
        assert (silent.status_code, silent["Studio-Ask-Again"]) == (204, "3")
        post(as_bob, at(image, "comments"), text="A new word")
        post(as_bob, at(image, "rating"), stars="5")
        news = text(as_ada.get(at(image, "news") + f"?seen={seen}"))
        assert "A new word" in news
        assert "5.0 from 1" in news
        assert "<textarea" not in news  # nothing that is being typed is replaced
        assert 'name="reason"' not in news
        assert as_ada.get(at(image, "news") + f"?seen={self.seen(news)}").status_code == 204

    def test_nothing_new_takes_four_queries(self, as_ada: Client, image: Image) -> None:
        with CaptureQueriesContext(connection) as made:
            assert as_ada.get(at(image, "news") + "?seen=0").status_code == 204
        assert len(made) <= 4  # session, member, image, its count


class TestRules:
    """GET and POST /review/rules"""

    def test_an_owner_sets_it_and_others_do_not(
        self, as_ada: Client, as_rita: Client, member: MakeMember, signed_in: Callable[[Member], Client]
    ) -> None:
        as_owner = signed_in(member("owner"))
        assert {one.get("/review/rules").status_code for one in (as_ada, as_rita)} == {403}
        assert post(as_rita, "/review/rules", others_approve="1").status_code == 403
        assert post(as_owner, "/review/rules", others_approve="1")["Location"] == "/review/rules"
        assert ReviewRule.present().others_approve
        assert "checked" in text(as_owner.get("/review/rules"))
        post(as_owner, "/review/rules")
        assert not ReviewRule.present().others_approve


def writing(image: Image, comment: Comment) -> list[str]:
    doors = [at(image, door) for door in ("rating", "decision", "decision/back", "comments")]
    return [*doors, *(f"/comments/{comment.uuid}/{door}" for door in ("edit", "delete", "resolve"))]


def test_writing_doors_refuse_to_be_read(as_ada: Client, ada: Member, image: Image) -> None:
    comment = talking.say(ada, image, "Hello")
    for address in (*writing(image, comment), "/mentions/read"):
        assert {as_ada.get(address).status_code, as_ada.put(address).status_code} == {405}
    for address in (at(image, "news"), "/review", "/review/deck", "/mentions", "/mentions/who"):
        assert as_ada.post(address).status_code == 405


def test_who_is_signed_out_is_sent_to_the_sign_in(client: Client, ada: Member, image: Image) -> None:
    comment = talking.say(ada, image, "Hello")
    for address in (*writing(image, comment), "/review", "/mentions", "/review/rules", "/mentions/who"):
        assert client.post(address)["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("wrong", [NOBODYS, "x", "1", "%00"])
def test_a_wrong_id_is_not_found(as_ada: Client, wrong: str) -> None:
    for door in ("rating", "decision", "decision/back", "comments"):
        assert post(as_ada, f"/images/{wrong}/{door}", text="x").status_code == 404
    for door in ("edit", "delete", "resolve"):
        assert post(as_ada, f"/comments/{wrong}/{door}", text="x").status_code == 404


def test_the_page_of_an_image_asks_as_often_of_much_talk_as_of_little(
    as_ada: Client, ada: Member, bob: Member, image: Image
) -> None:
    counts = []
    for more in (2, 10):
        for _ in range(more):
            first = talking.say(bob, image, "@Ada look", spot=talking.Spot(x=0.5, y=0.5))
            talking.say(ada, image, "I do", parent=first)
        with CaptureQueriesContext(connection) as made:
            as_ada.get(at(image))
        counts.append(len(made))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
