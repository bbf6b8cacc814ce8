"""What people see of a template without its lists: what varies, and which lists it asks for."""

import pytest

from studio.generation.runs import title_of
from studio.prompts.expansion import needed, outline


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("a dune", "a dune"),
        ("a {red|green} kite", "a <red, green> kite"),
        ("a {|foggy }sea", "a <–, foggy>sea"),
        ("{2$$a|{b|c}}", "<2 of a, b>"),
        ("{1-2$$a|b|c} {2-$$d|e}", "<1–2 of a, b, c> <2 or more of d, e>"),
        ("in __~people/*__ light", "in <people/*> light"),
        ("${c={red|blue}}a ${c} car", "a <c> car"),
        ("base | thick fog", "base, <thick fog>"),
        ("a dune # remember\nat dusk", "a dune \nat dusk"),
        ("a {dune", "a {dune"),
        ("old snake__case | x", "old snake__case | x"),
    ],
)
def test_a_template_is_outlined(template: str, shown: str) -> None:
    pieces = outline(template)
    assert "".join(f"<{piece.text}>" if piece.varied else piece.text for piece in pieces) == shown


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("a {red|green} kite", "A … kite"),
        ("${c={red|blue}}a ${c} car", "A … car"),
        ("__season__ light", "Light"),
        ("base | fog", "Base, …"),
    ],
)
def test_a_title_leaves_out_what_varies(template: str, title: str) -> None:
    assert title_of(template) == title


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("a dune", set()),
        ("__season__ {a|__~people/*__} | __c__", {"season", "people/*", "c"}),
        ("${x=__d__} ${y:__e__} {2$$__f__}", {"d", "e", "f"}),
        (r"\_\_season\_\_ # __gone__", set()),
        ("__season__ {", set()),
    ],
)
def test_the_lists_that_a_template_asks_for(template: str, names: set[str]) -> None:
    assert needed(template) == names
