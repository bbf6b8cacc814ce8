import json

import pytest

from studio.doitong.document import (
    DEEPEST,
    LARGEST_INT,
    REFUSED_NUMBER,
    Unreadable,
    is_json_like,
    read_document,
)


def nested(depth: int) -> bytes:
    """A document of this depth, itself included."""
    return b'{"a": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_an_object_is_read() -> None:
    assert read_document('{"a": [1, 2.5, "é", null, true]}'.encode()) == {"a": [1, 2.5, "é", None, True]}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_document(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_the_greatest_depth() -> None:
    assert read_document(nested(DEEPEST))
    for depth in (DEEPEST + 1, 900, 100_000):
        with pytest.raises(Unreadable, match="nested too deeply"):
            read_document(nested(depth))


@pytest.mark.parametrize("number", [LARGEST_INT, -LARGEST_INT, 0])
def test_the_greatest_whole_numbers(number: int) -> None:
    assert read_document(json.dumps({"a": number}).encode()) == {"a": number}


@pytest.mark.parametrize(
    "text", [str(LARGEST_INT + 1), str(-LARGEST_INT - 1), "9" * 5000, "1e400", "-1e400", "NaN", "Infinity"]
)
def test_a_dishonest_number_is_told_as_such(text: str) -> None:
    assert read_document(f'{{"a": {text}, "b": 1}}'.encode()) == {"a": REFUSED_NUMBER, "b": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not valid JSON"),
        (b"<html>", "not valid JSON"),
        (b'{"a": 1', "not valid JSON"),
        (b'{"a": 1} x', "not valid JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_prv_05_anything_else_is_unreadable(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_document(body)


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "Application/GraphQL-Response+JSON",
    ],
)
def test_worth_parsing(kind: str) -> None:
    assert is_json_like(kind)


@pytest.mark.parametrize("kind", ["text/html", "image/jpeg", "application/octet-stream", "text/html; a=json"])
def test_not_worth_parsing(kind: str) -> None:
    assert not is_json_like(kind)
