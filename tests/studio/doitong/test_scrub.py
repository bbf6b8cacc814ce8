import pytest

from studio.doitong import Secret
from studio.doitong.scrub import LONGEST_MESSAGE, LONGEST_TEXT, Scrubber
from tests.studio.doitong.conftest import KEY

SCRUBBER = Scrubber(Secret(KEY))


@pytest.mark.parametrize("padding", range(LONGEST_MESSAGE - 35, LONGEST_MESSAGE + 1))
def test_a_message_is_scrubbed_before_it_is_cut(padding: int) -> None:
    message = SCRUBBER.message("x" * padding + KEY) or ""
    assert KEY[:4] not in message
    assert len(message) <= LONGEST_MESSAGE


@pytest.mark.parametrize("padding", range(LONGEST_TEXT - 35, LONGEST_TEXT + 1))
def test_an_excerpt_is_scrubbed_before_it_is_cut(padding: int) -> None:
    text = SCRUBBER.excerpt("x" * padding + KEY[::-1])
    assert KEY[::-1][:4] not in text
    assert len(text.encode()) <= LONGEST_TEXT


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "", "  ", "\0\x1b", "\u200b"])
def test_what_says_nothing_is_no_message(value: object) -> None:
    assert SCRUBBER.message(value) is None


def test_a_tree_keeps_its_shape() -> None:
    tree = {"a": [1, 2.5, None, True, {f"is {KEY}": f"{KEY}\0\ud800"}]}
    assert SCRUBBER.tree(tree) == {"a": [1, 2.5, None, True, {"is ••••": "••••?"}]}


def test_an_empty_secret_scrubs_nothing() -> None:
    assert Scrubber(Secret("")).text("abc") == "abc"
