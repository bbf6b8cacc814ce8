"""Links for guests: who makes them, what they open, and that nothing opens without (C18)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gallery import guestlinks, linkpages
from gallery.guestlinks import Origin, Terms
from gallery.models import Board, BoardImage, Guest, GuestComment, GuestLink, GuestMark, Naming, Source
from studio.accounts.models import Event, Member
from studio.generation import trash
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db
ALL = frozenset({"star", "pick", "comment", "download"})


@pytest.fixture(autouse=True)
def _nobody_guessed_yet() -> None:
    cache.clear()


def link_to(*images: Image, origin: Origin | None = None, **terms: Any) -> tuple[GuestLink, str]:
    """Return a link of the first image's maker, and the address it opens at."""
    usual = {"title": "First round", "expires_at": timezone.now() + timedelta(days=3), "may": ALL}
    said = Terms(**{"naming": Naming.NO, **usual, **terms})
    link, secret = guestlinks.make(images[0].member, images, origin or Origin(), said)
    return link, f"/g/{secret}"


def pictures(page: Any) -> list[str]:
    """Return the addresses of the pictures of a page."""
    return list(dict.fromkeys(re.findall(r"/g/pictures/[\w:.-]+", page.content.decode())))


@pytest.fixture
def image(ada: Member) -> Image:
    return factories.image(ada, "a secret red dune")


@pytest.fixture
def guest(client_factory: Callable[[], Client]) -> Client:
    return client_factory()


class TestMaking:
    """/links/new"""

    def test_a_member_makes_one_of_what_they_see_and_is_told_the_secret_once(
        self, as_ada: Client, ada: Member, bob: Member, image: Image, guest: Client
    ) -> None:
        hidden = factories.image(bob, visibility="private")
        mine = factories.image(ada, visibility="private")
        chosen = {"images": f"{image.uuid} {hidden.uuid} {mine.uuid}"}
        page = as_ada.post("/links/new", chosen).content.decode()
        assert "1 image is left out" in page
        assert "1 of them is only yours" in page
        made = as_ada.post(
            "/links/new", chosen | {"title": "Round 1", "days": "7", "naming": "no", "may": "star"}
        )
        assert made.status_code == 201
        (address,) = set(re.findall(r"/g/[\w-]{43}", made.content.decode()))
        link = GuestLink.objects.get()
        assert address[3:] not in str(vars(link))
        assert link.items.count() == 2
        assert "2 pictures" in guest.get(address).content.decode()
        assert [event.verb for event in Event.objects.filter(subject=link.pk)] == ["link.made"]

    def test_a_password_is_kept_as_a_hash(self, image: Image) -> None:
        link, _ = link_to(image, password="open sesame")
        assert link.password.startswith("argon2") or "$" in link.password
        assert "sesame" not in link.password

    def test_of_a_board_and_what_is_taken_off_it_is_gone(
        self, as_ada: Client, ada: Member, bob: Member, image: Image, guest: Client
    ) -> None:
        board = Board.objects.create(name="Campaign", by=bob)
        for one in (image, factories.image(bob, visibility="private")):
            BoardImage.objects.create(board=board, image=one, by=bob)
        page = as_ada.get(f"/links/new?board={board.pk}").content.decode()
        assert 'value="Campaign"' in page
        assert "1 image is left out" in page
        _, address = link_to(image, origin=Origin(source=Source.BOARD, board=board.pk))
        assert len(pictures(guest.get(address))) > 0
        BoardImage.objects.filter(image=image).delete()
        assert "Nothing to see" in guest.get(address).content.decode()

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"days": "0"}, "Choose 1 to 365 days."),
            ({"days": "1e3"}, "Write a whole number"),
            ({"title": ""}, "This field is required"),
            ({"password": "short"}, "at least 6"),
            ({"naming": "perhaps"}, "valid choice"),
        ],
    )
    def test_terms_that_make_no_sense_are_said(
        self, as_ada: Client, image: Image, form: dict[str, str], sentence: str
    ) -> None:
        said = {"images": image.uuid, "title": "x", "days": "7", "naming": "no"} | form
        answer = as_ada.post("/links/new", said)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not GuestLink.objects.exists()

    @pytest.mark.parametrize("asked", ["", "?board=x", "?board=" + "0" * 32, "?image=x"])
    def test_nothing_to_show_makes_none(self, as_ada: Client, asked: str) -> None:
        answer = as_ada.get(f"/links/new{asked}")
        assert answer.status_code == (404 if "board" in asked else 200)
        assert "None of these images" in answer.content.decode() or answer.status_code == 404


