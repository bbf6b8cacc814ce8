"""The sandbox in process and, where a test is about processes, as a real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio.sandbox.desk import Desk
from tests.studio.sandbox.process import Running

for _stage in ("request", "job", "image", "webhook"):
    pytest.register_assert_rewrite(f"tests.studio.sandbox.effects_{_stage}")


@pytest.fixture
def desk() -> Iterator[Desk]:
    """In memory; every job takes 5 seconds of its own clock."""
    made = Desk()
    yield made
    made.close()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A real process that serves a whole module, fast and without latency."""
    running = Running(tmp_path_factory.mktemp("sandbox"), "--fast", "--latency", "instant")
    yield running
    running.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a sandbox of one's own."""
    return tmp_path / "sandbox"
