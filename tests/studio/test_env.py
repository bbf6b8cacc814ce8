"""Each helper of studio.env: what it reads, and the one sentence with which it refuses nonsense."""

import base64
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from studio import env
from studio.env import SettingError

NAME = "STUDIO_TRIAL"
Give = Callable[[str], None]


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Return a way to set the variable that these tests read."""
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)
    return lambda value: monkeypatch.setenv(NAME, value)


def private(path: Path, text: str, mode: int = 0o600) -> Path:
    """Write a file with a mode."""
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(("held", "read"), [("", "fallback"), ("  ", "fallback"), (" a b ", "a b")])
def test_text_is_stripped_and_empty_means_absent(give: Give, held: str, read: str) -> None:
    give(held)
    assert env.text(NAME, "fallback") == read


@pytest.mark.parametrize(("held", "read"), [("", ["x"]), (",,", ["x"]), ("a, b ,c", ["a", "b", "c"])])
def test_words_are_separated_by_commas(give: Give, held: str, read: list[str]) -> None:
    give(held)
    assert env.words(NAME, ["x"]) == read


@pytest.mark.parametrize(
    ("held", "read"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("off", False)]
)
def test_a_flag_knows_several_words(give: Give, held: str, read: bool) -> None:
    give(held)
    assert env.flag(NAME, default=not read) is read


@pytest.mark.parametrize("default", [True, False])
def test_an_absent_flag_is_its_default(give: Give, default: bool) -> None:
    assert env.flag(NAME, default=default) is default


def test_a_flag_that_is_neither_yes_nor_no_is_refused(give: Give) -> None:
    give("perhaps")
    with pytest.raises(SettingError, match=r"^STUDIO_TRIAL is “perhaps”\. Set it to 1 or 0\.$"):
        env.flag(NAME, default=False)


@pytest.mark.parametrize(("held", "read"), [("", 7), ("1", 1), ("9", 9)])
def test_a_whole_number_within_its_bounds(give: Give, held: str, read: int) -> None:
    give(held)
    assert env.whole(NAME, 7, least=1, most=9) == read


@pytest.mark.parametrize("held", ["0", "10", "1.5", "many"])
def test_a_whole_number_out_of_bounds_is_refused(give: Give, held: str) -> None:
    give(held)
    with pytest.raises(SettingError, match="a whole number from 1 to 9"):
        env.whole(NAME, 7, least=1, most=9)


def test_zero_is_no_way_round_a_bound_of_zero_for_words(give: Give) -> None:
    give("none")
    with pytest.raises(SettingError):
        env.whole(NAME, 7, least=0)


def test_a_decimal_number(give: Give) -> None:
    give("0.25")
    assert env.number(NAME, 1) == 0.25


@pytest.mark.parametrize("held", ["-1", "nan", "x", "inf"])
def test_a_decimal_number_out_of_bounds_is_refused(give: Give, held: str) -> None:
    give(held)
    with pytest.raises(SettingError, match="a number from 0 to 10"):
        env.number(NAME, 1, most=10)


def test_a_choice_names_what_it_may_hold(give: Give) -> None:
    assert env.choice(NAME, "rest", ("graphql", "rest")) == "rest"
    give("soap")
    with pytest.raises(SettingError, match="one of: graphql, rest"):
        env.choice(NAME, "rest", ("graphql", "rest"))


def test_a_folder_is_made(give: Give, tmp_path: Path) -> None:
    give(str(tmp_path / "a" / "b"))
    assert env.folder(NAME, tmp_path).is_dir()


def test_a_folder_below_a_file_is_refused(give: Give, tmp_path: Path) -> None:
    give(str(private(tmp_path / "file", "") / "folder"))
    with pytest.raises(SettingError, match="cannot be made"):
        env.folder(NAME, tmp_path)


def test_a_folder_that_cannot_be_written_to_is_refused(
    give: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(SettingError, match="cannot be written to"):
        env.folder(NAME, tmp_path)


def test_a_secret_is_made_once_and_kept_from_others(give: Give, tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "key"
    first = env.secret(NAME, file)
    assert len(first) >= 50
    assert env.secret(NAME, file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["key"]


def test_a_secret_comes_from_the_variable_or_from_the_file_it_names(
    give: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(private(tmp_path / "given", "from a file\n")))
    assert env.secret(NAME, tmp_path / "fallback") == "from a file"
    give("from the variable")
    assert env.secret(NAME, tmp_path / "fallback") == "from the variable"
    assert not (tmp_path / "fallback").exists()


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [("secret", 0o644, "others can read"), ("secret", 0o640, "others can read"), ("", 0o600, "is empty")],
)
def test_a_secret_file_that_is_open_or_empty_is_refused(
    give: Give, tmp_path: Path, text: str, mode: int, sentence: str
) -> None:
    with pytest.raises(SettingError, match=sentence):
        env.secret(NAME, private(tmp_path / "key", text, mode))


def test_a_named_secret_file_that_is_missing_is_refused_and_never_made(
    give: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "missing"))
    with pytest.raises(SettingError, match="cannot be read"):
        env.secret(NAME, tmp_path / "fallback")
    give(str(tmp_path / "missing"))
    with pytest.raises(SettingError, match="cannot be read"):
        env.keyring_file(NAME, tmp_path / "fallback")


def test_a_keyring_is_made_with_one_key_of_32_bytes(give: Give, tmp_path: Path) -> None:
    path = env.keyring_file(NAME, tmp_path / "keyring")
    name, _, key = path.read_text().strip().partition(":")
    assert (name, len(base64.b64decode(key))) == ("k1", 32)
    assert env.keyring_file(NAME, tmp_path / "keyring").read_text() == path.read_text()


def test_without_an_address_the_database_is_sqlite_set_for_money(give: Give, tmp_path: Path) -> None:
    found = env.database(NAME, tmp_path / "studio.sqlite3")
    assert (found["ENGINE"], found["NAME"]) == (
        "studio.sqlite",
        str(tmp_path / "studio.sqlite3"),
    )
    options = found["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]


def test_a_sqlite_address_names_a_file(give: Give, tmp_path: Path) -> None:
    give("sqlite:////srv/studio.sqlite3")
    assert env.database(NAME, tmp_path)["NAME"] == "/srv/studio.sqlite3"


def test_a_postgres_address_is_taken_apart(give: Give, tmp_path: Path) -> None:
    give("postgres://us%40er:p%2Fw@db.example:5433/studio?sslmode=require")
    found = env.database(NAME, tmp_path)
    wanted = {"USER": "us@er", "PASSWORD": "p/w", "HOST": "db.example", "PORT": "5433", "NAME": "studio"}
    assert {name: found[name] for name in wanted} == wanted
    assert found["OPTIONS"] == {**env.PATIENCE, "sslmode": "require"}


def test_a_postgres_socket_is_named_by_host(give: Give, tmp_path: Path) -> None:
    give("postgres:///studio?host=/run/postgresql")
    found = env.database(NAME, tmp_path)
    assert (found["HOST"], found["OPTIONS"]) == ("/run/postgresql", env.PATIENCE)


def test_another_kind_of_database_is_refused(give: Give, tmp_path: Path) -> None:
    give("mysql://localhost/studio")
    with pytest.raises(SettingError, match="begins with “mysql”"):
        env.database(NAME, tmp_path)


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "europe zurich"])
def test_a_time_zone_that_does_not_exist_is_refused(give: Give, zone: str) -> None:
    give(zone)
    with pytest.raises(SettingError, match="time zone"):
        env.time_zone(NAME, "UTC")


def test_a_time_zone_is_read(give: Give) -> None:
    give("Europe/Zurich")
    assert env.time_zone(NAME, "UTC") == "Europe/Zurich"


def test_a_database_address_with_a_port_that_is_none_is_refused(give: Give, tmp_path: Path) -> None:
    give("postgres://member:word@host:port/studio")
    with pytest.raises(SettingError, match="port"):
        env.database(NAME, tmp_path / "x.sqlite3")


def test_a_secret_that_need_not_be_comes_from_the_variable_a_file_or_nowhere(
    give: Give, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert env.private(NAME, shortest=8) == ""
    monkeypatch.setenv(f"{NAME}_FILE", str(private(tmp_path / "given", "from-a-file\n")))
    assert env.private(NAME, shortest=8) == "from-a-file"
    give("short")
    with pytest.raises(SettingError, match=f"{NAME} has 5 characters. Give it 8 at least"):
        env.private(NAME, shortest=8)
