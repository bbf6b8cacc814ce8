"""A sheet read out of a file: encodings, delimiters, and every way in which it can be no sheet (A28)."""

import csv
import io
import os
import tracemalloc
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.generation import batchfile
from studio.generation.batchfile import MOST_ROWS, NotASheet, read

FUZZ = int(os.environ.get("FUZZ_EXAMPLES", "200"))
ROWS = 'prompt;Size;note\r\n"a red; dune";1K;x\r\n\r\nün café;;y\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"])
def test_an_encoding_is_found_out_and_said(encoding: str) -> None:
    sheet = read(ROWS.encode(encoding))
    assert sheet.columns == ("prompt", "size")
    assert [row.cells for row in sheet.rows] == [("a red; dune", "1K"), ("ün café", "")]
    assert [row.number for row in sheet.rows] == [2, 4]  # as a spreadsheet counts, with the blank one
    assert sheet.unknown == ("note",)
    assert sheet.read_as == f"{batchfile.SAID[encoding]}, separated by semicolons"


@pytest.mark.parametrize("delimiter", batchfile.DELIMITERS)
def test_a_delimiter_is_found_out_or_read_where_the_sheet_says_it(delimiter: str) -> None:
    text = f"name{delimiter}prompt\na{delimiter}one, two; three\n".replace(
        "one, two; three", '"one, two; three"'
    )
    for head in ("", f"sep={delimiter}\r\n"):
        sheet = read((head + text).encode())
        assert sheet.delimiter == delimiter
        assert [row.cells for row in sheet.rows] == [("a", "one, two; three")]


def test_one_column_alone_is_a_sheet_too() -> None:
    assert [row.cells for row in read(b"Prompt\na dune\na sea").rows] == [("a dune",), ("a sea",)]


def test_the_template_to_download_is_a_sheet() -> None:
    sheet = read(batchfile.TEMPLATE.encode("utf-8-sig"))
    assert set(sheet.columns) < set(batchfile.COLUMNS)
    assert len(sheet.rows) == 2
    assert sheet.unknown == ()


def a_zip() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as file:
        file.writestr("sheet.csv", "prompt\na dune\n")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (a_zip(), "This is a ZIP or an Excel workbook, whatever its name says."),
        (b"\xd0\xcf\x11\xe0 old", "This is an old Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "This is a picture"),
        (b"prompt\na \x00 dune", "Line 2 has a character (U+0000)"),
        ("prompt\na dune".encode("utf-16-le"), "Line 1 has a character (U+0000)"),
        (b"prompt\n\x81\x8d", "could not be read as UTF-8 or Windows-1252"),
        (b"\xff\xfep\x00r\x00", "There is no column “prompt”: the first row has “pr”."),
        (b"\xff\xfep\x00r\xd8", "could not be read as UTF-16"),
        (b"\xff\xfe\x00\xd8p\x00", "could not be read as UTF-16"),
        (b"text,size\na dune,1K\n", "There is no column “prompt”: the first row has “text”, “size”."),
        (b"prompt,PROMPT\na,b\n", "There are 2 columns “prompt”."),
        (b"prompt,size\n", "The sheet has a heading and no rows."),
        (b"prompt,size\n,\n , \n", "The sheet has a heading and no rows."),
        (b"prompt,size\na dune, at dusk,1K\n", "Row 2 has more cells than the heading."),
        (b"prompt\nok\n" + b"a,b\n" * 12, "Rows 3, 4, 5, 6, 7, 8, 9, 10 and 4 more have more cells than the"),
        (b'prompt,size\nok,1K\n"a dune,1K\nb\n', "A quotation mark is opened after line 3 and never closed."),
        (b'prompt,size\n"a" dune,1K\n', "Near line 2 a cell goes on after its closing quotation mark."),
        (b"prompt\n" + b"x" * 20_001, "A cell of row 2 has 20,001 characters"),
        (b'prompt\n"' + b"x" * 140_000 + b'"', "is longer than 131,072 characters"),
        (b"prompt" + b",x" * 100 + b"\na", "The sheet has 101 columns"),
        (b"prompt\n" + b"a dune\n" * (MOST_ROWS + 1), "The sheet has more than 2,000 rows of prompts."),
        (b"prompt\n" + b"x" * batchfile.MOST_BYTES, "The file has more than 10 MB."),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(NotASheet) as refused:
        read(data)
    assert sentence in str(refused.value)


def test_two_thousand_rows_are_read() -> None:
    assert len(read(b"prompt\n" + b"a dune\n" * MOST_ROWS).rows) == MOST_ROWS


def test_a_million_cells_take_little_memory() -> None:
    data = b"prompt" + b",n" * 99 + b"\n" + (b"a" + b"," * 99 + b"\n") * 10_000
    tracemalloc.start()
    with pytest.raises(NotASheet):
        read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(data) > 1_000_000
    assert peak < 40_000_000


cells = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cc", "Cs"]), max_size=60)


@settings(max_examples=FUZZ)
@given(
    st.lists(st.tuples(cells, cells), min_size=1, max_size=20),
    st.sampled_from(sorted(batchfile.DELIMITERS)),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    rows: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    kept = io.StringIO()
    csv.writer(kept, delimiter=delimiter).writerows([("prompt", "name"), *rows])
    expected = [(prompt.strip(), name.strip()) for prompt, name in rows if prompt.strip() or name.strip()]
    if not expected:
        return
    assert [row.cells for row in read(kept.getvalue().encode(encoding)).rows] == expected


@settings(max_examples=FUZZ)
@given(st.binary(max_size=400) | st.text(alphabet='prompt,;"\n\r\tsize|=x1\0é', max_size=200).map(str.encode))
@example(b'prompt\n"')
@example(b"sep=;\n")
def test_whatever_the_file_is_it_is_a_sheet_or_a_sentence(data: bytes) -> None:
    sentence = ""
    rows: tuple[batchfile.Row, ...] = ()
    try:
        rows = read(data).rows
    except NotASheet as error:
        sentence = str(error)
    assert bool(rows) is not sentence.endswith(".")
