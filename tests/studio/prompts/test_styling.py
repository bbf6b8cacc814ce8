r"""A style around a template: where `{prompt}` stands, else after a comma (A18)."""

import pytest

from studio.prompts import styling


@pytest.mark.parametrize(
    ("style", "template", "expected"),
    [
        ("", "a fox", "a fox"),
        ("  ", "a fox", "a fox"),
        ("watercolour", "a fox", "a fox, watercolour"),
        ("watercolour", "", "watercolour"),
        ("watercolour of {prompt}, soft", "a fox", "watercolour of a fox, soft"),
        ("{prompt} and {prompt}", "a fox", "a fox and a fox"),
        ("{oil|ink} of {prompt}", "a {red|blue} fox", "{oil|ink} of a {red|blue} fox"),
        (r"the word \{prompt\}", "a fox", r"a fox, the word \{prompt\}"),
        ("ink", "a fox | fog | neon", "a fox, ink | fog | neon"),
        ("ink of {prompt}, fine", "a fox | fog", "ink of a fox, fine | fog"),
        ("ink", "a {fox|owl}", "a {fox|owl}, ink"),
        ("ink", r"a fox \| owl", r"a fox \| owl, ink"),
        ("ink", "a fox # mine", "a fox, ink"),
        ("ink", "a fox # | no part\n in fog | neon", "a fox \n in fog, ink | neon"),
        ("{prompt} in ink", "# a note {\na #ff8800 fox", "a #ff8800 fox in ink"),
        ("ink", r"a fox \# \{ | fog", r"a fox \# \{, ink | fog"),
        ("ink", "| fog", "ink | fog"),
    ],
)
def test_a_style_goes_around_the_base(style: str, template: str, expected: str) -> None:
    assert styling.apply(style, template) == expected
