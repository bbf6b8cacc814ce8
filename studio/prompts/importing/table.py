"""The rows of a CSV by the names of its columns, each with its line. Strict: a broken quote is told."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from studio.prompts.faults import Fault
from studio.prompts.guard import unguarded
from studio.prompts.importing.decoding import Unreadable

GUARD = (
    "guarded"  # a column of our spreadsheets: cells that look like formulas have an apostrophe before them
)
SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row's cells by column, the line it begins at, and what is wrong with it."""

    cells: dict[str, str]
    line: int = 0
    fault: str = ""


def rows_of(text: str) -> Iterator[Row]:
    """Yield each row that is not empty. Raises Unreadable where the header or the quoting is wrong."""
    lines = io.StringIO(text, newline="")  # splitlines() knows line ends that a CSV does not
    reader = csv.reader(lines, delimiter=_separator(text), skipinitialspace=True, strict=True)
    try:
        columns = _columns(next(reader, []))
        begun = reader.line_num + 1
        for cells in reader:
            if any(cells):
                yield _row(columns, cells, begun)
            begun = reader.line_num + 1
    except csv.Error as error:
        sentence = f'This is no CSV: {error}. Is a quote (“"”) left open, or does text follow one?'
        raise Unreadable(Fault(sentence=sentence, line=reader.line_num)) from None


def _separator(text: str) -> str:
    """Return what parts the header's columns: spreadsheets of some countries write semicolons."""
    header = text.partition("\n")[0]
    return max(SEPARATORS, key=header.count)


def _columns(header: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in header]
    if "name" not in columns:
        shown = ", ".join(columns)[:80] or "nothing"
        sentence = f"The first line names the columns: name,prompt,negative_prompt. Here it says: {shown}."
        raise Unreadable(Fault(sentence=sentence, line=1))
    if len(set(columns)) < len(columns) or len(columns) > MOST_COLUMNS:
        sentence = f"Each column needs a name of its own, and {MOST_COLUMNS} columns are the most."
        raise Unreadable(Fault(sentence=sentence, line=1))
    return columns


def _row(columns: list[str], cells: list[str], line: int) -> Row:
    if len(cells) > len(columns):
        more = f"The row has {len(cells)} cells for {len(columns)} columns. Put text with commas in quotes."
        return Row(cells=dict(zip(columns, cells, strict=False)), line=line, fault=more)
    filled = dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))
    if filled.pop(GUARD, ""):
        filled = {name: unguarded(cell) for name, cell in filled.items()}
    return Row(cells=filled, line=line)
