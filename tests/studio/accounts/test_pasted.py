"""Odd keys are refused with a sentence that does not repeat them; a mask shows four signs at most."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.accounts.errors import NotAKey
from studio.accounts.pasted import read_key
from tests.studio.accounts.conftest import KEY

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="\"'`")
ODD = {
    "nothing": ("", "Paste"),
    "blanks": ("   \t ", "Paste"),
    "short": ("abc12", "too short"),
    "long": ("k" * 257, "too long"),
    "ten kilobytes": ("k" * 10_240, "too long"),
    "double quotes": (f'"{KEY}"', "quotes"),
    "single quotes": (f"'{KEY}'", "quotes"),
    "curly quotes": (f"“{KEY}”", "quotes"),
    "a blank inside": (f"{KEY[:9]} {KEY[9:]}", "blank"),
    "a line break inside": (f"{KEY[:9]}\n{KEY[9:]}", "line break"),
    "a carriage return": (f"{KEY[:9]}\r{KEY[9:]}", "line break"),
    "a NUL": (f"{KEY[:9]}\0{KEY[9:]}", "characters"),
    "an escape": (f"\x1b[31m{KEY}", "characters"),
    "an umlaut": (f"{KEY}ü", "characters"),
    "a zero-width space": (f"{KEY}\u200b", "characters"),
    "a lone surrogate": (f"{KEY}\ud800", "characters"),
    "a header": (f"Bearer {KEY}", "whole header"),
    "another header": (f"X-API-Key: {KEY}", "whole header"),
}


@pytest.mark.parametrize(("text", "word"), ODD.values(), ids=ODD)
def test_key_07_an_odd_key_is_refused_and_not_repeated(text: str, word: str) -> None:
    with pytest.raises(NotAKey) as refused:
        read_key(text)
    assert word in refused.value.sentence
    assert KEY[:6] not in refused.value.sentence
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("text", [KEY, f"  {KEY}\n", f"\t{KEY}\r\n", "sbx_free"])
def test_what_the_clipboard_brings_along_is_taken_off(text: str) -> None:
    assert read_key(text).reveal() == text.strip()


@settings(max_examples=1000, database=None)
@given(st.text(VISIBLE, min_size=5, max_size=253).map(lambda text: f"dk_{text}"))
def test_key_10_a_mask_shows_the_last_four_of_a_long_key_and_nothing_of_a_short_one(text: str) -> None:
    secret = read_key(text)
    assert secret.last4 == (text[-4:] if len(text) >= 20 else "")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}"):
        assert not fives(text) & fives(shown)


def fives(text: str) -> set[str]:
    """Every five signs in a row."""
    return {text[i : i + 5] for i in range(len(text) - 4)}