class TestLooking:
    """/g/<secret>"""

    def test_guests_are_told_no_prompt_cost_or_name_of_the_team(self, image: Image, guest: Client) -> None:
        _, address = link_to(image)
        for page in (guest.get(address), guest.get(f"{address}/1")):
            text = page.content.decode()
            assert page.status_code == 200
            for secret in ("secret red dune", "14 credits", "Ada", str(image.uuid), image.token):
                assert secret not in text

    def test_but_where_the_link_says_so(self, image: Image, guest: Client) -> None:
        _, address = link_to(image, shows=frozenset({"prompts", "costs", "names"}))
        text = guest.get(address).content.decode()
        for told in ("secret red dune", "14 credits", "Ada Lovelace"):
            assert told in text

    def test_the_page_is_kept_from_search_engines_and_says_nothing_of_where_one_came_from(
        self, image: Image, guest: Client
    ) -> None:
        _, address = link_to(image)
        for path in (address, f"{address}/1", "/g/nothing", pictures(guest.get(address))[0]):
            answer = guest.get(path)
            assert "noindex" in answer["X-Robots-Tag"]
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["Cache-Control"].startswith("private")
            assert not answer.cookies

    def test_somebody_who_is_signed_in_sees_what_a_guest_sees(self, image: Image, as_ada: Client) -> None:
        _, address = link_to(image)
        answer = as_ada.get(address)
        assert "Ada" not in answer.content.decode()
        assert "Cookie" not in answer.get("Vary", "")

    def test_pictures_come_by_the_links_own_addresses(self, image: Image, guest: Client) -> None:
        _, address = link_to(image)
        shown = [*pictures(guest.get(address)), *pictures(guest.get(f"{address}/1"))]
        assert len(set(shown)) == 3
        types = {guest.get(one)["Content-Type"] for one in shown}
        assert types == {"image/webp", "image/jpeg"}
        tag = guest.get(shown[0])["ETag"]
        assert guest.get(shown[0], headers={"If-None-Match": tag}).status_code == 304

    def test_as_many_queries_for_many_pictures_as_for_few(
        self, ada: Member, guest: Client, django_assert_max_num_queries: Any
    ) -> None:
        for many in (10, 20):
            _, address = link_to(*factories.rows(ada, ["a dune"] * many))
            with django_assert_max_num_queries(5):
                assert len(pictures(guest.get(address))) == 2 * many


def closings() -> dict[str, Callable[[GuestLink], object]]:
    links = GuestLink.objects
    return {
        "expired": lambda link: links.filter(pk=link.pk).update(expires_at=timezone.now()),
        "taken back": lambda link: guestlinks.revoke(link, link.by),
        "its maker left": lambda link: Member.objects.filter(pk=link.by_id).update(is_active=False),
    }


