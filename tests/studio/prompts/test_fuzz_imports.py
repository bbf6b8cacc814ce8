"""Files of every kind, broken in every way: read or told, and what is taken goes out and in again.

FUZZ_EXAMPLES=10000 looks at so many of each kind; some hundred by default.
"""

import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.prompts import listcheck, naming, stylecheck
from studio.prompts.exporting import listfiles as lists_out
from studio.prompts.exporting import stylefiles as styles_out
from studio.prompts.exporting.listfiles import Shelf
from studio.prompts.exporting.stylefiles import Row
from studio.prompts.importing import listfiles, stylefiles
from studio.prompts.importing.found import FoundList, FoundStyle, Reading
from studio.prompts.listtext import entries_of

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
fuzzed = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NOW = datetime(2026, 3, 4, tzinfo=UTC)

SIGNS = ["{a|b}", "{", "}", "|", "__x__", "__", "0.5::", "2$$", "# no", "\\", "${c}", "${c={a|b}}"]
MARKS = ['"', "'", ",", ";", ":", "- ", "&a", "*a", "!!binary", "|\n", "[", "]", "~", "=1+1"]
SPACES = ["\t", " ", "\n", "\r\n", "\r", "\u2028", "\x85", "\x00", "\ufeff"]
SPOKEN = ["red", "é", "🦊", "null", "no", "1", "name", "prompt", "negative_prompt", "text", "weight"]
WORDS = st.sampled_from([*SIGNS, *MARKS, *SPACES, *SPOKEN])
TEXT = st.lists(WORDS, max_size=14).map("".join) | st.text(max_size=30)
NAMES = st.sampled_from(
    ["a", "b/c", "a.b", "../x", "/x", "x:y", "Ü&", "_a_", "", ".", "a__b", "x/", "__MACOSX/a"]
)
TREES = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXT, inner, max_size=4),
    max_leaves=12,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])


def encoded(text: str, encoding: str) -> bytes:
    """Return bytes of a text, whatever is in it."""
    return text.encode(encoding, "replace" if encoding in {"cp1252", "latin-1"} else "surrogatepass")


def dented(data: bytes, places: list[tuple[int, int]]) -> bytes:
    """Return the bytes with some of them changed."""
    broken = bytearray(data)
    for place, value in places:
        if broken:
            broken[place % len(broken)] = value
    return bytes(broken)


DENTS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)
TEXTS = st.builds(encoded, TEXT, ENCODINGS)
JSONS = TREES.map(lambda tree: json.dumps(tree).encode())
TABLES = st.lists(st.lists(TEXT, max_size=4).map(",".join), max_size=5).map(
    lambda rows: "\r\n".join(["name,prompt,negative_prompt", *rows])
)
CSVS = st.builds(encoded, TABLES | TEXT, ENCODINGS)
GOOD_NAMES = st.sampled_from(["a", "a/b", "a/b/c", "c.d", "e f"])
SHELVES = st.dictionaries(GOOD_NAMES, TEXT, max_size=4).map(
    lambda lists: [Shelf(name=name, text=text) for name, text in lists.items()]
)


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Make a ZIP of odd paths and contents, whole or dented."""
    packed = io.BytesIO()
    with zipfile.ZipFile(
        packed, "w", draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    ) as archive:
        for name in draw(st.lists(NAMES, max_size=4, unique=True)):
            ending = draw(st.sampled_from([".txt", ".yaml", ".json", ".png", ""]))
            archive.writestr(zipfile.ZipInfo(f"{name}{ending}"), draw(TEXTS | JSONS))
    return dented(packed.getvalue(), draw(DENTS))


def plainly[T: (FoundList, FoundStyle)](reading: Reading[T]) -> list[T]:
    """See that every fault has a sentence; return what can be taken."""
    faults = [*reading.faults, *(fault for one in reading.found for fault in one.faults)]
    assert all(fault.sentence and fault.sentence == fault.sentence.strip() for fault in faults)
    return [one for one in reading.found if not one.faults]


def lists_hold(data: bytes, name: str) -> None:
    """Read word lists; what can be taken is good by all rules, and comes back from each kind of file."""
    taken = plainly(listfiles.read(data, name))
    assert len({one.name for one in taken}) == len(taken)
    for one in taken:
        assert naming.fault_of(one.name) == ""
        assert listcheck.faults_of(one.text) == []
        one.text.encode()
    shelves = [Shelf(name=one.name, text=one.text) for one in taken]
    expected = {one.name: entries_of(one.text) for one in taken}
    writers: dict[str, Callable[[], bytes]] = {
        "x.yaml": lambda: lists_out.as_yaml(shelves),
        "x.json": lambda: lists_out.as_json(shelves),
        "x.zip": lambda: lists_out.as_zip(shelves, NOW),
    }
    for kind, write in writers.items():
        again = plainly(listfiles.read(write(), kind))
        assert {one.name: entries_of(one.text) for one in again} == expected


def styles_hold(data: bytes, name: str) -> None:
    """Read styles; what can be taken is good by all rules, and comes back from each kind of file."""
    taken = plainly(stylefiles.read(data, name))
    for one in taken:
        assert stylecheck.faults_of(name=one.name, text=one.text, negative=one.negative) == []
    rows = [Row(name=one.name, text=one.text, negative=one.negative, extra=one.extra) for one in taken]
    for write in (styles_out.as_a1111, styles_out.as_invoke, styles_out.as_spreadsheet):
        again = plainly(stylefiles.read(write(rows), "styles.csv"))
        assert [(one.name, one.text, one.negative) for one in again] == [
            (row.name, row.text, row.negative) for row in rows
        ]
    again = plainly(stylefiles.read(styles_out.as_json(rows), "styles.json"))
    assert [(one.name, one.text, one.negative, one.extra) for one in again] == [
        (row.name, row.text, row.negative, row.extra) for row in rows
    ]


@fuzzed
@given(TEXTS | st.binary(max_size=60))
def test_any_text_file_is_read_or_told(data: bytes) -> None:
    lists_hold(data, "words.txt")


@fuzzed
@given(TEXTS | JSONS | st.builds(dented, SHELVES.map(lists_out.as_yaml), DENTS))
def test_any_yaml_file_is_read_or_told(data: bytes) -> None:
    lists_hold(data, "words.yaml")


@fuzzed
@given(JSONS | TEXTS | st.builds(dented, SHELVES.map(lists_out.as_json), DENTS))
def test_any_json_file_is_read_or_told(data: bytes) -> None:
    lists_hold(data, "words.json")


@fuzzed
@given(archives() | st.binary(max_size=60))
def test_any_zip_is_read_or_told(data: bytes) -> None:
    lists_hold(data, "words.zip")


@fuzzed
@given(CSVS | st.binary(max_size=60))
def test_any_table_of_styles_is_read_or_told(data: bytes) -> None:
    styles_hold(data, "styles.csv")


@fuzzed
@given(JSONS | TEXTS)
def test_any_json_of_styles_is_read_or_told(data: bytes) -> None:
    styles_hold(data, "styles.json")


@fuzzed
@given(TEXT, TEXT)
def test_a_list_that_is_checked_never_fails(text: str, other: str) -> None:
    assert all(fault.sentence for fault in listcheck.faults_of(f"{text}\n{other}"))
    assert naming.fault_of(naming.tidied(text)) == "" or not naming.tidied(text)
