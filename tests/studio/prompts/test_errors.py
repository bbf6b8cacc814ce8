"""A template that cannot be read: the character, what was expected there, and a sentence that helps (A5)."""

import pytest

from studio.prompts.expansion import expand
from studio.prompts.grammar import PromptError
from tests.studio.prompts.given import LISTS, Given, prompts, refusal


@pytest.mark.parametrize(
    ("template", "position", "expected", "says"),
    [
        ("a {red|green", 2, "}", "this { is never closed"),
        ("a red} b", 5, "words", "this } closes nothing"),
        ("{a|{b}", 0, "}", "this { is never closed"),
        ("{" * 21 + "a" + "}" * 21, 20, "words", "more than 20 braces"),
        ("x" * 4_001, 4_000, "the end", "4,001 characters: a template may have 4,000"),
        ("a\0b", 1, "words", "cannot be part of a prompt"),
        ("{two$$a|b}", 4, "words", "a number right behind the {"),
        ("{a|b$$c}", 4, "words", "For dollars write"),
        ("{1234567$$a|b}", 1, "a smaller number", "that many"),
        ("{1-30$$a|b} {20-21$$__long__}", 12, "a smaller number", "21 at once: 20 are the most"),
        ("{-1::a|b}", 1, "a weight", "a weight is a number"),
        ("{1000001::a|b}", 1, "a weight", "from 0 to 1,000,000"),
        ("{1,5::gold|iron}", 1, "a weight", "as in {0.5::a|b}. For words write \\::"),
        ("{a| 1e3::b}", 4, "a weight", "a weight is a number"),
        ("a {nan::a|b}", 3, "a weight", "a weight is a number"),
        ("{-Infinity::a|b}", 1, "a weight", "a weight is a number"),
        ("{50%::a|1/2::b}", 1, "a weight", "a weight is a number"),
        ("{1 000::a|b}", 1, "a weight", "a weight is a number"),
        ("{2$$0x1::a|b}", 4, "a weight", "a weight is a number"),
        ("a __comma__", 2, "a weight", "in __comma__, entry 2 (“1,5::gold”): character 1: a weight is"),
        ("a __minus__", 2, "a weight", "in __minus__, entry 1 (“ -2::gold”): character 2: a weight is"),
        ("{0::a|0::b}", 0, "a weight above 0", "more than 0"),
        ("in __season light", 3, "__", "does not end"),
        ("in ____ light", 3, "a list’s name", "cannot be the name"),
        ("in __a&b__ light", 3, "a list’s name", "“a&b” cannot be"),
        ("in __season(light)__", 3, "variable=words", "(season=winter)"),
        ("in __season(a=b__", 3, "__", "does not end"),
        ("in __seson__", 3, "a list’s name", "Did you mean “season”?"),
        ("in __weather__", 3, "a list’s name", "no word list “weather”. Make it"),
        ("in __zoo/*__", 3, "a list’s name", "like “zoo/*”"),
        ("in __none__", 3, "a list with entries", "“none” is empty"),
        ("${c} sky", 0, "a variable that has a value", "c has no value"),
        ("a ${} sky", 2, "a variable’s name", "a variable is written"),
        ("a ${c", 2, "a variable’s name", "a variable is written"),
        ("a ${c=red sky", 2, "}", "never closed"),
        ("${c=red|blue}", 7, "}", "braces of their own"),
        ("{a|${c=red}}", 3, "words", "outside braces"),
        ("${c=red}${c=blue}", 8, "another name", "from character 1"),
        ("${a=${b}} ${b=${a}} ${a}", 0, "words", "a → b → a"),
        ("${a=x ${a}} ${a}", 0, "words", "a → a"),
        ("a dune |", 7, "words", "nothing follows this bar"),
        ("a dune | | fog", 7, "words", "nothing follows this bar"),
        ("a __loop__", 2, "lists without a circle", "loop → around → loop"),
        ("a __broken__", 2, "}", "in __broken__, entry 2 (“{oops”): character 1: this {"),
        (
            "a __breaks__",
            2,
            "}",
            "in __breaks__, entry 1 (“x __broken__”): character 3: in __broken__, entry 2",
        ),
        ("a __heavy__", 2, "__", "in __heavy__, entry 1 (“2::b __c”): character 6"),
        ("${c=__nope__} __clothed__", 4, "a list’s name", "Character 5: there is no word list “nope”"),
    ],
)
def test_an_error_names_its_character_and_what_was_expected(
    template: str, position: int, expected: str, says: str
) -> None:
    lists = {
        **LISTS.lists,
        "loop": ("x", "__around__"),
        "around": ("__loop__",),
        "broken": ("fine", "{oops"),
        "breaks": ("x __broken__",),
        "heavy": ("2::b __c", "3::d"),
        "none": (),
        "comma": ("tin", "1,5::gold"),
        "minus": (" -2::gold", "tin"),
        "long": tuple(f"word {number}" for number in range(30)),
        "clothed": ("in ${c}",),
    }
    error = refusal(template, Given(lists))
    assert error is not None
    assert (error.position, error.expected) == (position, expected)
    assert says in error.sentence
    assert error.sentence.startswith(("Character ", "4,001 "))
    assert str(error) == error.sentence


def test_the_same_words_in_every_pick_are_refused() -> None:
    error = refusal("{3$${a|b}|{b|a}|{{a|b}}}")
    assert error is not None
    assert error.sentence.startswith("Every variation picks the same words twice.")


def test_a_variation_that_no_prompt_could_hold_is_refused() -> None:
    lists = Given({"page": ["word " * 700, "other " * 600]})
    error = refusal("__page__ and __page__", lists)
    assert error is not None
    assert "A variation would have 7,003 characters" in error.sentence
    assert refusal("__page__", lists) is None


@pytest.mark.parametrize(
    "words",
    [
        "$5 and 5$",
        "a_b",
        "_a_",
        "100 %",
        "a@b.c ~ !",
        "3::4",
        "a $$ b",
        "C#",
        "#1",
        "a #ff8800 sky",
        "(a:1.2)",
        "1,5::4",
    ],
)
def test_what_begins_no_syntax_is_words(words: str) -> None:
    assert prompts(words) == [words]


@pytest.mark.parametrize(
    "words",
    ["see::this", "::this", "nano::tech", "info::a", "a 1,5::b", "12:30", "no. 5::b", "e3::b", "v2::x"],
)
def test_what_looks_like_no_number_is_no_weight(words: str) -> None:
    assert prompts(f"{{{words}|b}}") == [words, "b"]
    assert prompts("__list__", lists=Given({"list": [words, "b"]})) == [words, "b"]


def test_what_looks_like_a_weight_is_words_behind_a_backslash() -> None:
    assert prompts(r"{1,5\::gold|b}") == ["1,5::gold", "b"]
    assert prompts("__list__", lists=Given({"list": [r"1,5\::gold", "b"]})) == ["1,5::gold", "b"]


def test_the_error_is_a_value_error_for_whoever_knows_no_better() -> None:
    with pytest.raises(ValueError, match="Character 1"):
        expand("{", most=1)
    assert issubclass(PromptError, ValueError)
