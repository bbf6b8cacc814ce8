"""A part of the studio on a machine of its own: what it starts, what it waits for, what it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from studio import preflight, upgrades
from tests import house
from tests.house import ROOT


def start(settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py start` to its end."""
    command = [sys.executable, "manage.py", "start", *words]
    return subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=90, check=False
    )


@pytest.mark.parametrize(
    ("only", "sentence"),
    [
        ("queue,painter", "--only names “painter”. Name some of: web, queue, watcher, sandbox."),
        ("sandbox", "--only names the sandbox, but DOITONG_URL is https://api.doitong.com."),
    ],
)
def test_a_part_that_is_not_there_is_one_sentence_and_code_2(
    tmp_path: Path, only: str, sentence: str
) -> None:
    variables = house.environment(tmp_path / "data", DOITONG_URL="https://api.doitong.com")
    ended = start(variables, "--only", only)
    assert (ended.returncode, ended.stderr.strip()) == (2, sentence)


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_lacks_nothing() -> None:
    assert upgrades.unapplied() == []


@pytest.mark.django_db(transaction=True)
def test_ops_10_a_machine_without_the_web_server_does_not_migrate() -> None:
    call_command("migrate", "django_q", "0017", verbosity=0)
    try:
        missing = upgrades.wait_for_others(0.0, lambda: False)
    finally:
        call_command("migrate", verbosity=0)
    assert missing[0].startswith("django_q.0018")


def test_only_the_ports_of_what_is_started_must_be_free(settings: Settings) -> None:
    settings.PORT = settings.SANDBOX_PORT = 1
    settings.DOITONG_URL = "http://127.0.0.1:1"
    assert list(preflight._ports({"queue", "watcher"})) == []
    assert list(preflight._ports({"web", "sandbox"})) != []


def test_ops_11_a_folder_that_takes_no_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*, dir: Path) -> None:  # noqa: A002 - root may write anywhere
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("studio.preflight.tempfile.TemporaryFile", refused)
    said = preflight.folder_fault(tmp_path / "originals")
    assert said == (
        f"The folder {tmp_path / 'originals'} takes no files (Permission denied). Change its owner or mode."
    )


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, settings: Settings) -> None:
    settings.PICTURES = tmp_path / "file" / "pictures"
    (tmp_path / "file").touch()
    (fault,) = preflight._folders()
    assert fault.startswith(f"The folder {settings.PICTURES} takes no files")
