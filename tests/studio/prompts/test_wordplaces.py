"""Words are found where they are words, never within what the language means (A12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.prompts.grammar import parse, signs
from studio.prompts.syntax import PromptError
from studio.prompts.wordplaces import places, replaced


@pytest.mark.parametrize(
    ("template", "word", "found"),
    [
        ("red redwood, red", "red", "X redwood, X"),
        ("__season__ and season", "season", "__season__ and X"),
        ("__season__ and season", "__season__", "X and season"),
        ("__~ big season__ or season", "__~ big season__", "X or season"),
        ("a {red|blue} one", "red", "a {X|blue} one"),
        ("a {red|{blue|2::teal}} one", "{blue|2::teal}", "a {red|X} one"),
        ("a {red|blue} one", "{red|blue} one", "a X"),
        (r"c:\d", "d", r"c:\X"),
        (r"a \{fox\} fox", r"\{fox\}", "a X fox"),
        ("a.b axb", "a.b", "X axb"),
        ("été en été", "été", "X en X"),
        ("a fox # a fox\nand fox", "fox", "a X # a fox\nand X"),
        ("{2$$2 foxes|cat} 2", "2", "{2$$X foxes|cat} X"),
        ("{1-2$$ and $$fox|cat} and", "and", "{1-2$$ X $$fox|cat} X"),
        ("{2::fox|2|3 :: 3}", "2", "{2::fox|X|3 :: 3}"),
        ("{2::fox|2|3 :: 3}", "3", "{2::fox|2|3 :: X}"),
        ("${c=c car} ${c} ${d:c} c", "c", "${c=X car} ${c} ${d:X} X"),
        ("a fox | a fox", "a fox", "X | X"),
        ("{red fox", "red", "{X fox"),
    ],
)
def test_a_word_is_replaced_where_it_stands_alone(template: str, word: str, found: str) -> None:
    assert places(template, word)
    assert replaced(template, word, "X") == found


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("redwood", "red"),
        ("a", ""),
        ("__season__", "season"),
        ("__big season__", "big"),
        ("__clothes(season=winter)__", "season"),
        ("a red fox # fox sly", "sly"),
        ("a red {2$$fox|cat|dog}", "2"),
        ("a red {2$$fox|cat|dog}", "$$fox"),
        ("a red {2$$fox|cat|dog}", "fox|cat"),
        ("a {0.5::fox|cat}", "5"),
        ("a {0.5::fox|cat}", "0.5"),
        ("a {red|blue} one", "blue} one"),
        ("a {red|blue} one", "|"),
        ("a fox | fog", "fox | fog"),
        ("a ${fur=red} ${fur}", "fur"),
        (r"\{fox\}", "{fox"),
        ("{~fox|cat}", "~fox"),
    ],
)
def test_a_part_of_a_word_or_of_what_the_language_means_is_no_word(template: str, word: str) -> None:
    assert not places(template, word)
    assert replaced(template, word, "X") == template


def test_what_replaces_a_word_is_taken_as_it_is_written() -> None:
    assert replaced("a dune", "dune", r"\1 \g<0> $") == r"a \1 \g<0> $"


@given(st.text(st.sampled_from("ab 12{}|$_#:~\\=.\n"), max_size=40))
def test_without_its_signs_a_template_is_but_words(template: str) -> None:
    try:
        parse(template)
    except PromptError:
        return
    found = signs(template)
    words = [c for at, c in enumerate(template) if not any(one.start <= at < one.end for one in found)]
    assert not {"{", "}", "|"} & set(words)
    assert all(0 <= one.begins <= one.start <= one.end <= one.ends <= len(template) for one in found)
