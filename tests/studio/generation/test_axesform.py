"""What may be typed for an axis, what it means, and the sentence where it means nothing (A12)."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from studio.generation.axes import Axis, Kind
from studio.generation.axesform import AxesForm, fields_of, fields_of_run
from studio.generation.axisreading import READERS, Around, AxisError, Typed, read
from studio.generation.capabilities import DOITONG
from studio.generation.sizes import SHAPES, SIZES
from studio.prompts import saved
from studio.prompts.expansion import expand
from studio.prompts.models import Style
from studio.prompts.wordplaces import replaced
from tests.studio.generation.rows import a_member


class Words:
    """The team's lists, in a hand."""

    def entries(self, name: str) -> tuple[str, ...] | None:
        return {
            "season": ("spring", "autumn"),
            "metal": ("2::gold", "0::iron", "x | y", "tin # cheap", "~zinc", "{bright|dull} brass"),
            "many": tuple(str(n) for n in range(101)),
        }.get(name)

    def names(self) -> tuple[str, ...]:
        return ("season", "many")


AROUND = Around(
    template="a red dune in __~season__",
    shape=SHAPES["3x2"],
    size=SIZES["1k"],
    lists=Words(),
    provider=DOITONG,
)


def axis(kind: Kind, values: str, word: str = "") -> Axis:
    return read(Typed(kind=kind, word=word, values=values), AROUND)


def pairs(one: Axis) -> list[tuple[str, str]]:
    return [(place.label, place.does) for place in one.places]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("dune\nsea, calm\n\nfjord", ["dune", "sea, calm", "fjord"]),
        ("dune | sea, calm|fjord", ["dune", "sea, calm", "fjord"]),
        ("dune, sea ,fjord,", ["dune", "sea", "fjord"]),
        ("{red, blue} dune, sea", ["{red, blue} dune", "sea"]),
        ("{red|blue} dune|sea", ["{red|blue} dune", "sea"]),
    ],
)
def test_values_are_parted_by_lines_bars_or_commas(values: str, found: list[str]) -> None:
    assert list(axis(Kind.REPLACE, values, "dune").labels) == found


def test_a_dash_takes_the_word_out() -> None:
    assert pairs(axis(Kind.REPLACE, "red, -", "red")) == [("red", "red"), ("–", "")]


def test_without_a_word_the_first_value_is_replaced() -> None:
    found = axis(Kind.REPLACE, "red, blue")
    assert (found.word, found.label, found.labels) == ("red", "red", ("red", "blue"))


def test_a_list_takes_the_place_that_the_prompt_has_for_it_or_a_word() -> None:
    assert axis(Kind.LIST, "season").word == "__~season__"
    assert axis(Kind.LIST, "__season__", "red").word == "red"
    assert pairs(axis(Kind.LIST, "season")) == [("spring", "spring"), ("autumn", "autumn")]


def test_an_entry_is_said_on_an_axis_as_the_list_would_say_it_in_the_prompt() -> None:
    found = axis(Kind.LIST, "metal", "red")
    assert found.labels == ("gold", "iron", "x | y", "tin", "~zinc", "{bright|dull} brass")
    said = [expand(replaced("{a|b} red", "red", place.does), most=20) for place in found.places]
    assert [one.variations[0].prompt for one in said] == [
        *("a gold", "a iron", "a x | y", "a tin", "a ~zinc", "a bright brass")
    ]
    assert [one.count for one in said] == [2, 2, 2, 2, 2, 4]
    within = expand(replaced("{red|b}", "red", found.places[4].does), most=20)
    assert [one.prompt for one in within.variations] == ["~zinc", "b"]


@pytest.mark.parametrize(
    ("values", "word", "found"),
    [
        ("1k\n2k", "", [("1K", "1248x832"), ("2K", "2512x1680")]),
        ("1x1\n3x2", "", [("1:1", "1024x1024"), ("3:2", "1248x832")]),
        ("1x1", "800 × 600", [("1:1", "1024x1024"), ("800 × 600", "800x600")]),
        ("", "1920x1080,800*600", [("1920 × 1080", "1920x1080"), ("800 × 600", "800x600")]),
    ],
)
def test_sizes_are_called_by_what_varies(values: str, word: str, found: list[tuple[str, str]]) -> None:
    assert pairs(axis(Kind.SIZE, values, word)) == found


