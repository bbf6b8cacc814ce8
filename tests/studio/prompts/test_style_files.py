"""Styles in A1111's, InvokeAI's and our own files: read, checked, written and read again (A18)."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.prompts.exporting import stylefiles as writing
from studio.prompts.exporting.stylefiles import Row
from studio.prompts.guard import guarded, unguarded
from studio.prompts.importing.found import FoundStyle, Reading
from studio.prompts.importing.stylefiles import read

FILES = Path(__file__).parent / "files"
ROWS = [
    Row(name="Ink", text="ink drawing of {prompt}, fine lines", negative="photo", category="Art", order=2),
    Row(name="--- Art ---", text="", negative=""),
    Row(name="Formula", text="=1+1", negative="-blurry", sample="0b4b1d2e-0000-4000-8000-000000000001"),
    Row(name="Quotes", text='a "hard", cold light', negative="'=x", extra={"author": "Ada"}),
    Row(name="Lines", text="one\r\ntwo", negative="  a space before"),
    Row(name="été 🦊", text="light; dark"),
]
WRITERS = {
    "a1111.csv": writing.as_a1111,
    "invoke.csv": writing.as_invoke,
    "spreadsheet.csv": writing.as_spreadsheet,
    "all.json": writing.as_json,
}


def rows(reading: Reading[FoundStyle]) -> list[Row]:
    """Return what was read as rows, where nothing is wrong with it."""
    assert reading.faults == ()
    assert [one.faults for one in reading.found if one.faults] == []
    return [
        Row(
            name=one.name, text=one.text, negative=one.negative, category=one.category, order=one.order,
            sample=one.sample, extra=one.extra,
        )
        for one in reading.found
    ]  # fmt: skip


def told(reading: Reading[FoundStyle]) -> list[str]:
    """Return every fault as a person reads it."""
    return [str(fault) for fault in (*reading.faults, *(f for one in reading.found for f in one.faults))]


def three(row: Row) -> tuple[str, str, str]:
    """Return what the other tools keep of a style."""
    return row.name, row.text, row.negative


def test_a1111s_file_is_read() -> None:
    assert list(map(three, rows(read((FILES / "styles.csv").read_bytes(), "styles.csv")))) == [
        ("Watercolour", "watercolour of {prompt}, wet on wet", "photo, render"),
        ("--- Photo ---", "", ""),
        ("35mm, grain", '35mm film, "golden hour", grain', ""),
        ("Two lines", "first line\r\nsecond line", "blurry"),
    ]


def test_a1111s_file_is_written_again_as_it_was() -> None:
    data = (FILES / "styles.csv").read_bytes()
    assert writing.as_a1111(rows(read(data, "styles.csv"))) == data


def test_a1111s_file_of_old_is_read() -> None:
    assert list(map(three, rows(read(b"name,text\r\nInk,ink drawing\r\n", "styles.csv")))) == [
        ("Ink", "ink drawing", "")
    ]


def test_invokes_export_is_read_and_written_again_as_it_was() -> None:
    data = (FILES / "prompt_templates.csv").read_bytes()
    found = rows(read(data, "prompt_templates.csv"))
    assert [row.name for row in found] == ["Concept Art", "Line Art"]
    assert writing.as_invoke(found) == data


def test_invokes_json_is_read() -> None:
    data = json.dumps([{"name": "Ink", "positive_prompt": "ink", "negative_prompt": "photo"}]).encode()
    assert list(map(three, rows(read(data, "styles.json")))) == [("Ink", "ink", "photo")]


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_written_is_read_again(kind: str) -> None:
    found = rows(read(WRITERS[kind](ROWS), kind))
    if kind in {"all.json", "spreadsheet.csv"}:
        assert found == ROWS
    else:
        assert list(map(three, found)) == list(map(three, ROWS))


def test_a_tool_reads_the_cells_as_they_are() -> None:
    text = writing.as_a1111(ROWS).decode("utf-8-sig")
    read_by_a1111 = list(csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True))
    assert [(r["name"], r["prompt"], r["negative_prompt"]) for r in read_by_a1111] == list(map(three, ROWS))


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    text = writing.as_spreadsheet(ROWS).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@given(st.text(alphabet="'=+-@\t\r ab"))
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0{}|_$#\\"), max_size=20)


@given(
    st.lists(st.tuples(ANY.map(str.strip).filter(bool), ANY, ANY), unique_by=lambda row: row[0], max_size=5)
)
def test_any_text_goes_out_and_comes_back(cells: list[tuple[str, str, str]]) -> None:
    written = [Row(name=name, text=text, negative=negative) for name, text, negative in cells]
    for kind, write in WRITERS.items():
        assert list(map(three, rows(read(write(written), kind)))) == cells


def test_a_spreadsheet_of_semicolons_is_read() -> None:
    data = "name;prompt;negative_prompt\nInk;ink, fine;\n".encode("cp1252")
    assert list(map(three, rows(read(data, "styles.csv")))) == [("Ink", "ink, fine", "")]


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"", "styles.csv", "styles.csv, line 1: The first line names the columns"),
        (b"title,prompt\nInk,ink\n", "styles.csv", "Here it says: title, prompt."),
        (b"name,prompt,name\n", "styles.csv", "Each column needs a name of its own"),
        (b'name,prompt\nInk,"ink\n', "styles.csv", "styles.csv, line 2: This is no CSV"),
        (b'name,prompt\nInk,"ink" drawing\n', "styles.csv", "styles.csv, line 2: This is no CSV"),
        (b"name,prompt\nOk,fine\nInk,ink,fine,lines\n", "styles.csv", "Line 3: The row has 4 cells for 2"),
        (b'name,prompt\nOk,"1\n2"\nInk,{ink\n', "styles.csv", "Line 4: In the style’s words, at character 1"),
        (b'name,prompt\nInk,"a\nb {ink"\n', "styles.csv", "at character 3 of its line 2"),
        (b"name,prompt\n,ink\n", "styles.csv", "Line 2: A style needs a name."),
        (b"name,prompt\nInk," + b"x" * 4_001 + b"\n", "styles.csv", "The style has 4,001 characters"),
        (b"name,prompt\nInk," + b"x" * 140_000 + b"\n", "styles.csv", "field larger than field limit"),
        (b"name,prompt\nInk,a\nInk,b\n", "styles.csv", "Line 2: A later style is named “Ink” too"),
        (b'{"name": "Ink"}', "styles.json", "This is no list of styles"),
        (b'["Ink"]', "styles.json", "Style 1 is no object"),
        (b'[{"name": "Ink", "prompt": ["ink"]}]', "styles.json", "Style 1: “prompt” is no text."),
        (b'[{"name": "\\ud800", "prompt": "ink"}]', "styles.json", "The name holds what is no character"),
        (b"name,prompt\nInk,\0\n", "styles.csv", "styles.csv, line 2: This is no text file"),
        (b"x", "styles.xlsx", "is no kind of file that holds styles"),
        (b"name\n" + b"x" * 1_000_001, "styles.csv", "larger than 1,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(data: bytes, name: str, expected: str) -> None:
    reading = read(data, name)
    assert len(told(reading)) == 1
    assert expected in told(reading)[0]


def test_more_styles_than_a_team_can_want_are_refused() -> None:
    data = b"name,prompt\n" + b"".join(b"n%d,x\n" % number for number in range(5_001))
    assert "more than 5,000 styles" in told(read(data, "styles.csv"))[0]
