"""Read a sheet of prompts out of a file that somebody chose: from bytes to rows of text. Pure (A28).

Encoding and delimiter are found out and said. Only the columns that are known are kept; what a cell
means is `batchrows`' business. Whatever is wrong with the file as a whole is one sentence.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_BYTES = 10_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_CELL = 20_000  # characters: more than a prompt may have, so that the sentence can say how many
COLUMNS = ("prompt", "size", "width", "height", "ratio", "quality", "repeats", "style", "name")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MARKS = {  # the longer ones first: UTF-32's mark begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAID = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}
OTHERS = {
    b"PK\x03\x04": "a ZIP or an Excel workbook",
    b"PK\x05\x06": "an empty ZIP",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"RIFF": "a picture or a sound",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
}
SEPARATOR = re.compile(r"\A\s*sep=([,;|\t])[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f]")
TEMPLATE = (
    "prompt,size,ratio,quality,repeats,style,name\r\n"
    '"a red dune at dusk, wide shot",1K,3:2,standard,2,,dune\r\n'
    '"{a tin robot|a paper boat} on a wooden table",512,1:1,draft,1,,toys\r\n'
)


class NotASheet(Exception):
    """The file cannot be read as a sheet of prompts; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as it stands: its number in the sheet, where the heading is row 1, and a text for each column."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read: the known columns, the rows, what was left out, and how the file was taken."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    unknown: tuple[str, ...]
    encoding: str
    delimiter: str

    @property
    def read_as(self) -> str:
        """Return it as it is said: “UTF-8, separated by semicolons”."""
        return f"{SAID[self.encoding]}, separated by {DELIMITERS[self.delimiter]}"


def read(data: bytes) -> Sheet:
    """Return the sheet in a file. Raises NotASheet."""
    if len(data) > MOST_BYTES:
        raise NotASheet(
            f"The file has more than {MOST_BYTES // 1_000_000} MB. A sheet of {MOST_ROWS:,} prompts is "
            "smaller: take out what is not prompts, or split it."
        )
    encoding, text = _decoded(data)
    declared = SEPARATOR.match(text)
    text = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else _delimiter(text)
    records = _records(text, delimiter)
    heading = [cell.strip() for cell in next(records, (0, []))[1]]
    places = _places(heading)
    rows = tuple(_rows(records, places, len(heading)))
    if not rows:
        raise NotASheet("The sheet has a heading and no rows. Write a prompt a row below it.")
    return Sheet(
        columns=tuple(places),
        rows=rows,
        unknown=tuple(name[:40] for name in heading if name and name.lower() not in places),
        encoding=encoding,
        delimiter=delimiter,
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the encoding and the text: by its mark, else as UTF-8, else as Windows-1252."""
    if not data.strip():
        raise NotASheet("The file is empty.")
    for head, what in OTHERS.items():
        if data.startswith(head):
            raise NotASheet(f"This is {what}, whatever its name says. Save the sheet as CSV (UTF-8).")
    marked = next((name for mark, name in MARKS.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            return encoding, _text(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise NotASheet(
        f"The file could not be read as {SAID[marked] if marked else 'UTF-8 or Windows-1252'}. "
        "Save the sheet as CSV (UTF-8)."
    )


def _text(text: str) -> str:
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise NotASheet(
            f"Line {line:,} has a character (U+{ord(found[0]):04X}) that no text has: "
            "this is no CSV, or in another encoding. Save the sheet as CSV (UTF-8)."
        )
    return text


def _delimiter(text: str) -> str:
    """Return what parts the heading into the most columns that are known, else into the most."""
    heading = text.lstrip("\r\n")[:MOST_CELL].splitlines()[0] if text.strip("\r\n") else ""

    def fits(delimiter: str) -> tuple[int, int]:
        names = [name.strip().strip('"').strip().lower() for name in heading.split(delimiter)]
        return sum(name in COLUMNS for name in names), len(names)

    return max(DELIMITERS, key=fits)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield each record with its number, 1 for the first that is not blank. Raises NotASheet."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    blank_at_first, number = True, 0
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise NotASheet(_why(error, line)) from None
        if blank_at_first and not any(cell.strip() for cell in record):
            continue
        blank_at_first, number = False, number + 1
        yield number, record


def _why(error: csv.Error, line: int) -> str:
    if "unexpected end" in str(error):
        return f"A quotation mark is opened after line {line:,} and never closed. Close it, or double it."
    if "field larger" in str(error):
        most = csv.field_size_limit()
        return f"A cell near line {line:,} is longer than {most:,} characters. Close its quotation marks."
    return f"Near line {line:,} a cell goes on after its closing quotation mark. Double the marks within it."


def _places(heading: Sequence[str]) -> dict[str, int]:
    """Return at which place each known column stands."""
    if len(heading) > MOST_COLUMNS:
        raise NotASheet(f"The sheet has {len(heading):,} columns; {MOST_COLUMNS} are read. Take some out.")
    names = [name.lower() for name in heading]
    if "prompt" not in names:
        has = ", ".join(f"“{name[:30]}”" for name in heading[:8] if name) or "nothing"
        raise NotASheet(
            f"There is no column “prompt”: the first row has {has}. Name the column of your prompts “prompt”."
        )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise NotASheet(f"There are {names.count(name)} columns “{name}”. Keep one of them.")
    return {name: names.index(name) for name in sorted(set(names) & set(COLUMNS), key=names.index)}


def _rows(records: Iterator[tuple[int, Sequence[str]]], places: dict[str, int], width: int) -> Iterator[Row]:
    count, over = 0, list[int]()
    for number, record in records:
        if not any(cell.strip() for cell in record):
            continue
        count += 1
        if count > MOST_ROWS:
            raise NotASheet(
                f"The sheet has more than {MOST_ROWS:,} rows of prompts. Split it into several sheets."
            )
        if any(cell.strip() for cell in record[width:]):
            over.append(number)
        cells = tuple(record[at].strip() if at < len(record) else "" for at in places.values())
        yield Row(number=number, cells=tuple(_cell(cell, number) for cell in cells))
    if over:
        raise NotASheet(
            f"{_numbered(over)} more cells than the heading. Put a prompt that has the separator in it "
            "between quotation marks."
        )


def _numbered(rows: Sequence[int]) -> str:
    """Return “Row 4 has” or “Rows 4, 8 and 3 more have”."""
    if len(rows) == 1:
        return f"Row {rows[0]:,} has"
    named = ", ".join(f"{row:,}" for row in rows[:8])
    return f"Rows {named}{f' and {len(rows) - 8:,} more' if len(rows) > 8 else ''} have"


def _cell(cell: str, number: int) -> str:
    if len(cell) > MOST_CELL:
        raise NotASheet(f"A cell of row {number:,} has {len(cell):,} characters; {MOST_CELL:,} are read.")
    return cell.encode("utf-8", "ignore").decode()  # no half of a pair of surrogates
