"""A painter tells what a picture is, and draws when its asker shows the original or somebody else asks."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from studio.generation import painter


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(painter, "SHOWN_WITHIN", 60.0)
    Image.new("RGB", (600, 400), "teal").save(tmp_path / "fetched.jpg")
    return tmp_path / "fetched.jpg"


@pytest.fixture
def lane() -> Iterator[painter.Lane]:
    ends = painter.open_lane()
    yield ends
    for end in ends:
        end.close()


@pytest.mark.parametrize("what", ["shown", "another asks"])
def test_it_draws_when_the_original_is_shown_or_another_waits(
    what: str, fetched: Path, lane: painter.Lane
) -> None:
    folder = fetched.parent / "drawn"
    mine, theirs = socket.socketpair(socket.AF_UNIX, painter.KIND)
    mine.settimeout(30)
    asked = (fetched, fetched.parent / "clean", folder, theirs, lane[1])
    with mine, theirs:
        painting = Thread(target=painter._paint, args=asked)
        painting.start()
        assert json.loads(mine.recv(painter.LARGEST))["width"] == 600
        assert not folder.exists()
        if what == "shown":
            mine.shutdown(socket.SHUT_WR)
        else:
            lane[0].send(b"[]")
        assert "palette" in json.loads(mine.recv(painter.LARGEST))
        painting.join()
    assert {file.name for file in folder.iterdir()} == {"128.webp", "256.webp", "512.webp"}
