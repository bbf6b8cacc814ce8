"""Word lists written out: the same prompts without a list's name (A19)."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.prompts.expansion import expand, needed
from studio.prompts.flattening import flat
from studio.prompts.grammar import MOST_CHARACTERS

ENTRIES = st.sampled_from(
    [
        *(
            "oak",
            "a | b",
            "{red|blue} elm",
            "~fir",
            "2$$pine",
            "x # y",
            "__tree__",
            r"\{ash\}",
            "50% birch",
            "$5",
        ),
        *("2::yew", r"1\::1", r"1,5\::1", "3::2::rowan", r"{1\::1|\~5}", r"{\@a|4::1,5\::b}", r"{2\$\$a|b}"),
    ]
)


class Book:
    """Lists out of a mapping."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        self.known = known

    def entries(self, name: str) -> Sequence[str] | None:
        return self.known.get(name)

    def names(self) -> Sequence[str]:
        return list(self.known)


TREES = Book({"tree": ["oak", "elm"], "wood": ["a __tree__", "moss"], "long": ["x" * 50] * 100})


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a __tree__", "a {oak|elm}"),
        ("a {__~tree__|fir} # __tree__", "a {{~oak|elm}|fir} # __tree__"),
        ("__wood__, lit", "{a {oak|elm}|moss}, lit"),
        ("a __rock__", "a __rock__"),
        ("a __long__", "a __long__"),
        ("plain, words", "plain, words"),
    ],
)
def test_a_list_becomes_its_choice_and_all_else_stays(template: str, expected: str) -> None:
    assert flat(template, TREES) == expected


@given(st.lists(ENTRIES, min_size=1, max_size=6), st.sampled_from(["", "!"]))
def test_it_means_the_same_prompts_in_the_same_order(entries: list[str], mode: str) -> None:
    lists = Book({"list": entries, "tree": ["oak", "elm"]})
    template = f"a __{mode}list__ by {{night|__tree__}}"
    written = flat(template, lists)
    assert needed(written) == frozenset()
    assert len(written) <= MOST_CHARACTERS
    before, after = (expand(one, lists=lists, most=500) for one in (template, written))
    assert [one.prompt for one in after.variations] == [one.prompt for one in before.variations]
