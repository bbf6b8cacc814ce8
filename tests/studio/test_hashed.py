"""A static file's address is looked up once, and anew after the files were collected again."""

from pathlib import Path
from typing import override

import pytest
from django.core.files.base import ContentFile

from studio.hashed import Hashed


class Counted(Hashed):
    """Counts its look-ups."""

    looked = 0

    @override
    def stored_name(self, name: str) -> str:
        self.looked += 1
        return str(super().stored_name(name))


@pytest.fixture
def storage(tmp_path: Path) -> Counted:
    storage = Counted(location=str(tmp_path), base_url="/static/")
    storage.save("a.css", ContentFile(b"a {}"))
    storage.hashed_files[storage.hash_key("a.css")] = "a.1.css"
    return storage


def test_an_address_is_looked_up_once(storage: Counted) -> None:
    assert [storage.url("a.css"), storage.url("a.css")] == ["/static/a.1.css"] * 2
    assert storage.looked == 1


def test_names_that_changed_are_looked_up_again(storage: Counted) -> None:
    assert storage.url("a.css") == "/static/a.1.css"
    storage.hashed_files[storage.hash_key("a.css")] = "a.2.css"
    storage.save_manifest()
    assert storage.url("a.css") == "/static/a.2.css"


def test_a_file_that_was_not_collected_is_told_each_time(storage: Counted) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=r"b\.css"):
            storage.url("b.css")
