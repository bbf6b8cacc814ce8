"""The doors of the gallery: works, who may, wrong methods, bad ids, said twice, htmx and plain."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gallery import queries
from studio.accounts.models import Member
from studio.generation.models import Draft, Image, Job
from tests.gallery import factories
from tests.gallery.factories import PRIVATE, TEAM
from tests.gallery.reading import HTMX, headings, text, tiles

pytestmark = pytest.mark.django_db

NOBODYS = "0b5c1d3e-7f7a-4f5a-9a57-2f6a3c1d9e10"
IDS = ("x", "1", "..", NOBODYS[:-1], f"{NOBODYS}x", "%00", NOBODYS)
UNSAFE = ("post", "put", "patch", "delete")


def part(client: Client, address: str) -> str:
    return text(client.get(address, headers=HTMX))


class TestWall:
    """GET /gallery"""

    def test_it_shows_the_teams_images_and_ones_own(self, as_ada: Client, ada: Member, bob: Member) -> None:
        own = factories.image(ada, "a private harbour", visibility=PRIVATE)
        theirs = factories.image(bob, "a heron in the reeds")
        page = text(as_ada.get("/gallery"))
        assert tiles(page) == [str(theirs.uuid), str(own.uuid)]
        assert f'href="/images/{theirs.uuid}"' in page
        assert f'src="{theirs.rendition(512)}"' in page
        assert "<span>Bob Bauer, 14 credits</span>" in page
        assert headings(page) == ["Today"]

    def test_until_it_has_renditions_an_image_is_seen_by_its_original(
        self, as_ada: Client, ada: Member
    ) -> None:
        image = factories.image(ada, rendered_at=None)
        page = text(as_ada.get("/gallery"))
        assert f'src="/images/{image.uuid}/original"' in page
        assert image.token not in page

    def test_it_marks_the_private_ones_with_an_icon_and_a_word(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada)
        assert "#lock" not in text(as_ada.get("/gallery")).partition('id="grid"')[2].partition("<form ")[0]
        factories.image(ada, visibility=PRIVATE)
        wall = text(as_ada.get("/gallery")).partition('id="grid"')[2]
        assert wall.count('#lock"></use></svg><span>Only me</span>') == 1

    def test_it_says_what_to_do_where_nothing_is_yet(self, as_ada: Client) -> None:
        page = text(as_ada.get("/gallery"))
        assert "No images yet" in page
        assert "Nothing found" not in page

    def test_it_says_so_where_nothing_is_found(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada)
        page = text(as_ada.get("/gallery?q=zebra"))
        assert "Nothing found" in page
        assert tiles(page) == []

    def test_past_the_end_it_leads_back(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada)
        page = text(as_ada.get("/gallery?before=1&q=dune"))
        assert "Nothing older" in page
        assert 'href="/gallery?q=dune">Newest images' in page

    def test_htmx_gets_the_next_page_alone_and_a_plain_browser_the_whole(
        self, as_ada: Client, ada: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE", 2)
        made = factories.rows(ada, ["one", "two", "three"])
        address = f"/gallery?before={made[1].pk}"
        assert "<html" in text(as_ada.get(address))
        assert "<html" not in part(as_ada, address)
        assert tiles(part(as_ada, address)) == tiles(text(as_ada.get(address))) == [str(made[0].uuid)]
        assert "HX-Request" in as_ada.get(address)["Vary"]  # a part is never taken for the page

    def test_htmx_gets_the_whole_of_a_search(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada)
        page = part(as_ada, "/gallery?q=dune")
        assert 'id="grid"' in page  # hx-select takes it out
        assert len(tiles(page)) == 1

    def test_the_side_says_where_one_is(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada)
        for address, name in (
            ("/gallery", "All images"),
            ("/gallery?mine=1", "Mine"),
            ("/gallery?private=1", "Only me"),
            (f"/gallery?member={ada.pk}", "Ada Lovelace"),
        ):
            side = text(as_ada.get(address)).partition('aria-label="Views"')[2].partition("</nav>")[0]
            current = [item for item in side.split("<a ") if 'aria-current="page"' in item]
            assert [name in item for item in current] == [True]


class TestImage:
    """GET /images/<uuid>"""

    def test_it_shows_the_picture_its_recipe_and_its_cost(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada, "a red dune at dusk", size=(60, 40))
        began = timezone.now()
        Job.objects.filter(pk=image.job_id).update(
            created_at=began,
            sent_at=began + timedelta(seconds=3),
            completed_at=began + timedelta(seconds=20),
            remote_id="abc123",
        )
        page = text(as_ada.get(f"/images/{image.uuid}"))
        assert f'src="/images/{image.uuid}/original" alt="a red dune at dusk" width="60" height="40"' in page
        for name, value in (
            ("Size", "60 × 40, 3:2"),
            ("Cost", "14 credits"),
            ("Took", "17 s, 3 s in line"),
            ("Doitong’s id", "abc123"),
        ):
            assert f"<dt>{name}</dt><dd>{value}" in page
        assert f'href="/runs/{image.job.run_id}"' in page
        assert "Only me</button>" in page

    def test_img_10_a_size_other_than_asked_for_is_said(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada, size=(60, 40))
        Job.objects.filter(pk=image.job_id).update(width=1024, height=768)
        assert "<dt>Asked for</dt><dd>1024 × 768</dd>" in text(as_ada.get(f"/images/{image.uuid}"))

    def test_a_cost_that_nobody_confirmed_is_not_made_up(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada, cost=None)
        assert "<dt>Cost</dt><dd>not confirmed</dd>" in text(as_ada.get(f"/images/{image.uuid}"))

    def test_a_colleague_sees_it_without_what_is_the_makers(self, as_bob: Client, ada: Member) -> None:
        image = factories.image(ada, "a red dune")
        image.job.run.template = "a {red|secret} dune"
        image.job.run.save()
        page = text(as_bob.get(f"/images/{image.uuid}"))
        assert "a red dune" in page
        assert "secret" not in page
        assert "/runs/" not in page
        assert f"/images/{image.uuid}/visibility" not in page

    def test_its_neighbours_are_those_of_the_list_it_was_opened_from(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        first = factories.image(ada, "dune one")
        factories.image(ada, "a harbour")
        middle = factories.image(bob, "dune two")
        factories.image(bob, "dune of another", visibility=PRIVATE)
        last = factories.image(ada, "dune three")
        page = text(as_ada.get(f"/images/{middle.uuid}?q=dune"))
        assert f'href="/images/{last.uuid}?q=dune" rel="prev"' in page
        assert f'href="/images/{first.uuid}?q=dune" rel="next"' in page
        assert f'href="/gallery?q=dune&amp;around={middle.uuid}#image-{middle.uuid}"' in page
        assert 'rel="prev"' not in text(as_ada.get(f"/images/{last.uuid}"))
        assert 'rel="next"' not in text(as_ada.get(f"/images/{first.uuid}"))


class TestVisibility:
    """POST /images/<uuid>/visibility"""

    def say(self, client: Client, image: Image, wanted: str, **headers: str) -> int:
        answer = client.post(f"/images/{image.uuid}/visibility", {"visibility": wanted}, headers=headers)
        return answer.status_code

    def test_the_maker_hides_it_and_shows_it_again(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        for wanted, sentence in (
            (PRIVATE, "Only you see it now."),
            (PRIVATE, "Only you see it now."),  # said twice
            (TEAM, "Everybody in the team sees it now."),
        ):
            answer = as_ada.post(f"/images/{image.uuid}/visibility", {"visibility": wanted})
            assert (answer.status_code, answer["Location"]) == (302, f"/images/{image.uuid}")
            assert sentence in text(as_ada.get(f"/images/{image.uuid}"))
            image.refresh_from_db()
            assert image.visibility == wanted

    def test_htmx_gets_the_section_alone_and_a_sentence_to_say(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        answer = as_ada.post(f"/images/{image.uuid}/visibility", {"visibility": PRIVATE}, headers=HTMX)
        section = text(answer)
        assert section.strip().startswith('<section class="stack" aria-labelledby="h-seen" id="visibility"')
        assert 'data-say="Only you see it now."' in section
        assert 'value="team"' in section
        assert "csrfmiddlewaretoken" in section

    def test_a_colleagues_image_is_not_ones_to_hide(self, as_bob: Client, ada: Member) -> None:
        image = factories.image(ada)
        assert self.say(as_bob, image, PRIVATE) == 403
        image.refresh_from_db()
        assert image.visibility == TEAM

    @pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin", "owner"])
    def test_anothers_private_image_is_not_there_for_any_role(
        self, signed_in: Callable[[Member], Client], member: Callable[..., Member], ada: Member, role: str
    ) -> None:
        image = factories.image(ada, visibility=PRIVATE)
        assert self.say(signed_in(member(role)), image, TEAM) == 404
        image.refresh_from_db()
        assert image.visibility == PRIVATE

    @pytest.mark.parametrize("wanted", ["", "TEAM", "link", "private ", "public", "x" * 300, "0"])
    def test_what_is_neither_is_refused_in_words(self, as_ada: Client, ada: Member, wanted: str) -> None:
        image = factories.image(ada)
        answer = as_ada.post(f"/images/{image.uuid}/visibility", {"visibility": wanted})
        assert answer.status_code == 400
        assert "choose one of them" in text(answer)
        image.refresh_from_db()
        assert image.visibility == TEAM

    def test_no_other_field_is_taken(self, as_ada: Client, ada: Member, bob: Member) -> None:
        image = factories.image(ada)
        more = {"member": str(bob.pk), "prompt": "other", "cost": "0", "token": "x" * 32}
        as_ada.post(f"/images/{image.uuid}/visibility", {"visibility": PRIVATE, **more})
        after = Image.objects.get(pk=image.pk)
        assert (after.member, after.prompt, after.cost) == (ada, image.prompt, 14)
        assert after.token != "x" * 32

    def test_without_a_token_of_the_page_it_is_refused(self, ada: Member) -> None:
        image = factories.image(ada)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(ada)
        assert self.say(strict, image, PRIVATE) == 403
        image.refresh_from_db()
        assert image.visibility == TEAM


class TestRemix:
    """POST /images/<uuid>/remix, the gallery's way into Explore"""

    def test_a_colleagues_recipe_becomes_ones_draft(self, as_bob: Client, bob: Member, ada: Member) -> None:
        image = factories.image(ada, "a red dune")
        answer = as_bob.post(f"/images/{image.uuid}/remix")
        draft = Draft.objects.get(member=bob)
        assert (answer.status_code, answer["Location"]) == (302, f"/?draft={draft.pk}")
        assert draft.fields["template"] == "a red dune"

    def test_anothers_private_recipe_does_not(self, as_bob: Client, ada: Member) -> None:
        image = factories.image(ada, visibility=PRIVATE)
        assert as_bob.post(f"/images/{image.uuid}/remix").status_code == 404
        assert not Draft.objects.exists()


