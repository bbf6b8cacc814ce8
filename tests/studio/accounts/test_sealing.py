"""Sealed secrets open in their place alone, under their key alone (KEY-01, KEY-02, KEY-12 to KEY-14)."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studio.accounts.sealing import Keyring, KeyringError, Place, TamperedError, WrongKeyError, keyring
from studio.doitong import Secret
from tests.studio.accounts.conftest import KEY, line

HERE = Place(table="accounts_key", row="1", purpose="api")

type Write = Callable[..., Path]


def test_a_sealed_secret_opens_and_is_never_sealed_alike_twice() -> None:
    ring = keyring()
    first, second = ring.seal(Secret(KEY), HERE), ring.seal(Secret(KEY), HERE)
    assert first != second
    assert first.startswith("v1:k1:")
    assert KEY not in first
    assert ring.unseal(first, HERE).reveal() == ring.unseal(second, HERE).reveal() == KEY


@pytest.mark.parametrize("moved", [
    Place(table="accounts_other", row="1", purpose="api"),
    Place(table="accounts_key", row="2", purpose="api"),
    Place(table="accounts_key", row="1", purpose="webhook"),
])  # fmt: skip
def test_a_sealed_secret_moved_elsewhere_is_refused(moved: Place) -> None:
    sealed = keyring().seal(Secret(KEY), HERE)
    with pytest.raises(TamperedError):
        keyring().unseal(sealed, moved)


@given(st.integers(0, 10_000), st.sampled_from("ABCdef012_-"))
def test_a_changed_sealed_secret_is_refused(position: int, character: str) -> None:
    ring = Keyring(keys={"k1": b"k" * 32})
    sealed = ring.seal(Secret(KEY), HERE)
    position %= len(sealed) - 4  # the last signs of base64 carry bits that decoding drops
    changed = sealed[:position] + character + sealed[position + 1 :]
    if changed != sealed:
        with pytest.raises((TamperedError, WrongKeyError)):
            ring.unseal(changed, HERE)


@pytest.mark.parametrize("junk", ["", "v1:k1", "v2:k1:AAAA:AAAA", "v1:k1:A:B", "v1:k1:AAAA:AAAA", "v1:k:é:é"])
def test_what_was_never_sealed_is_refused(junk: str) -> None:
    with pytest.raises(TamperedError):
        keyring().unseal(junk, HERE)


def test_a_new_first_line_seals_and_the_old_one_still_opens(write_keyring: Write) -> None:
    old = line("k1")
    write_keyring(old)
    sealed = keyring().seal(Secret(KEY), HERE)
    write_keyring(line("k2"), old)
    assert keyring().unseal(sealed, HERE).reveal() == KEY
    assert keyring().seal(Secret(KEY), HERE).startswith("v1:k2:")
    assert (
        keyring().fingerprints(Secret(KEY))[1]
        == Keyring(keys=dict([_pair(old)])).fingerprints(Secret(KEY))[0]
    )


def test_a_lost_line_is_told_by_its_name(write_keyring: Write) -> None:
    sealed = keyring().seal(Secret(KEY), HERE)
    write_keyring(line("k2"))
    with pytest.raises(WrongKeyError, match="“k1”"):
        keyring().unseal(sealed, HERE)


def test_another_key_under_the_same_name_is_told(write_keyring: Write) -> None:
    sealed = keyring().seal(Secret(KEY), HERE)
    write_keyring(line("k1"))
    with pytest.raises(TamperedError, match="another one"):
        keyring().unseal(sealed, HERE)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_keyring_that_others_can_read_is_refused(write_keyring: Write, mode: int) -> None:
    write_keyring(line("k1"), mode=mode)
    with pytest.raises(KeyringError, match="chmod 600"):
        keyring()


@pytest.mark.parametrize("text", ["", "k1", "k1:short", "k1:AAAA", f":{'A' * 44}", "k1:" + "é" * 44])
def test_a_keyring_of_something_else_is_refused(write_keyring: Write, text: str) -> None:
    write_keyring(text)
    with pytest.raises(KeyringError):
        keyring()


def test_a_keyring_that_is_not_there_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.KEYRING_FILE = tmp_path / "nowhere"
    with pytest.raises(KeyringError, match="cannot be read"):
        keyring()


def test_a_keyring_shows_no_key() -> None:
    assert "kkkk" not in repr(Keyring(keys={"k1": b"k" * 32}))


def _pair(text: str) -> tuple[str, bytes]:
    name, _, key = text.partition(":")
    return name, base64.b64decode(key)
