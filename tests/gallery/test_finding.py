"""What a search may be narrowed by and go on with, how the wall is drawn; nothing private shows in it."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import facets, search, suggesting
from gallery.known import Known
from studio.accounts.models import Member
from studio.generation.access import visible_images
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import HTMX, shown, text, tiles, walk

pytestmark = pytest.mark.django_db

CANARY = "Zyzzyva"


def found(member: Member, said: str) -> list[int]:
    return search.ids(member, search.read(said), before=None, limit=100)


def counts(member: Member, said: str = "") -> dict[str, dict[str, str]]:
    asked = search.of(member, search.read(said))
    return {one.name: {choice.text: choice.count for choice in one.choices} for one in facets.of(asked)}


class TestFacets:
    """gallery.facets"""

    @pytest.mark.parametrize("said", ["", "dune"], ids=["all", "search"])
    def test_they_count_what_the_member_may_see(self, ada: Member, bob: Member, said: str) -> None:
        factories.rows(ada, ["dune"] * 3)
        factories.rows(ada, ["dune"] * 2, visibility=PRIVATE)
        factories.rows(bob, ["dune"] * 4, visibility=PRIVATE)
        assert counts(ada, said)["Member"] == {"Ada Lovelace": "5"}
        assert counts(bob, said)["Member"] == {"Bob Bauer": "4", "Ada Lovelace": "3"}
        assert counts(ada, said)["Status"] == {"Open": "5"}
        assert counts(ada, said)["Ratio"] == {"3:2": "5"}

    def test_each_leads_to_a_search_that_finds_as_many(self, ada: Member) -> None:
        factories.rows(ada, ["dune"] * 3)
        factories.image(ada, "dune")
        for said in ("", "dune"):
            asked = search.of(ada, search.read(said))
            for facet in facets.of(asked):
                for choice in facet.choices:
                    query = dict(part.split("=") for part in choice.href.partition("?")[2].split("&"))
                    assert query, facet.name

    def test_more_than_is_looked_at_says_so(self, ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
        factories.rows(ada, ["dune"] * 5)
        monkeypatch.setattr(facets, "SAMPLED", 3)
        assert counts(ada, "dune")["Member"] == {"Ada Lovelace": "3+"}

    def test_the_page_and_its_part(self, as_ada: Client, ada: Member) -> None:
        factories.rows(ada, ["dune"] * 3)
        for headers in ({}, HTMX):
            page = text(as_ada.get("/gallery/facets?q=dune", headers=headers))
            assert "Ada Lovelace" in page
            assert ("<html" in page) is not bool(headers)
            assert ("css/components/finding" in page) is not bool(headers)

    def test_who_is_signed_out_sees_none(self, client_factory: Callable[[], Client]) -> None:
        for address in ("/gallery/facets", "/gallery/suggest?q=by"):
            assert client_factory().get(address).status_code in {302, 401}

    def test_they_ask_as_often_for_many_as_for_few(self, as_ada: Client, ada: Member, bob: Member) -> None:
        made = set()
        for more in (5, 20):
            factories.rows(bob, ["dune"] * more)
            with CaptureQueriesContext(connection) as asked:
                as_ada.get("/gallery/facets?q=dune", headers=HTMX)
            made.add(len(asked))
        assert len(made) == 1


class TestFields:
    """gallery.fields, through the search"""

    def test_each_finds_its_images(self, ada: Member, bob: Member) -> None:
        small = factories.image(ada, "red dune", size=(48, 32), cost=7).pk
        tall = factories.image(bob, "blue dune", size=(32, 48), cost=42).pk
        own = factories.image(ada, "green dune", visibility=PRIVATE, cost=42).pk
        for said, expected in {
            "by:me": [own, small],
            "by:ada": [own, small],
            'by:"Bob Bauer"': [tall],
            "-by:me": [tall],
            "is:private": [own],
            "is:mine dune": [own, small],
            "cost:7": [small],
            "cost:>7": [own, tall],
            "cost:<=7": [small],
            "cost:7,42": [own, tall, small],
            "ratio:2:3": [tall],
            "ratio:landscape": [own, small],
            "size:32x48": [tall],
            "status:open": [own, tall, small],
            "-status:open": [],
            "status:approved": [],
            "rating:>=4": [],
            "is:unrated": [own, tall, small],
            "date:today": [own, tall, small],
            "date:>2001": [own, tall, small],
            "date:<2001-05": [],
            "quality:standard": [own, tall, small],
            '"red dune"': [small],
            '"dune red"': [],
            "-red": [own, tall],
            "dun*": [own, tall, small],
            "dune -is:private -ratio:2:3": [small],
        }.items():
            assert found(ada, said) == expected, said

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ("by:nobody dune", "Nobody called"),
            ("status:done dune", "There is no status"),
            ("rating:high dune", "is no number"),
            ("date:2026-13 dune", "is no date"),
            ("date:99999999999999999999 dune", "is no date"),
            ("ratio:7:1000 dune", "There is no ratio"),
            ("colour:octarine dune", "is no colour"),
            ("is:nice dune", "means nothing"),
            ("foo:bar dune", "There is no field"),
            ('dune "', "no second one"),
            ("by:>me dune", "not compared"),
            ("cost:>1,2,x dune", "more than one"),
            ("board:none dune", "no board"),
            ("tag:none dune", "no tag"),
            ("size:giant dune", "no size"),
            ("quality:best dune", "quality"),
        ],
    )
    def test_what_is_not_understood_is_told_and_the_rest_found(
        self, as_ada: Client, ada: Member, said: str, problem: str
    ) -> None:
        image = factories.image(ada, "a dune")
        factories.image(ada, "a heron")
        page = text(as_ada.get("/gallery", {"q": said}))
        assert problem in page
        assert tiles(page) == [str(image.uuid)]

    @pytest.mark.parametrize(
        "said",
        [
            *(
                '" OR 1=1',
                "NEAR(a b)",
                "a AND b",
                "words:a",
                "{words facets}: x",
                "_vt",
                "a* NOT b",
                "^a",
                "a + b",
            ),
            *(
                "'; DROP TABLE x",
                "a & b | !c",
                "<->",
                "a:*",
                "\\",
                "\x00",
                "%s %d {}",
                "_m" + "0" * 32,
                "()" * 500,
            ),
            *(
                "x" * 10_000,
                '"' * 10_000,
                "by:" * 3_000,
                "-" * 10_000,
                "cost:>" + "9" * 5_000,
                "cost:nan cost:inf",
            ),
        ],
    )
    def test_nothing_breaks_it(self, as_ada: Client, ada: Member, said: str) -> None:
        factories.image(ada, "a dune")
        for address in ("/gallery", "/gallery/facets", "/gallery/suggest"):
            assert as_ada.get(address, {"q": said}).status_code == 200

    def test_a_facets_token_is_no_word(self, ada: Member, bob: Member) -> None:
        factories.image(bob, "a heron", visibility=PRIVATE)
        for said in (f"_m{bob.pk.hex}", f'"_v{bob.pk.hex}"', "_all", "_vt"):
            assert found(ada, said) == []


class TestSuggestions:
    """gallery.suggesting"""

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("dune st", "dune status: "),
            ("status:ap", "status:approved "),
            ("by:lo", 'by:"Ada Lovelace" '),
            ("lov", 'by:"Ada Lovelace" '),
            ("-ratio:16", "-ratio:16:9 "),
            ('by:"ada l', 'by:"Ada Lovelace" '),
        ],
    )
    def test_they_go_on_with_the_last_piece(self, ada: Member, said: str, expected: str) -> None:
        factories.image(ada)
        wholes = [one.whole.rstrip() for one in suggesting.of(said, Known(ada))]
        assert expected.rstrip() in wholes

    def test_nobody_with_private_images_alone_is_suggested(
        self, as_ada: Client, member: object, bob: Member
    ) -> None:
        Member.objects.filter(pk=bob.pk).update(name=CANARY)
        factories.image(bob, f"{CANARY} at dusk", visibility=PRIVATE)
        for said in ("zy", "by:zy", "by:", "tag:zy"):
            assert CANARY not in text(as_ada.get("/gallery/suggest", {"q": said}))


class TestMarks:
    """What the search's words look like where they are found"""

    def test_they_are_marked_with_their_accents_and_case(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada, "Éclair on a <b>RED</b> plate")
        page = text(as_ada.get("/gallery?q=eclair+red"))
        assert "<mark>Éclair</mark>" in page
        assert "&lt;b&gt;<mark>RED</mark>&lt;/b&gt;" in page

    def test_a_word_far_behind_is_shown_with_what_is_around_it(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada, f"{'very ' * 60}red dune")
        assert "<mark>dune</mark>" in text(as_ada.get("/gallery?q=dune"))


