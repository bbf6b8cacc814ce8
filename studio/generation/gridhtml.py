"""A book as one web page with everything in it: opens from a disk, offline, without script (A17).

Pictures are their renditions of 512 pixels as data in the page; letters are the house's font. It is sent
row by row, so that no more than one row of pictures is in memory.
"""

import base64
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from studio.generation import originals
from studio.generation.gridbook import Book, Row
from studio.generation.models import Image

log = logging.getLogger(__name__)

SIDE = 512
INSIDE = SafeString("<!-- inside -->")  # no word of anybody's can be this: theirs are escaped
FONT = "fonts/geist-latin.woff2"


def as_html(book: Book) -> Iterator[bytes]:
    """Yield the page."""
    begin, end = _around("page", {"book": book, "font": base64.b64encode(_font()).decode()})
    yield begin
    for sheet in book.sheets:
        above, below = _around("sheet", {"sheet": sheet})
        yield above
        for row in sheet.rows:
            yield _part("row", {"row": row, "cells": _cells(row)})
        yield below
    yield end


def _cells(row: Row) -> list[tuple[object, list[tuple[object, str]]]]:
    """Return each cell with its pictures, and each of those with its data."""
    return [
        (cell, [(one, _data(one.image) if one.image else "") for one in cell.pictures]) for cell in row.cells
    ]


def _data(image: Image) -> str:
    """Return a picture as an address that holds it, "" where its file is gone."""
    try:
        if image.rendered_at:
            kind, data = "webp", (settings.PICTURES / image.token / f"{SIDE}.webp").read_bytes()
        else:
            kind, data = image.format, originals.read(image.original)
    except OSError:
        log.exception("image %s: its file is missing", image.uuid)
        return ""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _around(name: str, context: dict[str, object]) -> tuple[bytes, bytes]:
    """Return what stands above and below the place where other parts go in."""
    above, _, below = _part(name, {**context, "inside": INSIDE}).partition(INSIDE.encode())
    return above, below


def _part(name: str, context: dict[str, object]) -> bytes:
    return render_to_string(f"generation/export/{name}.html", context).encode()


@cache
def _font() -> bytes:
    found = finders.find(FONT)
    if not isinstance(found, str):
        raise FileNotFoundError(FONT)
    return Path(found).read_bytes()
