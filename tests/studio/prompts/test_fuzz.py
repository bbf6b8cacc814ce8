"""Whatever is typed is read or refused with a sentence, and what is counted is what is made (A5, A9)."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studio.prompts.binding import bind
from studio.prompts.expansion import expand, outline, reading
from studio.prompts.grammar import MOST_CHARACTERS, PromptError, escape, parse
from studio.prompts.wheels import Image
from tests.studio.prompts.given import (
    EXAMPLES,
    LISTS,
    checked,
    fuzzed,
    prompts,
    refusal,
    templates,
    whole_templates,
)

MOST = 2_000
SIGNS = (
    "{ } | $$ 2$$ 1-2$$ __ __season__ __~season__ __colours*__ __people__ __clothes(season=dawn)__ ${c=red} "
    "${c} ${c={a|b}} ${d:x} # a b , 0.5:: ~ @ ! \\ \\{"
)
likely = st.text(alphabet="ab1 ,{}{}||$$__~!@#:=-()*\\\n.", max_size=60)
pieces = st.lists(st.sampled_from([*SIGNS.split(), " ", "\n"]), max_size=14).map("".join)


@fuzzed
@given(st.text(max_size=60) | likely | pieces)
def test_a5_any_text_is_read_or_refused_at_a_character_of_it_with_a_sentence(template: str) -> None:
    error = refusal(template)
    outline(template)
    if error:
        assert 0 <= error.position <= len(template)
        assert error.sentence.endswith((".", "?")) or "\\" in error.sentence
        assert error.expected


@settings(max_examples=max(1_000, EXAMPLES))
@given(templates | whole_templates)
def test_a9_the_number_counted_is_the_number_made(template: str) -> None:
    counted = expand(template, most=0, lists=LISTS)
    assume(counted.variations and counted.count <= MOST)  # else it is refused
    made = expand(template, most=MOST, lists=LISTS)
    checked(made)
    assert len({one.prompt for one in made.variations}) <= made.count <= counted.count
    assert counted.variations == made.variations[: len(counted.variations)]
    assert len(counted.variations) == 20 or len(made.variations) < 20 or counted.count > 200


@fuzzed
@given(templates)
def test_a9_any_combination_can_be_read_by_its_number(template: str) -> None:
    row = bind(parse(template), LISTS)
    assume(row.count <= MOST)
    bare = [row.read(number, Image()) for number in range(row.count)]
    assume(any(one is not None for one in bare))
    read = [reading(template, number, lists=LISTS) for number in range(row.count)]
    assert [one is None for one in bare] == [one is None for one in read]
    if "~" not in template and "@" not in template:
        assert list(dict.fromkeys(one for one in read if one is not None)) == prompts(template, MOST)


@fuzzed
@given(templates, st.integers(0, 2**31), st.integers(1, 4))
def test_a8_what_is_drawn_changes_neither_the_number_nor_the_picks(
    template: str, draw: int, each: int
) -> None:
    counted = expand(template, most=0, lists=LISTS)
    assume(counted.variations and counted.count <= MOST)
    one = expand(template, most=MOST, lists=LISTS)
    other = expand(template, most=MOST, lists=LISTS, draw=draw, each=each)
    assert [variation.picks for variation in one.variations] == [
        variation.picks for variation in other.variations
    ]
    again = expand(template, most=MOST, lists=LISTS, draw=draw, each=each)
    for first, second in zip(other.variations, again.variations, strict=True):
        assert [first.take(image) for image in range(each)] == [second.take(image) for image in range(each)]
        assert first.take(0) == first.prompt


@fuzzed
@given(st.text(alphabet="ab {}|\\$_#,.é~@!:()*-\n", max_size=60) | st.text(max_size=60))
def test_an_escaped_text_stands_for_itself(text: str) -> None:
    assume("\0" not in text and len(text) < MOST_CHARACTERS // 2)
    assert prompts(escape(text)) == [" ".join(text.split())]


@fuzzed
@given(templates)
def test_a_brace_too_many_is_refused_where_it_stands(template: str) -> None:
    with pytest.raises(PromptError) as opened:
        parse("{" + template)
    assert opened.value.position == 0
    with pytest.raises(PromptError) as closed:
        parse(template + "}")
    assert closed.value.position == len(template)
