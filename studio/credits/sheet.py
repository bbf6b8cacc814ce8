"""A CSV that spreadsheets open rightly and that is sent while it is written: no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # says how the letters are written


def pieces(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the file line by line. Text that a spreadsheet would run gets an apostrophe before it."""
    yield (BOM + _line(heading)).encode()
    for row in rows:
        yield _line(row).encode()


def _line(cells: Sequence[object]) -> str:
    kept = io.StringIO()
    csv.writer(kept).writerow([_plain(cell) for cell in cells])
    return kept.getvalue()


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
