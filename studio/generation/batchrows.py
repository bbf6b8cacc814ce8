"""What the cells of a sheet mean: each row becomes what it asks for, or says which cell is wrong. Pure (A28).

An empty cell means what the batch says for all its rows. A sentence says what is wrong and what would do.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from studio.generation.batchfile import COLUMNS, Row
from studio.generation.capabilities import LEAST_SIDE, MOST_SIDE, current
from studio.generation.promptfield import PromptField
from studio.generation.sizes import SHAPES, SIZES, dimensions
from studio.prompts.models import Style

MOST_REPEATS = 20
MOST_NAME = 80
MOST_STYLES = 5
PIXELS = re.compile(r"([0-9]{1,5}) ?[x×X*] ?([0-9]{1,5})", re.ASCII)
RATIO = re.compile(r"([0-9]{1,2}) ?[:x×/] ?([0-9]{1,2})", re.ASCII)
WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?", re.ASCII)  # a spreadsheet may write 2 as 2.0
PROMPT = PromptField()
NO_PROMPT = "There is no prompt. Write one, or leave the row out."

type Cells = Mapping[str, str]


class CellError(Exception):
    """A cell that cannot be used; the text is a sentence, `column` where it is."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What holds where a cell is empty: shape and size by their names, or sides in pixels; the quality."""

    shape: str
    size: str
    quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a row asks for: a template with the texts of its styles, sides in pixels, images of it."""

    number: int
    label: str
    template: str
    styles: tuple[str, ...]
    width: int
    height: int
    quality: str
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A cell that stands in the way: its place in the list of rows, its number in the sheet, its text."""

    place: int
    number: int
    column: str
    text: str
    sentence: str


def read(
    columns: Sequence[str], rows: Iterable[Row], usual: Usual, styles: Mapping[str, Style]
) -> tuple[list[Line], list[Fault]]:
    """Return what the rows ask for and what is wrong with the others. `styles` by their folded names."""
    lines, faults = list[Line](), list[Fault]()
    for place, row in enumerate(rows):
        cells = dict(zip(columns, row.cells, strict=True))
        wrong = list(_wrong(cells, usual, styles))
        faults += [
            Fault(
                place=place,
                number=row.number,
                column=error.column,
                text=cells.get(error.column, ""),
                sentence=str(error),
            )
            for error in wrong
        ]
        if not wrong:
            lines.append(_line(row.number, cells, usual, styles))
    return lines, faults


def _wrong(cells: Cells, usual: Usual, styles: Mapping[str, Style]) -> list[CellError]:
    """Return every error of a row, in the order of the columns: one does not hide another."""
    found: dict[str, CellError] = {}
    checks: tuple[Callable[[], object], ...] = (
        lambda: _prompt(cells),
        lambda: _own_side(cells, "width"),
        lambda: _own_side(cells, "height"),
        lambda: _shape(cells, usual),
        lambda: _sides(cells, usual),
        lambda: _quality(cells, usual),
        lambda: _repeats(cells),
        lambda: _styles(cells, styles),
        lambda: _label(cells),
    )
    for check in checks:
        try:
            check()
        except CellError as error:
            found.setdefault(error.column, error)
    return sorted(found.values(), key=lambda error: COLUMNS.index(error.column))


def _line(number: int, cells: Cells, usual: Usual, styles: Mapping[str, Style]) -> Line:
    width, height = _sides(cells, usual)
    return Line(
        number=number,
        label=_label(cells) or f"Row {number}",
        template=_prompt(cells),
        styles=tuple(style.text for style in _styles(cells, styles)),
        width=width,
        height=height,
        quality=_quality(cells, usual),
        repeats=_repeats(cells),
    )


def _prompt(cells: Cells) -> str:
    try:
        return str(PROMPT.clean(cells["prompt"]))
    except ValidationError as error:
        sentence = error.messages[0] if cells["prompt"] else NO_PROMPT
        raise CellError("prompt", sentence) from None


def _sides(cells: Cells, usual: Usual) -> tuple[int, int]:
    """Return width and height in pixels: of their own columns, else of the size, else of shape and size."""
    if cells.get("width") or cells.get("height"):
        return _side(cells, "width"), _side(cells, "height")
    size = cells.get("size", "")
    if pixels := PIXELS.fullmatch(size):
        return _fit(int(pixels[1]), "size"), _fit(int(pixels[2]), "size")
    name = (size or usual.size).lower()
    if name not in SIZES:
        raise CellError("size", f"“{size[:20]}” is no size. Write 512, 1K, 2K or pixels such as 1248x832.")
    return dimensions(SHAPES[_shape(cells, usual)], SIZES[name])


def _shape(cells: Cells, usual: Usual) -> str:
    ratio = cells.get("ratio", "")
    if not ratio:
        return usual.shape
    found = RATIO.fullmatch(ratio)
    name = f"{int(found[1])}x{int(found[2])}" if found else ""
    if name not in SHAPES:
        known = ", ".join(shape.label for shape in SHAPES.values())
        raise CellError("ratio", f"“{ratio[:20]}” is no ratio. Write one of {known}.")
    return name


def _side(cells: Cells, column: str) -> int:
    text = cells.get(column, "")
    found = WHOLE.fullmatch(text)
    if not found:
        said = f"is “{text[:20]}”" if text else "is empty beside the other side"
        raise CellError(column, f"The {column} {said}. Write {LEAST_SIDE} to {MOST_SIDE} pixels.")
    return _fit(int(found[1]), column)


def _own_side(cells: Cells, column: str) -> int | None:
    """Check a side by itself, where the row has one: with both wrong both are told."""
    return _side(cells, column) if cells.get("width") or cells.get("height") else None


def _fit(pixels: int, column: str) -> int:
    if not LEAST_SIDE <= pixels <= MOST_SIDE:
        raise CellError(column, f"A side of {pixels} pixels: write {LEAST_SIDE} to {MOST_SIDE}.")
    return pixels


def _quality(cells: Cells, usual: Usual) -> str:
    parameter = current().parameter("quality")
    asked = cells.get("quality", "")
    if parameter is None or parameter.choices is None:
        return ""
    if not asked:
        return usual.quality
    for value, label in parameter.choices.items():
        if asked.lower() in {value.lower(), label.lower()}:
            return value
    raise CellError("quality", f"“{asked[:20]}” is no quality. Write {_listed(parameter.choices.values())}.")


def _repeats(cells: Cells) -> int:
    text = cells.get("repeats", "")
    if not text:
        return 1
    found = WHOLE.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= MOST_REPEATS:
        raise CellError("repeats", f"“{text[:20]}” is no number of images. Write 1 to {MOST_REPEATS}.")
    return int(found[1])


def _styles(cells: Cells, styles: Mapping[str, Style]) -> list[Style]:
    """Return the styles that a cell names, one or several with + between them."""
    names = [name.strip() for name in cells.get("style", "").split("+") if name.strip()]
    if len(names) > MOST_STYLES:
        raise CellError("style", f"{len(names)} styles at once: use at most {MOST_STYLES}.")
    for name in names:
        if name.casefold() not in styles:
            raise CellError(
                "style", f"The team has no style “{name[:40]}”. Write its name as in the library."
            )
    return [styles[name.casefold()] for name in names]


def _label(cells: Cells) -> str:
    name = " ".join(cells.get("name", "").split())
    if len(name) > MOST_NAME:
        raise CellError("name", f"A name of {len(name):,} characters: use at most {MOST_NAME}.")
    return name


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
