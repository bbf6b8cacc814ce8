"""docs/prompting.md tells the truth: an example makes the prompts, or the error, that stand below it."""

import re

import pytest

from studio.prompts.expansion import expand
from tests.studio.prompts.given import Given, refusal
from tests.test_docs import ROOT

PAGE = (ROOT / "docs" / "prompting.md").read_text()
BLOCKS = PAGE.split("```")[1::2]  # `lists` begins the block of the word lists
EXAMPLES = [re.split(r"\n(?=[→✗])", block.strip("\n")) for block in BLOCKS if block.startswith("\n")]
[KEPT] = [block.removeprefix("lists\n").strip() for block in BLOCKS if block.startswith("lists\n")]
BARS = re.compile(r" \| ")
LISTS = Given(
    {name: BARS.split(words) for name, _, words in (line.partition(": ") for line in KEPT.splitlines())}
)


def test_every_block_of_the_page_is_tried() -> None:
    assert len(BLOCKS) == len(EXAMPLES) + 1 > 15
    assert all(len(example) > 1 for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0][:30])
def test_an_example_makes_what_stands_below_it(example: list[str]) -> None:
    template, *told = example
    lines = [line[2:] for line in told]
    if told[0].startswith("✗"):
        assert [str(refusal(template, LISTS))] == lines
        return
    made = [variation.prompt for variation in expand(template, most=100, lists=LISTS).variations]
    assert len(made) == len(lines)
    for prompt, line in zip(made, lines, strict=True):
        assert re.fullmatch(re.escape(line).replace("…", r"\w+"), prompt), (prompt, line)
