"""What changed between two prompts, word by word (A20, A25)."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.prompts.worddiff import Part, diff

WORDS = st.lists(st.sampled_from(["red", "blue", "fox", ",", " ", "  ", "\n", "it's", "é", "🦊"])).map(
    "".join
)


def told(a: str, b: str) -> str:
    """Write a diff as people do: [-removed-]{+added+}."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[part.kind].format(part.text) for part in diff(a, b))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", ""),
        ("a fox", "a fox", "a fox"),
        ("", "a fox", "{+a fox+}"),
        ("a fox", "", "[-a fox-]"),
        ("a red fox", "a blue fox", "a [-red-]{+blue+} fox"),
        ("a fox", "a red fox", "a {+red +}fox"),
        ("a fox in fog", "a fox", "a fox[- in fog-]"),
        ("red fox, fog", "red fox, rain", "red fox, [-fog-]{+rain+}"),
        ("old oak, dawn", "new elm, dusk", "[-old oak, dawn-]{+new elm, dusk+}"),
        ("it's a fox", "it’s a fox", "[-it's-]{+it’s+} a fox"),
        ("a fox fox", "a fox", "a fox[- fox-]"),
        ("Red", "red", "[-Red-]{+red+}"),
        ("under a clear sky", "under a {full moon|clear sky}", "under a {+{full moon|+}clear sky{+}+}"),
        ("sky, lone", "sky}, one lone", "sky{+}+},{+ one+} lone"),
    ],
)
def test_a_change_is_told_by_whole_words(a: str, b: str, expected: str) -> None:
    assert told(a, b) == expected


@given(WORDS | st.text(max_size=60), WORDS | st.text(max_size=60))
def test_both_texts_are_whole_in_their_diff(a: str, b: str) -> None:
    parts = diff(a, b)
    assert "".join(part.text for part in parts if part.kind != "added") == a
    assert "".join(part.text for part in parts if part.kind != "removed") == b


@given(WORDS, WORDS)
def test_no_two_neighbours_are_of_one_kind_and_none_is_empty(a: str, b: str) -> None:
    parts = diff(a, b)
    assert all(part.text for part in parts)
    assert all(one.kind != other.kind for one, other in pairwise(parts))


@given(WORDS)
def test_a_text_and_itself_have_one_part_at_most(text: str) -> None:
    assert diff(text, text) == ([Part(kind="same", text=text)] if text else [])


def test_ten_thousand_characters_of_two_words_take_no_second() -> None:
    a = "ha ho " * 1_600
    b = "ho ho ha " * 1_100
    began = time.perf_counter()
    diff(a, b)
    assert time.perf_counter() - began < 1