class TestClosed:
    """Expired, taken back, guessed: one and the same page, and nothing behind it"""

    @pytest.mark.parametrize("how", ["expired", "taken back", "its maker left"])
    def test_a_closed_link_says_what_a_guessed_one_says(self, image: Image, guest: Client, how: str) -> None:
        link, address = link_to(image)
        media = pictures(guest.get(address))
        guest.post(f"{address}/1/say", {"text": "hello"})
        closings()[how](link)
        wrong = guest.get("/g/" + "A" * 43)
        for path in (address, f"{address}/1", f"{address}/images.zip", f"{address}/1/download"):
            answer = guest.get(path)
            assert (answer.status_code, answer.content) == (404, wrong.content), path
        for path in ("/1/mark", "/1/say", "/enter"):
            assert guest.post(address + path, {"text": "x", "stars": "1"}).content == wrong.content
        assert {guest.get(one).status_code for one in media} == {404}
        assert GuestComment.objects.count() == 1

    @pytest.mark.parametrize("change", ["private", "trash"])
    def test_an_image_taken_away_later_vanishes(
        self, image: Image, ada: Member, guest: Client, change: str
    ) -> None:
        link, address = link_to(image, factories.image(ada))
        media = pictures(guest.get(f"{address}/1"))
        fields: dict[str, Any] = {
            "private": {"visibility": "private"},
            "trash": {"deleted_at": timezone.now()},
        }
        Image.objects.filter(pk=image.pk).update(**fields[change])
        assert "1 picture" in guest.get(address).content.decode()
        assert guest.get(f"{address}/1").status_code == 404
        assert guest.post(f"{address}/1/say", {"text": "x"}).status_code == 404
        assert [guest.get(one).status_code for one in media] == [404] * len(media)
        assert linkpages.page(link)["hidden"] == 1

    def test_what_is_purged_takes_along_what_guests_said_of_it(self, image: Image, guest: Client) -> None:
        _, address = link_to(image)
        guest.post(f"{address}/1/mark", {"stars": "2"})
        guest.post(f"{address}/1/say", {"text": "x"})
        trash.throw([image.pk], image.member, timezone.now())
        assert trash.purge(list(Image.objects.filter(pk=image.pk))) == 1
        assert not GuestMark.objects.exists()
        assert not GuestComment.objects.exists()
        assert "Nothing to see" in guest.get(address).content.decode()

    def test_a_private_one_that_its_maker_put_in_is_shown(self, ada: Member, guest: Client) -> None:
        _, address = link_to(factories.image(ada, visibility="private"))
        assert "1 picture" in guest.get(address).content.decode()

    @pytest.mark.parametrize("signed", ["x", "a:b:c", "W10:1:x", "." * 200])
    def test_a_forged_picture_is_none(self, guest: Client, signed: str) -> None:
        assert guest.get(f"/g/pictures/{signed}").status_code == 404

    def test_a_picture_of_yesterday_is_none(
        self, image: Image, guest: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, address = link_to(image)
        media = pictures(guest.get(address))[0]
        now = timezone.now() + timedelta(hours=14)
        monkeypatch.setattr("gallery.guestpass.timezone.now", lambda: now)
        assert guest.get(media).status_code == 404

    def test_who_guesses_too_often_is_told_to_wait(self, image: Image, guest: Client) -> None:
        _, address = link_to(image)
        statuses = [guest.get(f"/g/guess-{number}").status_code for number in range(42)]
        assert statuses == [404] * 40 + [429] * 2
        assert guest.get(address).status_code == 429


class TestPassword:
    """/g/<secret>/enter"""

    def test_nothing_is_shown_before_it_and_all_after(self, image: Image, guest: Client) -> None:
        _, address = link_to(image, password="open sesame", naming=Naming.MUST)
        assert pictures(guest.get(address)) == []
        assert guest.get(f"{address}/1").status_code == 302
        assert guest.post(f"{address}/1/say", {"text": "x"}).status_code == 404
        assert guest.get(f"{address}/images.zip").status_code == 404
        wrong = guest.post(f"{address}/enter", {"password": "sesame", "name": "Kim"})
        assert (wrong.status_code, bool(wrong.cookies)) == (422, False)
        nameless = guest.post(f"{address}/enter", {"password": "open sesame"})
        assert "Write your name" in nameless.content.decode()
        right = guest.post(f"{address}/enter", {"password": "open sesame", "name": "Kim \u202e\n Park"})
        assert right.status_code == 302
        (cookie,) = right.cookies.values()
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/g/", True, "Lax")
        assert "You are Kim Park" in guest.get(address).content.decode()

    def test_five_wrong_ones_and_the_right_one_has_to_wait(self, image: Image, guest: Client) -> None:
        _, address = link_to(image, password="open sesame")
        tries = [guest.post(f"{address}/enter", {"password": f"no {n}"}).status_code for n in range(6)]
        assert tries == [422] * 5 + [429]
        assert guest.post(f"{address}/enter", {"password": "open sesame"}).status_code == 429

    def test_a_cookie_of_another_link_opens_nothing(self, image: Image, guest: Client) -> None:
        _, one = link_to(image, password="open sesame")
        guest.post(f"{one}/enter", {"password": "open sesame"})
        other, address = link_to(image, password="another one")
        (value,) = (morsel.value for morsel in guest.cookies.values())
        guest.cookies[f"studio-guest-{other.pk.hex[:12]}"] = value
        assert pictures(guest.get(address)) == []


class TestActing:
    """Stars, picks, words and downloads"""

    def test_they_are_kept_and_shown_to_the_team_at_the_image(
        self, image: Image, guest: Client, as_ada: Client, as_bob: Client
    ) -> None:
        link, address = link_to(image, naming=Naming.MAY)
        guest.post(f"{address}/enter", {"name": "Kim"})
        for form in ({"stars": "4"}, {"picked": "1"}, {"stars": "5"}):
            assert guest.post(f"{address}/1/mark", form | {"from": "wall"})["Location"] == f"{address}#n1"
        for _ in range(2):  # said twice is said once
            guest.post(f"{address}/1/say", {"text": "warmer <b>light</b>, please"})
        (one,) = linkpages.said_of(image)
        assert ([mark.stars for mark in one.stars], len(one.picks), len(one.comments)) == ([5], 1, 1)
        page = as_bob.get(f"/images/{image.uuid}").content.decode()
        assert "From guests" in page
        assert "warmer &lt;b&gt;light" in page
        page = as_ada.get(f"/links/{link.pk}").content.decode()
        assert "Picked by Kim" in page
        assert "warmer &lt;b&gt;light" in page
        assert "1 guest, 1 pick, 1 comment" in as_ada.get("/links").content.decode()
        guest.post(f"{address}/1/mark", {"stars": "0"})
        assert GuestMark.objects.get().stars is None

    def test_each_guest_has_their_own(self, image: Image, client_factory: Callable[[], Client]) -> None:
        _, address = link_to(image)
        for guest, stars in ((client_factory(), "2"), (client_factory(), "4")):
            guest.post(f"{address}/1/mark", {"stars": stars})
        assert Guest.objects.count() == 2
        assert linkpages.said_of(image)[0].mean == "3.0"

    @pytest.mark.parametrize(
        "form", [{"stars": "6"}, {"stars": "-1"}, {"stars": "x"}, {"picked": "maybe"}, {}]
    )
    def test_nonsense_changes_nothing(self, image: Image, guest: Client, form: dict[str, str]) -> None:
        _, address = link_to(image)
        assert guest.post(f"{address}/1/mark", form).status_code == 302
        assert not GuestMark.objects.exclude(stars=None, picked=False).exists()

    def test_what_the_link_does_not_allow_is_refused(self, image: Image, guest: Client) -> None:
        _, address = link_to(image, may=frozenset())
        assert guest.post(f"{address}/1/mark", {"stars": "3"}).status_code == 403
        assert guest.post(f"{address}/1/mark", {"picked": "1"}).status_code == 403
        assert guest.post(f"{address}/1/say", {"text": "x"}).status_code == 403
        assert guest.get(f"{address}/1/download").status_code == 404
        assert guest.get(f"{address}/images.zip").status_code == 404
        page = guest.get(f"{address}/1").content.decode()
        assert not re.search(r"<form|<textarea|download", page)

    def test_a_comment_that_is_too_long_is_given_back(self, image: Image, guest: Client) -> None:
        _, address = link_to(image)
        answer = guest.post(f"{address}/1/say", {"text": "x" * 2001})
        assert answer.status_code == 422
        assert "2,000 fit" in answer.content.decode()
        assert "x" * 2001 in answer.content.decode()

    def test_a_picture_without_its_file_is_said(self, image: Image, guest: Client, settings: Any) -> None:
        _, address = link_to(image)
        (settings.ORIGINALS / image.original).unlink()
        answer = guest.get(f"{address}/1/download")
        assert answer.status_code == 404
        assert "The file of this picture is missing on the server." in answer.content.decode()

    def test_downloads_are_clean_and_numbered(self, ada: Member, image: Image, guest: Client) -> None:
        from tests.gallery.test_taking import lines, unzipped

        _, address = link_to(image, factories.image(ada, "blue"))
        answer = guest.get(f"{address}/1/download?format=png&inside=recipe")
        assert answer["Content-Disposition"] == 'attachment; filename="first-round-001.png"'
        assert b"secret" not in answer.content
        files = unzipped(guest.get(f"{address}/images.zip"))
        assert set(files) == {"001.jpg", "002.jpg", "manifest.csv"}
        assert {row["prompt"] + row["credits"] + row["made by"] for row in lines(files)} == {""}


class TestLookingAfter:
    """/links"""

    def test_its_maker_and_admins_see_it_and_take_it_back(
        self, image: Image, as_ada: Client, as_bob: Client, member: MakeMember, signed_in: Any
    ) -> None:
        link, _ = link_to(image)
        as_admin = signed_in(member("owner"))
        assert [client.get(f"/links/{link.pk}").status_code for client in (as_ada, as_admin, as_bob)] == [
            200,
            200,
            404,
        ]
        assert "First round" not in as_bob.get("/links").content.decode()
        assert as_bob.post(f"/links/{link.pk}/revoke").status_code == 404
        assert as_admin.get(f"/links/{link.pk}/revoke").status_code == 405
        for _ in range(2):
            assert as_admin.post(f"/links/{link.pk}/revoke").status_code == 302
        assert "Taken back" in as_ada.get("/links").content.decode()
        assert Event.objects.filter(verb="link.revoked").count() == 1

    def test_as_many_queries_for_many_links_as_for_few(
        self, image: Image, as_ada: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(2):
            for number in range(10):
                link_to(image, title=f"Round {number}")
            with django_assert_max_num_queries(12):
                as_ada.get("/links")

    @pytest.mark.parametrize("path", ["/links", "/links/new", "/download", "/download.zip"])
    def test_somebody_signed_out_is_sent_to_the_sign_in(self, guest: Client, path: str) -> None:
        assert guest.get(path).status_code == 302
