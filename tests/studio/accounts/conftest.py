"""What the tests of members and keys share: a keyring of one's own, a provider that answers as told."""

import base64
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from studio.accounts import provider
from studio.doitong import DoitongError, Secret

KEY = "dk_live_4uHq8ZpW2mNc7RtYx9Lb"
OTHER = "dk_live_9aBc2DeF5gHi8JkLm1No"


class Provider:
    """A stand-in for the client: answers or raises, and keeps the keys that it was asked about."""

    def __init__(self) -> None:
        self.error: DoitongError | None = None
        self.asked: list[Secret] = []

    def __call__(self, secret: Secret) -> Any:
        self.asked.append(secret)
        return self

    def test_key(self) -> object:
        if self.error is not None:
            raise self.error
        return None


@pytest.fixture
def doitong() -> Iterator[Provider]:
    """The provider that the pages ask."""
    stand_in = Provider()
    with provider.use(stand_in):
        yield stand_in


@pytest.fixture(autouse=True)
def write_keyring(tmp_path: Path, settings: Settings) -> Callable[..., Path]:
    """Return a writer of keyrings; one with a fresh key is in use from the start."""
    path = tmp_path / "keyring"
    settings.KEYRING_FILE = path

    def write(*lines: str, mode: int = 0o600) -> Path:
        path.write_text("\n".join(lines) + "\n" if lines else "")
        path.chmod(mode)
        return path

    write(line("k1"))
    return write


def line(name: str) -> str:
    """A keyring's line with a key of its own."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@pytest.fixture(autouse=True)
def _static_root(settings: Settings) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
