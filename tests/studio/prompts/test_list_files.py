"""Word lists in files as sd-dynamic-prompts has them: read, checked, written and read again (A7)."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.prompts.exporting import listfiles as writing
from studio.prompts.exporting.listfiles import Shelf
from studio.prompts.importing.found import FoundList, Reading
from studio.prompts.importing.listfiles import read
from studio.prompts.listtext import entries_of

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
SHELVES = [
    Shelf(name="animals", text="fox\nowl"),
    Shelf(name="animals/cats", text="# big ones\nlynx\n\n  tiger", description="Cats, large"),
    Shelf(
        name="light/day/noon",
        text='0.5::"hard" sun\nno\n42\n\\#ff0 yellow: bright\nyes | no\n- a dash\n12:30',
    ),
    Shelf(name="empty", text=""),
]


def zipped(files: dict[str, str | bytes]) -> bytes:
    """Return an archive of files by their paths."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def entries(reading: Reading[FoundList]) -> dict[str, tuple[str, ...]]:
    """Return what was read, name by name, where nothing is wrong with it."""
    assert reading.faults == ()
    assert [one.faults for one in reading.found if one.faults] == []
    return {one.name: entries_of(one.text) for one in reading.found}


def told(reading: Reading[FoundList]) -> list[str]:
    """Return every fault as a person reads it."""
    return [str(fault) for fault in (*reading.faults, *(f for one in reading.found for f in one.faults))]