def doors(image: Image) -> tuple[str, ...]:
    """Return every address that only reads and asks who one is."""
    return ("/gallery", f"/images/{image.uuid}", f"/images/{image.uuid}/original")


def test_a_head_is_answered_as_a_get_without_a_body(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    for address in (*doors(image), image.rendition(256)):
        answer = as_ada.head(address)
        assert answer.status_code == 200
        assert answer.content == b""
        assert answer["Content-Type"] == as_ada.get(address)["Content-Type"]


def test_who_is_signed_out_is_sent_to_the_sign_in(client: Client, ada: Member) -> None:
    image = factories.image(ada)
    for address in (*doors(image), f"/images/{image.uuid}/visibility", f"/images/{image.uuid}/remix"):
        for answer in (client.get(address), client.post(address, {"visibility": PRIVATE})):
            assert (answer.status_code, answer["Location"]) == (302, f"/sign-in?next={address}")
    image.refresh_from_db()
    assert image.visibility == TEAM


def test_who_has_left_is_signed_out_at_once(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    Member.objects.filter(pk=ada.pk).update(is_active=False)
    assert {as_ada.get(address).status_code for address in doors(image)} == {302}


def test_reading_doors_refuse_to_be_written_to(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    for address in (*doors(image), image.rendition(512)):
        assert {getattr(as_ada, method)(address).status_code for method in UNSAFE} == {405}


def test_writing_doors_refuse_to_be_read(as_ada: Client, ada: Member) -> None:
    image = factories.image(ada)
    for door in ("visibility", "remix"):
        for method in ("get", "head", "put", "patch", "delete"):
            assert getattr(as_ada, method)(f"/images/{image.uuid}/{door}").status_code == 405


@pytest.mark.parametrize("wrong", IDS)
def test_a_wrong_id_is_not_found(as_ada: Client, wrong: str) -> None:
    for address in (f"/images/{wrong}", f"/images/{wrong}/original"):
        assert as_ada.get(address).status_code == 404
    for door in ("visibility", "remix"):
        assert as_ada.post(f"/images/{wrong}/{door}", {"visibility": PRIVATE}).status_code == 404


class TestPicture:
    """GET /pictures/<token>/<size>.webp: public, by a name that cannot be guessed"""

    @pytest.mark.parametrize("size", [512, 256, 128])
    def test_who_has_the_name_gets_the_picture(self, client: Client, ada: Member, size: int) -> None:
        answer = client.get(factories.image(ada, visibility=PRIVATE).rendition(size))
        body = answer.content
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert body[8:12] == b"WEBP"
        assert "immutable" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("size", ["513", "0", "512.0", "-128", "٥١٢", "1024", "original"])
    def test_other_sizes_are_not_there(self, client: Client, ada: Member, size: str) -> None:
        token = factories.image(ada).token
        assert client.get(f"/pictures/{token}/{size}.webp").status_code == 404

    def test_other_names_are_not_there(self, client: Client, ada: Member) -> None:
        token = factories.image(ada).token
        for wrong in (token[:-1], f"{token}x", token[::-1], token.swapcase(), "a" * 32, ""):
            assert client.get(f"/pictures/{wrong}/512.webp").status_code == 404
        assert client.get(f"/pictures/{token}/").status_code == 404
