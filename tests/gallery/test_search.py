"""Searching the wall: what an address asks for, and what is found. All words, and signs as they are."""

from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gallery.filters import MOST_CHARACTERS, MOST_WORDS, Filters, read
from studio.accounts.models import Member
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import shown, text, tiles, walk

ADDRESSES = st.builds(
    Filters,
    words=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=MOST_CHARACTERS).map(
        lambda words: " ".join(words.split())
    ),
    member=st.none() | st.uuids(),
    mine=st.booleans(),
    private=st.booleans(),
)


class TestAddress:
    """gallery.filters: an address into a filter and back"""

    @given(ADDRESSES)
    def test_a_filter_goes_into_an_address_and_comes_back(self, filters: Filters) -> None:
        assert read(dict(parse_qsl(filters.query.removeprefix("?")))) == filters

    @given(st.dictionaries(st.sampled_from(["q", "member", "mine", "private"]), st.text(max_size=400)))
    def test_no_address_is_refused(self, asked: dict[str, str]) -> None:
        filters = read(asked)
        assert len(filters.words) <= MOST_CHARACTERS
        assert len(filters.terms) <= MOST_WORDS
        assert "\0" not in filters.words

    def test_nothing_asked_is_no_address(self) -> None:
        assert Filters().query == ""
        assert not Filters().any

    def test_more_is_added_to_what_is_asked(self) -> None:
        assert Filters(words="a b", mine=True).with_query(before=7) == "?q=a+b&mine=1&before=7"

    def test_other_images_keep_the_words(self) -> None:
        member = uuid4()
        assert Filters(words="a", mine=True).only(member=member) == Filters(words="a", member=member)

    @pytest.mark.parametrize("wrong", ["", "x", "1", "me", "..", "\0", "9" * 400])
    def test_a_member_that_is_none_is_left_out(self, wrong: str) -> None:
        assert read({"member": wrong}).member is None

    @pytest.mark.parametrize("spelling", ["{}", "{{{}}}", "urn:uuid:{}"])
    def test_a_member_is_the_same_in_every_spelling(self, spelling: str) -> None:
        member = UUID("0b5c1d3e-7f7a-4f5a-9a57-2f6a3c1d9e10")
        assert read({"member": spelling.format(str(member).upper())}).member == member


def found(client: Client, words: str) -> list[str]:
    return shown(walk(client, "/gallery?" + urlencode({"q": words})))


@pytest.mark.django_db
class TestFound:
    """GET /gallery?q=…"""

    PROMPTS = (
        "A Red dune at dusk",
        "a red heron",
        "50% grey sky",
        "a snake_case mural",
        "back\\slash",
        'it\'s "quoted"',
        "Éclair sur le quai",
        "ЗИМНИЙ лес",
    )

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("red", [0, 1]),
            ("RED", [0, 1]),
            ("red dune", [0]),
            ("dusk RED", [0]),  # in any order
            ("  red   dusk  ", [0]),
            ("red\tdusk\n", [0]),
            ("re du", [0]),
            ("red nothing", []),
            ("%", [2]),
            ("0%", [2]),
            ("%%", []),
            ("r%d", []),
            ("_", [3]),
            ("e_c", [3]),
            ("r_d", []),
            ("\\", [4]),
            ("k\\s", [4]),
            ("'", [5]),
            ('"', [5]),
            ("' OR 1=1 --", []),
            ("éclair", [6]),
            ("ÉCLAIR", [6]),
            ("зимний", [7]),
            ("Зимний ЛЕС", [7]),
        ],
    )
    def test_all_words_must_occur_as_they_are_written(
        self, as_ada: Client, ada: Member, words: str, expected: list[int]
    ) -> None:
        made = factories.rows(ada, list(self.PROMPTS))
        assert found(as_ada, words) == [str(made[index].uuid) for index in reversed(expected)]

    @pytest.mark.parametrize("words", ["", " ", "\0", "\0\0 \0", "\t\n"], ids=repr)
    def test_nothing_said_finds_everything(self, as_ada: Client, ada: Member, words: str) -> None:
        factories.rows(ada, ["dune"] * 3)
        assert len(found(as_ada, words)) == 3

    @pytest.mark.parametrize(
        "words",
        [
            "x" * 10_000,
            "x " * 5_000,
            "%" * 10_000,
            "\0" * 10_000,
            "é" * 10_000,
            "\U0001f3d4" * 3_000,
            "dune\0",
        ],
        ids=["long", "many", "signs", "nuls", "accents", "hills", "nul"],
    )
    def test_no_words_break_the_wall(self, as_ada: Client, ada: Member, words: str) -> None:
        factories.rows(ada, ["dune"])
        assert as_ada.get("/gallery", {"q": words}).status_code == 200

    def test_a_nul_parts_words(self, as_ada: Client, ada: Member) -> None:
        factories.rows(ada, ["dune at dusk"])
        assert len(found(as_ada, "dune\0dusk")) == 1

    def test_bytes_that_are_no_text_do_not_break_the_wall(self, as_ada: Client) -> None:
        assert as_ada.get("/gallery?q=%ff%fe%C0%80").status_code == 200

    def test_a_search_goes_on_from_page_to_page(self, as_ada: Client, ada: Member) -> None:
        made = factories.rows(ada, [f"{'dune' if number % 2 else 'heron'} {number}" for number in range(180)])
        assert found(as_ada, "dune") == [str(one.uuid) for one in reversed(made) if "dune" in one.prompt]

    def test_the_filters_narrow_one_another(self, as_ada: Client, ada: Member, bob: Member) -> None:
        own = factories.image(ada, "own dune")
        hidden = factories.image(ada, "hidden dune", visibility=PRIVATE)
        theirs = factories.image(bob, "their dune")
        for asked, expected in (
            ("", [theirs, hidden, own]),
            ("mine=1", [hidden, own]),
            ("private=1", [hidden]),
            (f"member={bob.pk}", [theirs]),
            (f"member={ada.pk}&q=own", [own]),
            (f"member={bob.pk}&mine=1", []),
            (f"member={bob.pk}&private=1", []),
            (f"member={uuid4()}", []),
            ("mine=yes", [theirs, hidden, own]),
        ):
            assert tiles(text(as_ada.get(f"/gallery?{asked}"))) == [str(one.uuid) for one in expected]

    def test_the_page_keeps_what_was_asked(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        page = text(as_ada.get(f"/gallery?q=red+dune&member={ada.pk}"))
        assert f'name="q" value="red dune by:{ada.pk}"' in page  # an old address, in today's language
        assert f'href="/images/{image.uuid}?q=red+dune&amp;member={ada.pk}"' in page
        assert 'href="/gallery?q=red+dune"' in page  # the chip's: without its field
        assert "<b>Ada Lovelace</b>" in page
        assert 'class="chip" href="/gallery"' in page
