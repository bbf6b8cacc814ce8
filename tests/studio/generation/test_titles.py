"""The name that an experiment gets from its first prompt."""

import pytest

from studio.generation.runs import TITLE_CHARACTERS, title_of


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("a quiet harbour at dusk", "A quiet harbour at dusk"),
        ("Sunset over the {sea|skyline}", "Sunset over the …"),
        ("a {red|blue} boat at {dawn|dusk}, wide view", "A … boat at …, wide view"),
        ("{red|golden} desert dunes", "Desert dunes"),
        ("{red|blue}", "Untitled"),
        ("Saturn rises.", "Saturn rises"),
        ("an unclosed {brace", "An unclosed {brace"),
        (
            "a quiet lake between hills with a migrating herd of sauropods",
            "A quiet lake between hills with a migrating herd of …",
        ),
    ],
)
def test_a_title_reads_as_words(template: str, title: str) -> None:
    assert title_of(template) == title


@pytest.mark.parametrize("template", ["long words " * 20, "x" * 300])
def test_a_title_is_short(template: str) -> None:
    assert 0 < len(title_of(template)) <= TITLE_CHARACTERS
