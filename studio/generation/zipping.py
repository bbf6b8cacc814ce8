"""A ZIP that is sent while it is put together: never whole in memory, never on the disk (C21).

Pictures are stored as they are: they do not get smaller. A manifest is a spreadsheet's CSV.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

MOST_STEM = 60  # characters: with four bytes each still below a file system's 255
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Sink(io.RawIOBase):
    """What the ZIP is written to: keeps what was written until it is taken. It cannot be rewound."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._kept.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        piece, self._kept = b"".join(self._kept), []
        return piece


def zipped(files: Iterable[tuple[str, Callable[[], bytes]]], now: datetime) -> Iterator[bytes]:
    """Yield a ZIP of these names and what their calls return, each called when its turn has come."""
    return streamed(((name, partial(_whole, data)) for name, data in files), now)


def streamed(files: Iterable[tuple[str, Callable[[], Iterable[bytes]]]], now: datetime) -> Iterator[bytes]:
    """Yield a ZIP of these names and the pieces that their calls return: never more than a piece is held."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as kept:
        for name, pieces in files:
            with kept.open(zipfile.ZipInfo(name, now.timetuple()[:6]), "w") as file:
                for piece in pieces():
                    file.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def _whole(data: Callable[[], bytes]) -> Iterator[bytes]:
    yield data()


def stem(text: str) -> str:
    """Return the first words of a text as a file's name: letters, digits and hyphens, or ""."""
    return re.sub(r"\W+", "-", text[: 4 * MOST_STEM].lower()).strip("-_")[:MOST_STEM].strip("-_")


def sheet(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV that spreadsheets open rightly, and in which no text is taken for a formula."""
    return b"".join([line(heading, first=True), *map(line, rows)])


def line(cells: Sequence[object], *, first: bool = False) -> bytes:
    """Return one line of such a CSV; the first says how the letters are written."""
    kept = io.StringIO()
    csv.writer(kept).writerow([_plain(cell) for cell in cells])
    return kept.getvalue().encode("utf-8-sig" if first else "utf-8")


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
