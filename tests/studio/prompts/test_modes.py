"""Random, every combination, in order: chosen per list and per choice, and drawn per image (A8, A11, A14)."""

from collections import Counter

import pytest

from studio.prompts.expansion import Expansion, Variation, expand
from tests.studio.prompts.given import LISTS, Given, prompts


def one(template: str, draw: int = 1, lists: Given = LISTS) -> Variation:
    [variation] = expand(template, most=10, draw=draw, lists=lists).variations
    return variation


def images(template: str, count: int, draw: int = 1, lists: Given = LISTS) -> list[str]:
    variation = one(template, draw, lists)
    return [variation.take(number) for number in range(count)]


def test_a8_all_outfits_by_all_poses_with_random_hair_cost_outfits_by_poses() -> None:
    lists = Given(
        {"outfits": ["coat", "suit"], "poses": ["standing", "sitting", "running"], "hair": ["r", "s"]}
    )
    found = expand("__outfits__, __poses__, __~hair__ hair", most=100, lists=lists)
    assert found.count == 2 * 3
    assert {variation.picks for variation in found.variations} == {
        (outfit, pose) for outfit in lists.lists["outfits"] for pose in lists.lists["poses"]
    }
    assert {prompt.split()[-2] for prompt in prompts_of(found)} <= {"r", "s"}


def prompts_of(found: Expansion) -> list[str]:
    return [variation.prompt for variation in found.variations]


def test_a8_a_random_part_draws_anew_for_each_image_and_the_same_from_the_same_number() -> None:
    drawn = images("{~a|b|c|d|e|f|g|h}", 12)
    assert len(set(drawn)) > 2
    assert drawn == images("{~a|b|c|d|e|f|g|h}", 12)
    assert drawn != images("{~a|b|c|d|e|f|g|h}", 12, draw=2)


def test_a8_if_all_is_random_there_is_one_variation() -> None:
    assert expand("{~a|b} __~season__ {~2$$x|y|z}", most=100, lists=LISTS).count == 1


def test_a8_in_order_turns_by_the_images_number() -> None:
    assert images("{@a|b|c}", 5) == ["a", "b", "c", "a", "b"]
    assert images("__@flavours__", 4) == ["chocolate", "vanilla", "strawberry", "chocolate"]
    assert images("{@2$$a|b}", 3) == ["a, b", "b, a", "a, b"]
    assert images("{@a|{b|c}}", 4) == ["a", "b", "c", "a"]


@pytest.mark.parametrize(("each", "second"), [(1, "y b"), (2, "y a"), (3, "y b")])
def test_a8_in_order_goes_on_from_one_variation_to_the_next(each: int, second: str) -> None:
    found = expand("{x|y} {@a|b}", most=10, each=each)
    assert prompts_of(found) == ["x a", second]
    assert [found.variations[0].take(image) for image in (0, 1)] == ["x a", "x b"]


def test_a6_weights_count_where_it_is_random() -> None:
    drawn = Counter(images("{~9::often|1::seldom|0::never}", 400))
    assert drawn["often"] > 5 * drawn["seldom"] > 0
    assert drawn["never"] == 0
    assert prompts("{9::often|0::never}") == ["often", "never"]


def test_a6_weights_of_entries_count_too() -> None:
    drawn = Counter(
        images("__~weighted__", 300, lists=Given({"weighted": ["9::red", "1::blue", "0::{a|b}"]}))
    )
    assert drawn["red"] > 4 * drawn["blue"] > 0
    assert set(drawn) == {"red", "blue"}


def test_a6_several_at_random_are_never_the_same_twice() -> None:
    for drawn in images("{~2-3$$a|b|{c|a}|0.1::d}", 200):
        picked = drawn.split(", ")
        assert len(set(picked)) == len(picked)
        assert 1 <= len(picked) <= 3


def test_a6_several_at_random_come_in_every_number_that_was_asked_for() -> None:
    assert {len(drawn.split(", ")) for drawn in images("{~1-3$$a|b|c|d}", 100)} == {1, 2, 3}


@pytest.mark.parametrize("template", ["{~{!a|b}|{c|d}}", "{~__!season__|__season__}", "{@{!a|b}|c}"])
def test_a8_every_combination_has_no_meaning_within_what_is_drawn(template: str) -> None:
    assert expand(template, most=10, lists=LISTS).count == 1