class TestManner:
    """POST /gallery/manner, stacks and pages"""

    def test_runs_are_folded_into_their_newest(self, as_ada: Client, ada: Member) -> None:
        first = factories.rows(ada, ["dune", "dune", "heron"])
        second = factories.rows(ada, ["dune"] * 4)
        as_ada.post("/gallery/manner", {"stacked": "1"})
        assert shown(walk(as_ada)) == [str(second[-1].uuid), str(first[-1].uuid)]
        page = text(as_ada.get("/gallery?q=dune"))
        assert tiles(page) == [str(second[-1].uuid), str(first[1].uuid)]
        opened = text(as_ada.get("/gallery", {"q": f"run:{first[0].job.run_id}"}))
        assert tiles(opened) == [str(one.uuid) for one in reversed(first)]
        assert len(shown(walk(as_ada, "/gallery?stacks=0"))) == 7

    def test_the_tick_of_a_folded_run_means_all_of_it_that_is_found(
        self, as_ada: Client, ada: Member
    ) -> None:
        dune, heron, newest = factories.rows(ada, ["dune", "heron", "dune"])
        other = factories.rows(ada, ["dune"])[0]
        page = text(as_ada.get("/gallery?q=dune&stacks=1"))
        assert f'value="{newest.uuid}*2" aria-label="Select all 2 of this run: dune"' in page
        assert f'value="{other.uuid}" aria-label="Select: dune"' in page
        as_ada.post("/gallery/do/trash?q=dune", {"images": f"{newest.uuid}*2 {uuid4()}*3"})
        assert not visible_images(ada).filter(pk__in=[dune.pk, newest.pk]).exists()
        assert visible_images(ada).filter(pk__in=[heron.pk, other.pk]).count() == 2
        assert "2 images moved to the trash; 1 is not yours" in text(as_ada.get("/gallery"))

    def test_held_against_others_it_is_its_newest(self, as_ada: Client, ada: Member) -> None:
        *_, newest = factories.rows(ada, ["dune"] * 9)
        other = factories.rows(ada, ["dune"])[0]
        answer = as_ada.post("/gallery/compare", {"images": f"{newest.uuid}*9 {other.uuid}"})
        assert answer["Location"] == f"/compare?image={newest.uuid}&image={other.uuid}"

    def test_many_large_runs_are_one_card_each_over_all_pages(self, as_ada: Client, ada: Member) -> None:
        heads = [str(factories.rows(ada, ["dune"] * 40)[-1].uuid) for _ in range(12)]
        assert shown(walk(as_ada, "/gallery?stacks=1")) == heads[::-1]

    def test_by_pages_nothing_comes_by_itself(self, as_ada: Client, ada: Member) -> None:
        factories.rows(ada, ["dune"] * 60)
        assert 'hx-trigger="revealed"' in text(as_ada.get("/gallery"))
        assert (
            as_ada.post("/gallery/manner", {"paged": "1", "back": "/gallery?q=dune"})["Location"]
            == "/gallery?q=dune"
        )
        page = text(as_ada.get("/gallery"))
        assert 'hx-trigger="revealed"' not in page
        assert "before=" in page

    @pytest.mark.parametrize("form", [{}, {"paged": "2"}, {"stacked": "x"}, {"other": "1"}], ids=str)
    def test_nonsense_is_refused(self, as_ada: Client, form: dict[str, str]) -> None:
        assert as_ada.post("/gallery/manner", form).status_code == 400

    def test_nobody_is_led_away(self, as_ada: Client) -> None:
        for back in ("https://elsewhere.example", "//elsewhere.example", "javascript:x", "x"):
            assert as_ada.post("/gallery/manner", {"paged": "0", "back": back})["Location"] == "/gallery"


class TestPlace:
    """GET /gallery?around=…"""

    def test_the_wall_opens_around_an_image(self, as_ada: Client, ada: Member) -> None:
        made = factories.rows(ada, ["dune"] * 120)
        page = text(as_ada.get(f"/gallery?{urlencode({'q': 'dune', 'around': made[30].uuid})}"))
        there = tiles(page)
        assert there.index(str(made[30].uuid)) == 20
        assert "Newest images" in page

    def test_around_what_may_not_be_seen_it_opens_as_ever(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        hidden = factories.image(bob, visibility=PRIVATE)
        factories.rows(ada, ["dune"] * 60)
        first = tiles(text(as_ada.get("/gallery")))
        for around in (hidden.uuid, "x", "0" * 32):
            assert tiles(text(as_ada.get(f"/gallery?around={around}"))) == first
