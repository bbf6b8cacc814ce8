"""A book of pictures as one labelled PNG, painted row by row while it is sent (A17).

Only renditions are opened, which are small and of our own making; a picture that has none yet is said to
come. Memory: one row of cells at a time. The size is chosen so that the whole stays below MOST_PIXELS.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt

from django.conf import settings
from PIL import Image as Drawing
from PIL import ImageDraw, ImageOps

from studio.generation.gridbook import Book, Cell, Picture, Row, Sheet
from studio.generation.lettering import Pen
from studio.generation.pictures import RENDITIONS
from studio.generation.pngstream import streamed

MOST_PIXELS = 36_000_000
MOST_WIDTH = 8_000
MARGIN, GAP, BETWEEN = 40, 14, 4  # pixels: around all, between cells, between the pictures of a cell
LABEL = 240  # width of the row labels
LEAST_CELL = 150  # so that a column's label has room
PAPER, INK, FAINT, WELL = "#ffffff", "#18181b", "#52525b", "#ececef"
FONTLESS = "Some letters are in no font of this machine. The web page's export has them all."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How large everything is, in pixels: a picture's box, a cell, the whole width."""

    box: tuple[int, int]
    across: int
    cell: int
    width: int
    label: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pens:
    """The letters of the picture."""

    title: Pen
    head: Pen
    text: Pen


def painted(book: Book) -> Iterator[bytes]:
    """Yield the PNG. Every row of the database it needs was read before; only renditions are opened."""
    pens = Pens(title=Pen(34, weight=600), head=Pen(20, weight=600), text=Pen(18))
    for side in RENDITIONS:
        sizes = _measures(book, side)
        height = sum(_heights(book, sizes, pens))
        if sizes.width <= MOST_WIDTH and sizes.width * height <= MOST_PIXELS:
            break
    return streamed(sizes.width, height, _strips(book, sizes, pens))


def _measures(book: Book, side: int) -> Measures:
    images = [picture.image for picture in book.pictures if picture.image is not None]
    wide, high = (
        max((_fitted(i.width, i.height, side)[axis] for i in images), default=side) for axis in (0, 1)
    )
    across = ceil(sqrt(max(sheet.across for sheet in book.sheets)))
    cell = max(LEAST_CELL, across * wide + (across - 1) * BETWEEN)
    label = LABEL if any(row.label for sheet in book.sheets for row in sheet.rows) else 0
    columns = max(len(sheet.columns) for sheet in book.sheets)
    width = 2 * MARGIN + label + columns * (cell + GAP) - GAP + (GAP if label else 0)
    return Measures(box=(wide, high), across=across, cell=cell, width=max(width, 640), label=label)


def _fitted(width: int, height: int, side: int) -> tuple[int, int]:
    longest = max(width, height)
    return max(1, round(width * side / longest)), max(1, round(height * side / longest))


def _heights(book: Book, sizes: Measures, pens: Pens) -> Iterator[int]:
    yield _top_height(_top(book, sizes, pens))
    for sheet in book.sheets:
        yield _head_height(sheet, sizes, pens)
        for row in sheet.rows:
            yield _row_height(row, sizes, pens)
    yield MARGIN


def _strips(book: Book, sizes: Measures, pens: Pens) -> Iterator[Drawing.Image]:
    yield _paint_top(book, sizes, pens)
    for sheet in book.sheets:
        yield _paint_head(sheet, sizes, pens)
        for row in sheet.rows:
            yield _paint_row(row, sizes, pens)
    yield _blank(sizes, MARGIN)


type Lines = list[tuple[Pen, list[str], str]]


def _top(book: Book, sizes: Measures, pens: Pens) -> Lines:
    """Return what stands above the grid: each a pen, its lines and its colour."""
    everything = (
        book.template + book.title + "".join(label for sheet in book.sheets for label in sheet.columns)
    )
    said = [
        (pens.title, book.title, INK),
        (pens.text, book.template, INK),
        (pens.text, book.facts, FAINT),
        (pens.head, book.missing, INK),
        (pens.text, FONTLESS if pens.text.lacks(everything) else "", FAINT),
    ]
    room = sizes.width - 2 * MARGIN
    return [(pen, pen.wrapped(text, room), colour) for pen, text, colour in said if text]


def _top_height(lines: Lines) -> int:
    return MARGIN + sum(pen.height(words) + GAP for pen, words, _ in lines)