def test_shapes_and_sizes_together_are_each_with_each() -> None:
    found = axis(Kind.SIZE, "1x1\n3x2\n512\n1k").labels
    assert found == ("1:1 at 512", "3:2 at 512", "1:1 at 1K", "3:2 at 1K")


def test_qualities_have_their_names() -> None:
    assert pairs(axis(Kind.QUALITY, "draft\nhigh")) == [("Draft", "draft"), ("High", "high")]


@pytest.mark.usefixtures("db")
def test_styles_and_versions_bring_their_text_and_their_row() -> None:
    person = a_member()
    style = Style.objects.create(name="Oil", text="oil painting of {prompt}", made_by=person)
    found = axis(Kind.STYLE, f"none\n{style.pk}")
    assert pairs(found) == [("No style", ""), ("Oil", "oil painting of {prompt}")]
    assert found.places[1].row == str(style.pk)
    first = saved.create(person, name="Dunes", template="a dune", note="plain")
    saved.add_version(first.prompt, person, template="a red dune")
    found = axis(Kind.VERSION, "1-2", str(first.prompt_id))
    assert (found.label, pairs(found)) == (
        "Dunes",
        [("Version 1: plain", "a dune"), ("Version 2", "a red dune")],
    )
    with pytest.raises(AxisError, match="There is no version 3: Dunes has 2"):
        axis(Kind.VERSION, "1, 3", str(first.prompt_id))
    with pytest.raises(AxisError, match="was deleted"):
        axis(Kind.STYLE, f"none\n{uuid4()}")


@pytest.mark.parametrize(
    ("kind", "values", "word", "sentence"),
    [
        (Kind.REPLACE, "", "", "No values are written"),
        (Kind.REPLACE, "red", "red", "One value is no choice"),
        (Kind.REPLACE, "red, red", "red", "“red” is there twice"),
        (Kind.REPLACE, "sea, lake", "moon", "“moon” does not stand in the prompt"),
        (Kind.REPLACE, "sea, lake", "dun", "“dun” is no word of its own in the prompt, but part of a"),
        (Kind.REPLACE, "sea, lake", "season", "“season” is no word of its own in the prompt"),
        (Kind.REPLACE, "lake, sea", "", "“lake” does not stand in the prompt"),
        (Kind.REPLACE, ",".join(f"w{n}" for n in range(101)), "red", "101 values: an axis takes 100"),
        (Kind.REPLACE, "red," + "x" * 401, "red", "longer than 400 characters"),
        (Kind.LIST, "", "", "No list is chosen"),
        (Kind.LIST, "seasons", "", "no word list “seasons”"),
        (Kind.LIST, "many", "", "Say which word the list replaces, or write __many__ in the prompt"),
        (Kind.LIST, "many", "red", "has 101 entries, and an axis takes 100"),
        (Kind.REPLACE, "sea, {z", "red", "“{z”: Character 1: this { is never closed"),
        (Kind.LIST, "season", "moon", "“moon” does not stand in the prompt"),
        (Kind.STYLE, "", "", "No style is chosen"),
        (Kind.STYLE, "oil", "", "was deleted"),
        (Kind.SIZE, "", "", "No size is chosen"),
        (Kind.SIZE, "1k", "", "One value is no choice"),
        (Kind.SIZE, "1k", "10x10", "“10x10” is no size. Write it as 1920x1080, each side from 64 to 4096"),
        (Kind.SIZE, "4k", "", "“4k” is no size"),
        (Kind.QUALITY, "", "", "No quality is chosen"),
        (Kind.QUALITY, "best", "", "“best” is no quality of Doitong’s"),
        (Kind.VERSION, "", "", "No saved prompt is chosen"),
        (Kind.VERSION, "1", "x", "No saved prompt is chosen"),
    ],
)
def test_what_means_nothing_gets_a_sentence(kind: Kind, values: str, word: str, sentence: str) -> None:
    with pytest.raises(AxisError, match=sentence):
        axis(kind, values, word)


def fields(*rows: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"axis-{number}-{name}": text
        for number, row in enumerate(rows)
        for name, text in zip(("kind", "word", "values"), row, strict=True)
    }


