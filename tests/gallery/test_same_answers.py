"""The same rows and the same search give the same answer on every database: that of plain Python (C3).

Nothing here knows which database is under it; run on each set-up (`tests.setups`), it shows them equal.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery import cards, descent, search, tokens
from gallery.query import Words
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories
from tests.gallery.factories import PRIVATE, TEAM

pytestmark = pytest.mark.django_db

PROMPTS = (
    "A red dune at dusk",
    "a red heron, red reeds",
    "dusk at a RED dune",
    "reddish dunes; 50% grey sky",
    "a snake_case mural of the dune_sea",
    "back\\slash and 'quoted' \"twice\"",
    "Éclair sur le quai",
    "ÉCLAIR & éclat, café",
    "ЗИМНИЙ лес",
    "zimniy les at dusk 2026",
    "東京の夜 at dusk",
    "grüne Straße im Nebel",
    "\U0001d400\U0001d401 letters of mathematics",  # capitals that only taking them apart shows
    "ab and ａｂ, wide and narrow",
    "",
)
WORDS = sorted({word for prompt in PROMPTS for word in prompt.split()})
FIELDS = (
    "is:mine",
    "is:private",
    "is:team",
    "by:bob",
    "by:me",
    "cost:14",
    "cost:>20",
    "cost:<=20",
    "size:768x512",
)
SIGNS = ("%", "_", "\\", "'", ";", "&")
FEW = 3  # small enough that every way to an answer is gone

type Fits = Callable[[Image], bool]


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """Return a word as people write it: whole or a piece of one, in any case, quoted, begun, excluded."""
    word = draw(st.sampled_from(WORDS))
    start = draw(st.integers(0, len(word) - 1))
    word = draw(st.sampled_from([word, word[: start + 1], word[start:], word.upper(), word.lower()]))
    written = draw(st.sampled_from(["{}", "{}", "{}", "{}*", '"{}"', "-{}", "-{}*"]))
    return written.format(word.replace('"', ""))


@st.composite
def phrases(draw: st.DrawFn) -> str:
    """Return words that stand together in a prompt, quoted, or a piece of that."""
    said = draw(st.sampled_from([prompt for prompt in PROMPTS if prompt])).replace('"', "").split()
    start = draw(st.integers(0, len(said) - 1))
    return draw(st.sampled_from(['"{}"', '-"{}"'])).format(" ".join(said[start : start + 3]))


FIELDED = st.tuples(st.sampled_from(["", "-"]), st.sampled_from(FIELDS)).map("".join)
QUESTIONS = st.lists(pieces() | pieces() | phrases() | FIELDED | st.sampled_from(SIGNS), max_size=4).map(
    " ".join
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Images, newest first, and who asks for them."""

    ada: Member
    bob: Member
    images: Sequence[Image]

    def answer(self, asker: Member, said: str) -> list[int]:
        """Return the ids that a search must find, newest first: the first step that finds anything."""
        query = search.read(said)
        seen = [one for one in self.images if one.visibility == TEAM or one.member_id == asker.pk]
        fields = [self._field(name, asker) for name in said.split() if name.removeprefix("-") in FIELDS]
        minus = [_spoken(word, more=False) for word in query.words if word.minus]
        left = [one for one in seen if all(fits(one) for fits in fields) and not any(no(one) for no in minus)]
        for step in self._steps(query):
            found = [one.pk for one in left if all(fits(one) for fits in step)]
            if found:
                return found
        return []

    def _steps(self, query: search.Query) -> Iterator[list[Fits]]:
        wanted = query.wanted
        only_signs = bool(query.signs) and not query.words and not query.fields
        if not only_signs:
            yield [_spoken(word, more=False) for word in wanted]
        if any(not word.whole for word in wanted):
            yield [_spoken(word, more=not word.whole) for word in wanted]
        if only_signs or any(not word.whole for word in wanted):
            raws = [*(word.raw for word in wanted), *(query.signs if only_signs else ())]
            newest = {one.pk for one in self.images[: search.LOOKED_THROUGH]}
            yield [lambda one: one.pk in newest, *map(_spelled, raws)]

    def _field(self, name: str, asker: Member) -> Fits:
        fits: dict[str, Fits] = {
            "is:mine": lambda one: one.member_id == asker.pk,
            "by:me": lambda one: one.member_id == asker.pk,
            "by:bob": lambda one: one.member_id == self.bob.pk,
            "is:private": lambda one: one.visibility == PRIVATE,
            "is:team": lambda one: one.visibility == TEAM,
            "cost:14": lambda one: one.cost == 14,
            "cost:>20": lambda one: (one.cost or 0) > 20,
            "cost:<=20": lambda one: one.cost is not None and one.cost <= 20,
            "size:768x512": lambda one: (one.width, one.height) == (768, 512),
        }
        fit = fits[name.removeprefix("-")]
        return (lambda one: not fit(one)) if name.startswith("-") else fit


def _spoken(word: Words, *, more: bool) -> Fits:
    """Return whether a prompt holds these words next to each other; `more`: the last may go on."""
    asked, goes_on = word.tokens, (more or word.start) and len(word.tokens[-1]) > 1

    def fits(image: Image) -> bool:
        there = tokens.words(image.prompt)
        parts = (there[at : at + len(asked)] for at in range(len(there) - len(asked) + 1))
        return any(
            part[:-1] == [*asked[:-1]]
            and (part[-1].startswith(asked[-1]) if goes_on else part[-1] == asked[-1])
            for part in parts
        )

    return fits


def _spelled(raw: str) -> Fits:
    """Return whether a prompt holds these letters in a row."""
    return lambda image: raw.casefold() in image.prompt.casefold()


@pytest.fixture
def shelf(ada: Member, bob: Member) -> Shelf:
    for maker in (ada, bob):
        for visibility in (TEAM, PRIVATE):
            made = factories.rows(maker, list(PROMPTS), visibility=visibility)
            dear = [one.pk for one in made[::3]]
            Image.objects.filter(pk__in=dear).update(cost=42)
            cards.refresh(dear)
    return Shelf(ada, bob, list(Image.objects.order_by("-pk")))


def walked(asked: search.Search, by: int) -> list[int]:
    """Return all that is found, page by page."""
    found: list[int] = []
    while part := asked.ids(found[-1] if found else None, by):
        found += part
    return found


@pytest.mark.parametrize("few", [None, FEW], ids=["as it is", "every way"])
def test_a_search_finds_what_plain_python_finds(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, few: int | None
) -> None:
    if few:
        monkeypatch.setattr(descent, "FEW", few)
        monkeypatch.setattr(descent, "NEAR", 0)
        monkeypatch.setattr(search, "MOST_WORDS", few)
        monkeypatch.setattr(search, "LOOKED_THROUGH", few * len(PROMPTS))

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(said=QUESTIONS, by=st.integers(1, 70), data=st.data())
    def same(said: str, by: int, data: st.DataObject) -> None:
        asker = data.draw(st.sampled_from([shelf.ada, shelf.bob]))
        query, expected = search.read(said), shelf.answer(asker, said)
        assert walked(search.of(asker, query), by) == expected
        assert search.count(asker, query) == len(expected)
        assert sorted(search.matching(asker, query).values_list("pk", flat=True)) == sorted(expected)
        if expected:
            at = data.draw(st.integers(0, len(expected) - 1))
            near = search.neighbours(asker, query, expected[at])
            assert near.newer == (expected[at - 1] if at else None)
            assert near.older == (expected[at + 1] if at + 1 < len(expected) else None)

    same()