def _paint_top(book: Book, sizes: Measures, pens: Pens) -> Drawing.Image:
    lines = _top(book, sizes, pens)
    strip = _blank(sizes, _top_height(lines))
    draw, y = ImageDraw.Draw(strip), MARGIN
    for pen, words, colour in lines:
        pen.write(draw, (MARGIN, y), words, colour)
        y += pen.height(words) + GAP
    return strip


def _head(sheet: Sheet, sizes: Measures, pens: Pens) -> tuple[list[str], list[list[str]]]:
    title = pens.head.wrapped(sheet.title, sizes.width - 2 * MARGIN) if sheet.title else []
    return title, [pens.head.wrapped(label, sizes.cell) if label else [] for label in sheet.columns]


def _head_height(sheet: Sheet, sizes: Measures, pens: Pens) -> int:
    title, labels = _head(sheet, sizes, pens)
    above = 2 * GAP + pens.head.height(title) if title else GAP
    return above + max((pens.head.height(label) for label in labels), default=0) + GAP


def _paint_head(sheet: Sheet, sizes: Measures, pens: Pens) -> Drawing.Image:
    title, labels = _head(sheet, sizes, pens)
    strip = _blank(sizes, _head_height(sheet, sizes, pens))
    draw = ImageDraw.Draw(strip)
    pens.head.write(draw, (MARGIN, 2 * GAP), title, FAINT)
    for column, label in enumerate(labels):
        below = strip.height - GAP - pens.head.height(label)
        pens.head.write(draw, (_left(sizes, column), below), label, INK)
    return strip


def _row_height(row: Row, sizes: Measures, pens: Pens) -> int:
    down = max((ceil(len(cell.pictures) / sizes.across) for cell in row.cells), default=1) or 1
    pictures = down * sizes.box[1] + (down - 1) * BETWEEN
    label = pens.head.height(pens.head.wrapped(row.label, sizes.label - GAP)) if row.label else 0
    return max(pictures, label) + GAP


def _paint_row(row: Row, sizes: Measures, pens: Pens) -> Drawing.Image:
    strip = _blank(sizes, _row_height(row, sizes, pens))
    draw = ImageDraw.Draw(strip)
    if row.label:
        pens.head.write(draw, (MARGIN, 0), pens.head.wrapped(row.label, sizes.label - GAP), INK)
    for column, cell in enumerate(row.cells):
        _paint_cell(strip, draw, cell, _left(sizes, column), sizes, pens)
    return strip


def _paint_cell(
    strip: Drawing.Image, draw: ImageDraw.ImageDraw, cell: Cell, left: int, sizes: Measures, pens: Pens
) -> None:
    wide, high = sizes.box
    for place, picture in enumerate(cell.pictures or (None,)):
        x = left + (place % sizes.across) * (wide + BETWEEN)
        y = (place // sizes.across) * (high + BETWEEN)
        drawn = _opened(picture, sizes) if picture is not None else None
        if drawn is not None:
            strip.paste(drawn, (x + (wide - drawn.width) // 2, y + (high - drawn.height) // 2))
            continue
        draw.rectangle((x, y, x + wide - 1, y + high - 1), fill=WELL)
        why = (picture.why or "Still being drawn") if picture is not None else "Not planned"
        pens.text.write(draw, (x + 8, y + 8), pens.text.wrapped(why, wide - 16), FAINT)


def _opened(picture: Picture, sizes: Measures) -> Drawing.Image | None:
    """Return a picture at its size in the grid, None where it has no rendition that can be read."""
    image = picture.image
    if image is None or image.rendered_at is None:
        return None
    side = max(sizes.box)
    rendition = next((size for size in sorted(RENDITIONS) if size >= side), RENDITIONS[0])
    try:
        with Drawing.open(settings.PICTURES / image.token / f"{rendition}.webp", formats=["WEBP"]) as file:
            return ImageOps.contain(file.convert("RGB"), sizes.box)
    except OSError:
        return None  # its place says that it is still being drawn


def _left(sizes: Measures, column: int) -> int:
    start = MARGIN + (sizes.label + GAP if sizes.label else 0)
    return start + column * (sizes.cell + GAP)


def _blank(sizes: Measures, height: int) -> Drawing.Image:
    return Drawing.new("RGB", (sizes.width, height), PAPER)