def test_rows_are_read_together_and_errors_name_their_axis() -> None:
    form = AxesForm(fields(("replace", "red", "red, blue"), ("quality", "", "best"), ("size", "", "")))
    assert not form.read(AROUND)
    assert form.axes == ()
    assert form.errors == [
        "Axis 2, quality: “best” is no quality of Doitong’s. Tick others.",
        "Axis 3, size: No size is chosen. Tick two or more, or take the axis out.",
    ]
    form = AxesForm(fields(("replace", "red", "red, blue"), ("quality", "", "draft\nhigh")))
    assert form.read(AROUND)
    assert [one.kind for one in form.axes] == [Kind.REPLACE, Kind.QUALITY]


def test_the_same_thing_does_not_vary_twice() -> None:
    form = AxesForm(fields(("replace", "red", "red, blue"), ("replace", "red", "red, green")))
    form.read(AROUND)
    assert form.errors == ["Axis 2, words: “red” is replaced by another axis already. Choose another word."]
    form = AxesForm(fields(("size", "", "1k\n2k"), ("size", "", "512\n1k")))
    form.read(AROUND)
    assert form.errors == ["Axis 2, size: There is an axis of size already. Take one out."]


@pytest.mark.usefixtures("db")
def test_words_have_to_stand_in_the_versions_where_versions_vary() -> None:
    person = a_member()
    first = saved.create(person, name="Dunes", template="a moon")
    saved.add_version(first.prompt, person, template="two moons and a moon")
    version = ("version", str(first.prompt_id), "")
    form = AxesForm(fields(("replace", "moon", "moon, sun"), version))
    assert form.read(AROUND)
    form = AxesForm(fields(("replace", "red", "red, blue"), version))
    assert not form.read(AROUND)


def test_rows_are_added_and_taken_out_up_to_four() -> None:
    form = AxesForm(fields(("size", "", "1k"), ("replace", "red", "blue")))
    assert ("size", "Size") not in form.kinds
    for kind in ("style", "size", "nonsense", "choice", "quality", "list"):
        form.add(kind)
    assert [row.kind for row in form.rows] == ["size", "replace", "style", "quality"]
    assert form.kinds == []
    form.remove("1")
    form.remove("9")
    assert [(row.number, row.kind) for row in form.rows] == [(0, "size"), (1, "style"), (2, "quality")]
    assert form.fields()["axis-0-values"] == "1k"


@pytest.mark.usefixtures("db")
def test_a_run_can_be_asked_for_again_with_its_axes() -> None:
    person = a_member()
    style = Style.objects.create(name="Oil", text="oil painting of {prompt}", made_by=person)
    first = saved.create(person, name="Reds", template="a red dune in __season__", note="plain")
    saved.add_version(first.prompt, person, template="a red sea in __season__")
    for rows in (
        [("replace", "red", "red, blue, -"), ("list", "", "season"), ("style", "", f"none\n{style.pk}")],
        [
            ("size", "", "1x1\n1k\n2k"),
            ("quality", "", "draft\nhigh"),
            ("version", str(first.prompt_id), "1-2"),
        ],
    ):
        form = AxesForm(fields(*rows))
        assert form.read(AROUND), form.errors
        again = AxesForm(fields_of_run([axis.stored() for axis in form.axes]))
        assert again.read(AROUND), again.errors
        for one, other in zip(form.axes, again.axes, strict=True):
            assert [place.does for place in other.places] == [place.does for place in one.places]
            assert (other.kind, other.word) == (one.kind, one.word)


def test_several_ticks_are_kept_as_lines() -> None:
    posted = QueryDict("axis-0-kind=size&axis-0-values=1k&axis-0-values=2k&axis-7-kind=size&other=1")
    assert fields_of(posted) == {"axis-0-kind": "size", "axis-0-values": "1k\n2k"}
    assert AxesForm(posted).rows[0].typed.lines == ["1k", "2k"]


@pytest.mark.usefixtures("db")
@given(kind=st.sampled_from(list(READERS)), word=st.text(max_size=12), values=st.text(max_size=40))
def test_whatever_is_typed_is_an_axis_or_a_sentence(kind: Kind, word: str, values: str) -> None:
    form = AxesForm(fields((kind, word, values)))
    if form.read(AROUND):
        assert len(form.axes[0].places) >= 2
    else:
        assert all(sentence.endswith(".") for sentence in form.errors)


def test_what_is_no_row_is_passed_over() -> None:
    odd: dict[str, Any] = {
        "axis-0-kind": "nonsense",
        "axis-1-kind": "size",
        "axis-1-values": 7,
        "axis-x": "1",
    }
    assert [(row.number, row.typed.values) for row in AxesForm(odd).rows] == [(0, "7")]
