"""What a place of an axis does to what is asked for, and how a run keeps its axes (A12)."""

from dataclasses import replace

import pytest

from studio.generation.axes import Asked, Axis, Kind, Place, applied, read
from studio.generation.cells import Text, unfold

ASKED = Asked(template="a red dune", width=512, height=512, quality="draft")


def axis(kind: Kind, *does: str, word: str = "") -> Axis:
    places = tuple(Place(label=one or "–", does=one) for one in does)
    return Axis(kind=kind, label=str(kind), places=places, word=word)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (axis(Kind.REPLACE, "sea", word="dune"), ("a red sea", 512, 512, "draft")),
        (axis(Kind.LIST, "blue", word="red"), ("a blue dune", 512, 512, "draft")),
        (axis(Kind.VERSION, "two seas"), ("two seas", 512, 512, "draft")),
        (axis(Kind.STYLE, "oil of {prompt}, wet"), ("oil of a red dune, wet", 512, 512, "draft")),
        (axis(Kind.STYLE, "in oil"), ("a red dune, in oil", 512, 512, "draft")),
        (axis(Kind.STYLE, ""), ("a red dune", 512, 512, "draft")),
        (axis(Kind.SIZE, "1248x832"), ("a red dune", 1248, 832, "draft")),
        (axis(Kind.QUALITY, "high"), ("a red dune", 512, 512, "high")),
        (axis(Kind.CHOICE, "red"), ("a red dune", 512, 512, "draft")),
    ],
)
def test_a_place_changes_one_thing_alone(one: Axis, found: tuple[str, int, int, str]) -> None:
    made = applied(ASKED, one, one.places[0])
    assert (made.template, made.width, made.height, made.quality) == found


def test_a_grid_too_large_to_go_through_is_counted_exactly() -> None:
    fork = "{" + "|".join(f"q{n}" for n in range(50)) + "}"
    words = [Place(label=one[:9], does=one) for one in (fork, *(f"w{n}" for n in range(99)))]
    sizes = tuple(Place(label=f"{n}", does=f"{n}x512") for n in range(100, 900, 100))
    axes = [
        Axis(kind=Kind.REPLACE, label="fox", places=tuple(words), word="fox"),
        Axis(kind=Kind.SIZE, label="Size", places=sizes),
        axis(Kind.STYLE, "", "in oil", "{prompt} by {prompt}"),
    ]
    for turned in (axes, axes[::-1], [replace(axes[0], places=tuple(words[::-1])), *axes[1:]]):
        found = unfold(Text(template="a {red|blue} fox"), (512, 512, ""), turned, most=400)
        # a template with the fork varies 2 × 50 times, others twice; {prompt} twice varies each of them twice
        assert (found.built, found.count) == (False, 8 * (2 * (100 + 99 * 2) + (100**2 + 99 * 4)))


def test_a_run_keeps_labels_and_rows() -> None:
    style = Axis(kind=Kind.STYLE, label="Style", places=(Place(label="Oil", does="in oil", row="7"),))
    kept = [style.stored(), axis(Kind.QUALITY, "draft", "high").stored()]
    assert kept[0] == {"kind": "style", "label": "Style", "values": ["Oil"], "rows": ["7"]}
    assert kept[1] == {
        "kind": "quality",
        "label": "quality",
        "values": ["draft", "high"],
        "does": ["draft", "high"],
    }
    assert [one.labels for one in read(kept)] == [("Oil",), ("draft", "high")]
    assert read(kept)[0].places[0].row == "7"
