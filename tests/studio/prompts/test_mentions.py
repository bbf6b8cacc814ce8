r"""Which lists a text asks for, and which a name means (A7)."""

import pytest

from studio.prompts.mentions import matching, mentioned

NAMES = ["animals", "animals/cats", "animals/cats/big", "season", "zoo/animals/cats"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fox", []),
        ("a __season__ fox", ["season"]),
        ("__season__ and __season__", ["season"]),
        ("__~hair__ __!pose__ __@day__", ["hair", "pose", "day"]),
        ("{a|__animals/cats__} in __folder/*__, __**/x__", ["animals/cats", "folder/*", "**/x"]),
        (r"a \__season__ fox", []),
        ("__ __", []),
        ("__clothes(season=winter)__ and __a & b__", ["clothes"]),
    ],
)
def test_a_text_asks_for_lists(text: str, expected: list[str]) -> None:
    assert mentioned(text) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("season", ["season"]),
        ("seas", []),
        ("animals/*", ["animals/cats"]),
        ("animals/**", ["animals/cats", "animals/cats/big"]),
        ("**/cats", ["animals/cats", "zoo/animals/cats"]),
        ("**/animals", ["animals"]),
        ("*", ["animals", "season"]),
        ("s*n", ["season"]),
        ("seas?n", ["season"]),
        ("animals?cats", []),
    ],
)
def test_a_name_means_lists(asked: str, expected: list[str]) -> None:
    assert matching(asked, NAMES) == expected