def test_a8_random_within_order_and_order_within_random() -> None:
    assert {drawn[0] for drawn in images("{@{~a|b}|c}", 20)[::2]} == {"a", "b"}
    assert set(images("{@{~a|b}|c}", 20)[1::2]) == {"c"}
    assert {drawn for drawn in images("{~x {@a|b}|y}", 20) if drawn != "y"} == {"x a", "x b"}


def test_a8_a_mark_may_be_spelt_out_as_a_word() -> None:
    assert prompts(r"{\@home|away}") == ["@home", "away"]
    assert prompts(r"{\~5|\!|1\::1}") == ["~5", "!", "1::1"]


def test_a8_a_pick_that_holds_something_random_is_named_with_an_ellipsis() -> None:
    found = expand("{a {~x|y}|b} dune", most=10)
    assert [variation.picks for variation in found.variations] == [("a …",), ("b",)]
    assert found.axes[0].options == ("a …", "b")


def test_two_parts_that_are_drawn_alike_are_two_variations_and_one_said_twice_is_one() -> None:
    assert expand("{a|a}{~x|y}", most=10).count == 1
    assert expand("{a {~x|y}|a {~x|y}}", most=10).count == 2


def test_a11_a_variable_is_picked_once_for_each_image() -> None:
    assert prompts("${c={red|blue}}a ${c} car, ${c} sky") == ["a red car, red sky", "a blue car, blue sky"]
    for drawn in images("${c={~red|blue|green}}a ${c} car, ${c} sky", 30):
        assert drawn.split()[1] == drawn.split()[3]
    assert len(set(images("${c={~red|blue|green}}${c}", 30))) == 3


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("${c} first ${c={red|blue}}", ["red first", "blue first"]),
        ("${c={red|blue}} never used", ["never used"]),
        ("${a={x|y}}${b=${a} z}${b} ${a}", ["x z x", "y z y"]),
        ("${c:{a|b}} ${c:{a|b}}", ["a a", "b b"]),
        ("${c?=red} ${c}", ["red"]),
        ("${c=red}${c?=blue} ${c}", ["red"]),
        ("${c={red|blue}} {${c} x|y}", ["red x", "y", "blue x"]),
        ("${c={red|blue}} __clothed__", ["in red", "in blue"]),
        ("${c={red|blue}} __clothed(c=green)__", ["in green"]),
        ("__owns__", ["in teal, teal"]),
        ("${c=red} __owns__ ${c}", ["in teal, teal red"]),
        ("${c=red} __keeps__", ["in red"]),
        ("__keeps__", ["in grey"]),
        ("${c={red|blue}}{~${c} x|${c} x}", ["red x", "blue x"]),
        ("${ c = {red|blue} } ${ c }", ["red", "blue"]),
        ("__both(c=red)__", ["red x", "red y"]),
        ("{a|__both(c=red)__}", ["a", "red x", "red y"]),
        ("__both(c=red, d=z)__ __both(c=teal)__", ["red z teal x", "red z teal y"]),
    ],
)
def test_a11_what_a_variable_stands_for(template: str, expected: list[str]) -> None:
    lists = {
        "clothed": ["in ${c}"],
        "both": ["${c} ${d:{x|y}}"],
        "owns": ["${c=teal}in ${c}, ${c}"],
        "keeps": ["${c?=grey}in ${c}"],
    }
    assert prompts(template, lists=Given(lists)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("base | fog | neon", ["base", "base, neon", "base, fog", "base, fog, neon"]),
        ("a dune,| fog", ["a dune", "a dune, fog"]),
        ("{a|b} | {fog|rain}", ["a", "a, fog", "a, rain", "b", "b, fog", "b, rain"]),
        ("{a|b | c}", ["a", "b", "c"]),
        (r"base \| fog", ["base | fog"]),
        ("base # x | y\n | fog", ["base", "base, fog"]),
        ("__barred__", ["a | b"]),
    ],
)
def test_a14_a_part_behind_a_bar_is_on_or_off(template: str, expected: list[str]) -> None:
    assert prompts(template, lists=Given({"barred": ["a | b"]})) == expected


def test_a14_the_parts_are_the_heads_of_the_grid() -> None:
    found = expand("base | thick fog | neon", most=10)
    assert [(axis.label, axis.options) for axis in found.axes] == [
        ("thick fog", ("", "thick fog")),
        ("neon", ("", "neon")),
    ]
    assert expand("base | " + " | ".join("abcdef"), most=100).count == 2**6
