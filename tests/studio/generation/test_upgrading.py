"""An older studio's database is brought up to date with all in it, and kept as it was (G7, OPS-10)."""

from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from studio import upgrades
from studio.accounts.models import Member
from studio.credits.check import check
from studio.generation import backups
from studio.generation.models import Image
from studio.generation.states import State
from studio.management.commands.start import Command as Start
from tests.studio.generation.old_studios import MADE_ANEW, PACKED, counts, settings_of, unpacked
from tests.studio.generation.racing import database


@pytest.mark.parametrize("file", PACKED, ids=lambda file: file.name.removesuffix(".sqlite3.xz"))
def test_g7_every_row_of_an_earlier_release_is_there_after_the_upgrade(
    file: Path, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    settings.DATA = tmp_path / "data"
    path = unpacked(file, tmp_path)
    before = counts(path)
    with django_db_blocker.unblock(), database(settings_of(f"sqlite:///{path}")):
        assert upgrades.unapplied()
        upgrades.bring_up_to_date()
        assert upgrades.unapplied() == []
        assert check().differences == ()
        assert (
            Image.objects.filter(job__state=State.DONE, card__isnull=False).count() == Image.objects.count()
        )
        assert Member.objects.filter(is_active=True).exists()
        upgrades.bring_up_to_date()  # nothing is missing: no second copy
    after = counts(path)
    lost = {name for name, many in before.items() if after.get(name, 0) < many} - MADE_ANEW
    assert lost == set()
    [kept] = (settings.DATA / upgrades.COPIES).iterdir()
    assert counts(kept) == before
    assert kept.stat().st_mode & 0o077 == 0


def test_g7_there_is_a_database_to_try_it_on() -> None:
    assert PACKED


def test_g7_nothing_is_migrated_where_no_copy_can_be_made(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    def full(folder: Path, stem: str) -> Path:
        raise backups.BackupError("There is no room.")

    settings.DATA = tmp_path / "data"
    path = unpacked(PACKED[0], tmp_path)
    monkeypatch.setattr(backups, "copy_database", full)
    with django_db_blocker.unblock(), database(settings_of(f"sqlite:///{path}")):
        missing = upgrades.unapplied()
        with pytest.raises(backups.BackupError):
            upgrades.bring_up_to_date()
        assert upgrades.unapplied() == missing


def test_g7_the_oldest_copies_go(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def copy(folder: Path, stem: str) -> Path:
        path = folder / f"{stem}.sqlite3"
        path.touch()
        return path

    settings.DATA = tmp_path
    monkeypatch.setattr(backups, "copy_database", copy)
    (tmp_path / upgrades.COPIES).mkdir()
    for year in range(2020, 2025):
        (tmp_path / upgrades.COPIES / f"{year}0101-000000-before-x.sqlite3").touch()
    upgrades._keep_a_copy("credits.0009_more")
    names = sorted(path.name for path in (tmp_path / upgrades.COPIES).iterdir())
    assert len(names) == upgrades.COPIES_KEPT
    assert names[0].startswith("2023")
    assert names[-1].endswith("-before-credits.0009_more.sqlite3")


def test_g7_a_start_that_cannot_copy_the_database_says_so_and_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> None:
        raise backups.BackupError("There is no room.")

    monkeypatch.setattr(upgrades, "bring_up_to_date", full)
    with pytest.raises(SystemExit) as ended:
        Start().upgrade()
    assert ended.value.code == 2
    assert "There is no room. Nothing was changed." in capsys.readouterr().err
