"""The language of prompts: what unfolds, what is counted, what is refused and where."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.prompts.expansion import Expansion, expand
from studio.prompts.grammar import PromptError


def prompts(template: str) -> list[str]:
    return [variation.prompt for variation in expand(template, most=1000).variations]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a dune", ["a dune"]),
        (
            "a {red|green} {balloon|kite}",
            ["a red balloon", "a red kite", "a green balloon", "a green kite"],
        ),
        ("{a|b {c|d}} e", ["a e", "b c e", "b d e"]),
        ("a {foggy |}harbour", ["a foggy harbour", "a harbour"]),
        ("{a|a|b}", ["a", "b"]),
        (r"a \{plain\} \| brace \\ here", [r"a {plain} | brace \ here"]),
        ("a | b", ["a", "a, b"]),
        ("C:\\temp", ["C:\\temp"]),
        ("{one}", ["one"]),
    ],
)
def test_a_template_unfolds_in_a_fixed_order_without_duplicates(template: str, expected: list[str]) -> None:
    assert prompts(template) == expected


def test_each_variation_says_what_was_picked() -> None:
    picks = [variation.picks for variation in expand("{a|b} and {c|d {e|f}}", most=10).variations]
    assert picks == [("a", "c"), ("a", "d e"), ("a", "d f"), ("b", "c"), ("b", "d e"), ("b", "d f")]


@pytest.mark.parametrize(
    ("template", "position"),
    [
        ("a {red|green", 2),
        ("a red} b", 5),
        ("{a|{b}", 0),
        ("${c} sky", 0),
        ("in __season__ light", 3),
        ("{" * 21 + "a" + "}" * 21, 20),
    ],
)
def test_an_error_names_its_character(template: str, position: int) -> None:
    with pytest.raises(PromptError) as caught:
        expand(template, most=1)
    assert caught.value.position == position
    assert caught.value.sentence.endswith(".")


def test_a_thousand_million_combinations_are_counted_and_not_built() -> None:
    template = " ".join(["{a|b|c|d|e|f|g|h|i|j}"] * 9)
    started = time.process_time()
    found = expand(template, most=400)
    assert time.process_time() - started < 5  # building them would take an hour
    assert (found.count, found.built, len(found.variations)) == (10**9, False, 20)


words = st.text(alphabet="abc ,", min_size=0, max_size=4)
templates = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(lambda options: "{" + "|".join(options) + "}")
        | st.lists(inner, min_size=1, max_size=3).map("".join)
    ),
    max_leaves=8,
)


@given(templates)
def test_the_number_counted_is_the_number_built(template: str) -> None:
    found = expand(template, most=100_000)
    assert found.count == len(found.variations) == len(set(prompts_of(found)))
    assert found.count <= expand(template, most=0).count


def prompts_of(found: Expansion) -> list[str]:
    return [variation.prompt for variation in found.variations]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(template: str) -> None:
    assert (refusal(template) or (0, "none"))[0] <= len(template)


def refusal(template: str) -> tuple[int, str] | None:
    try:
        expand(template, most=100)
    except PromptError as error:
        return error.position, error.sentence
    return None