def test_a_text_file_keeps_all_that_was_typed() -> None:
    reading = read("\ufeff# seasons\r\nspring\r\n\r\n  autumn\r\n".encode(), "season.txt")
    assert [one.text for one in reading.found] == ["# seasons\nspring\n\n  autumn"]
    assert entries(reading) == {"season": ("spring", "autumn")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_text_is_read_by_its_byte_order_mark(encoding: str) -> None:
    reading = read("été\nhiver 🦊".encode(encoding), "season.txt")
    assert entries(reading) == {"season": ("été", "hiver 🦊")}
    assert reading.notes == ()


def test_what_is_no_utf_8_is_read_as_windows_1252_and_said_so() -> None:
    reading = read("été – hiver".encode("cp1252"), "season.txt")
    assert entries(reading) == {"season": ("été – hiver",)}
    assert "Windows-1252" in reading.notes[0]


def test_a_collection_of_sd_dynamic_prompts_is_read_by_its_nested_keys() -> None:
    found = entries(read((FILES / "clothing.yaml").read_bytes(), "clothing.yaml"))
    assert found == {
        "clothing/outer": ("a wool coat", "0.5::a {red|blue} raincoat", "2::a denim jacket", "no jacket"),
        "clothing/shoes/winter": ("snow boots", "__clothing/shoes/summer__ with socks"),
        "clothing/shoes/summer": ("sandals", "no", "3"),
        "patterns": ("2$$ and $$stripes", "polka dots"),
    }


def test_a_json_file_is_read_like_a_yaml_one() -> None:
    text = json.dumps({"a": {"b": ["x", {"text": "y", "weight": 2.5e-1}, 3, True, None]}, "c": []})
    reading = read(text.encode(), "words.json")
    assert entries(reading) == {"a/b": ("x", "0.25::y", "3", "true"), "c": ()}
    assert reading.found[0].notes == ("1 empty entry was left out.",)


def test_a_list_alone_is_named_after_its_file() -> None:
    assert entries(read(b'["x", "y"]', "some words.json")) == {"some words": ("x", "y")}
    assert entries(read(b"- x\n- y\n", "colours.yml")) == {"colours": ("x", "y")}


def test_an_entry_of_several_lines_is_joined_and_said_so() -> None:
    reading = read(b"a:\n  - |\n    one\n    two\n  - '# three'\n", "x.yaml")
    assert entries(reading) == {"a": ("one two", "\\# three")}
    assert reading.found[0].notes == ("An entry of several lines was joined into one.",)


def test_a_zip_of_a_wildcards_folder_is_read_by_its_paths() -> None:
    data = zipped({"animals/cats.txt": "lynx", "plants.yaml": "trees:\n  - oak\n", "__MACOSX/x.txt": "no"})
    assert entries(read(data, "wildcards.zip")) == {"animals/cats": ("lynx",), "trees": ("oak",)}


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_what_is_written_is_read_again_entry_by_entry(kind: str) -> None:
    data = writing.as_yaml(SHELVES) if kind == "yaml" else writing.as_json(SHELVES)
    assert entries(read(data, f"library.{kind}")) == {one.name: entries_of(one.text) for one in SHELVES}


def test_a_zip_that_is_written_is_read_again_letter_by_letter() -> None:
    reading = read(writing.as_zip(SHELVES, NOW), "library.zip")
    assert {one.name: (one.text, one.description) for one in reading.found} == {
        one.name: (one.text, one.description) for one in SHELVES
    }


def test_a_text_file_that_is_written_is_read_again_letter_by_letter() -> None:
    for shelf in SHELVES:
        assert [one.text for one in read(writing.as_txt(shelf), "x.txt").found] == [shelf.text]


def test_a_name_that_cannot_be_typed_becomes_one_that_can() -> None:
    reading = read(zipped({"Art & 3D/my__list_.txt": "x"}), "a.zip")
    assert [(one.name, one.notes) for one in reading.found] == [
        ("Art - 3D/my_list", ("“Art & 3D/my__list_” can’t be typed; it becomes “Art - 3D/my_list”.",))
    ]


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"\x00\x01", "x.txt", "x.txt, line 1: This is no text file"),
        (b"\xff\xfe\x00", "x.txt", "neither UTF-8 nor utf-16"),
        (b"caf\x81\xe9", "x.txt", "neither UTF-8 nor cp1252"),
        (b"red\n{blue", "x.txt", "x.txt, line 2, character 1: "),
        (b"a: [b", "x.yaml", "This is no YAML: did not find expected ',' or ']'"),
        (b"a: !!python/object/apply:os.system [ls]", "x.yaml", "line 1: A tag such as tag:yaml.org"),
        (b"a: word", "x.yaml", "line 1: Here is a text, where a list of texts was expected"),
        (b"a:\n  - {text: x, colour: red}", "x.yaml", "line 2: An entry is a text, or has"),
        (b"a:\n  - {text: x, weight: much}", "x.yaml", "line 2: “much” is no weight"),
        (b"a:\n  - {text: x, weight: -1}", "x.yaml", "line 2: “-1” is no weight"),
        (b"a:\n  - {text: x, weight: nan}", "x.yaml", "line 2: “nan” is no weight"),
        (b"x" * 4_001, "x.txt", "x.txt, line 1, character 4001: The entry has 4,001 characters"),
        (b"a: *b", "x.yaml", "x.yaml"),
        (b"a: [x]\nb:\n  - fine\n\n  - a {b", "x.yaml", "x.yaml, line 5: Entry 2, character 3: This {"),
        (b'{"a": ["fine", "a {b"]}', "x.json", "x.json: Entry 2, character 3: This {"),
        (b"---\na: [b]\n---\nc: [d]\n", "x.yaml", "line 3: The file holds several documents"),
        (b"", "x.yaml", "x.yaml: The file is empty."),
        (b"word", "x.yaml", "x.yaml: There is no list in it."),
        (b'{"a": [1,}', "x.json", "x.json, line 1, character 10: This is no JSON"),
        (b'{"a": ["\\ud800"]}', "x.json", "x.json: Entry 1, character 1: This is no character of a text"),
        (b"[" * 100_000, "x.json", "more than 20 others"),
        (b"- " * 30 + b"x", "x.yaml", "more than 20 others"),
        (b"x", "..txt", "A list needs a name."),
        (b"x", "x.exe", "“.exe” is no kind of file that holds word lists"),
        (b"x", "x.zip", "This is no ZIP file"),
        (b"x" * 1_000_001, "x.txt", "larger than 1,000,000 bytes"),
        (b"x\n" * 10_001, "x.txt", "x.txt, line 10001: The list has 10,001 entries"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(data: bytes, name: str, expected: str) -> None:
    reading = read(data, name)
    assert len(told(reading)) == 1
    assert expected in told(reading)[0]


def test_a_file_that_unfolds_without_end_is_refused() -> None:
    laughs = "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(8)
    )
    reading = read(f"a: &a [x]\n{laughs}".encode(), "x.yaml")
    assert "unfolds into more than 200,000 values" in told(reading)[0]


def test_one_bad_file_of_a_zip_leaves_the_others() -> None:
    reading = read(zipped({"good.txt": "fox", "bad.txt": b"\x00", "odd.png": b"x"}), "a.zip")
    assert [one.name for one in reading.found] == ["good"]
    assert sorted(told(reading)) == [
        "bad.txt, line 1: This is no text file: it holds null bytes.",
        "odd.png: It was left out: only .txt, .yaml, .yml, .json files hold word lists.",
    ]


def test_a_name_said_twice_is_told() -> None:
    reading = read(zipped({"a.txt": "x", "a.yaml": "- y"}), "a.zip")
    assert told(reading) == ["a.yaml: a.txt has a list of this name already. Rename one of them."]
    reading = read(b"a: [x]\nb: [y]\na: [z]\n", "a.yaml")
    assert entries(reading) == {"a": ("x", "z"), "b": ("y",)}
    assert "twice" in reading.found[0].notes[0]
