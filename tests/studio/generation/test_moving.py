"""A studio moves from SQLite to PostgreSQL with every row, and its backups come back there (G4, G6)."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from studio import upgrades
from studio.accounts.models import Event, Member, Verb
from studio.credits.check import check
from studio.credits.models import Entry
from studio.generation import backups, moving, restoring
from studio.generation.models import Heartbeat, Image, Job
from tests.databases import new_database
from tests.studio.generation.old_studios import PACKED, settings_of, unpacked
from tests.studio.generation.racing import database

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("pipeline")]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """Return the file of a studio on SQLite, up to date, with runs, images and a ledger."""
    path = unpacked(PACKED[-1], tmp_path_factory.mktemp("left"))
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.UPGRADE_BACKUP", False)
        with database(settings_of(f"sqlite:///{path}")):
            upgrades.bring_up_to_date()
    return path


@pytest.fixture
def new(pipeline: dict[str, Any], postgres_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Have a new, migrated PostgreSQL that holds nothing as the studio's database."""
    with (
        new_database(postgres_url, template=pipeline["NAME"]) as address,
        django_db_blocker.unblock(),
        database(settings_of(address)),
    ):
        call_command("flush", interactive=False, verbosity=0)
        yield


def move(path: Path) -> str:
    said = io.StringIO()
    call_command("move_database", source=f"sqlite:///{path}", stdout=said)
    return said.getvalue()


def test_g4_every_row_is_the_same_there_and_the_studio_goes_on(left: Path, new: None) -> None:
    said = move(left)
    assert "are the same in both, and the ledger is exact" in said
    assert (Job.objects.count(), Image.objects.count()) == (60, 60)
    assert check().differences == ()
    assert Event.objects.filter(verb=Verb.MOVED).count() == 1  # numbered behind those that were moved
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('credits_entry', 'id'))")
        assert cursor.fetchone()[0] > newest
    with pytest.raises(CommandError, match="The new database is not empty"):
        move(left)


def test_g6_a_backup_of_postgresql_brings_back_every_row(
    left: Path, new: None, tmp_path: Path, settings: Settings
) -> None:
    settings.DATA = tmp_path
    move(left)
    before = [model.objects.count() for model in moving.tables() if hasattr(model, "objects")]
    backups.make(tmp_path / "backup", timezone.now())
    Image.objects.all().delete()
    Job.objects.update(prompt="lost")
    restoring.restore(tmp_path / "backup")
    assert [model.objects.count() for model in moving.tables() if hasattr(model, "objects")] == before
    assert not Job.objects.filter(prompt="lost").exists()
    assert check().differences == ()


def test_g4_what_would_lose_or_mix_something_is_refused(
    left: Path, new: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source, why in (
        (f"sqlite:///{tmp_path / 'none.sqlite3'}", "there is no file"),
        ("mysql://h/x", "begins with “mysql”"),
        (f"sqlite:///{unpacked(PACKED[0], tmp_path)}", "The database that is left lacks"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("move_database", source=source)
    with database(settings_of(f"sqlite:///{left}")):
        Heartbeat.objects.create(name="queue", machine="m", at=timezone.now())
    with pytest.raises(CommandError, match="Stop the studio first"):
        move(left)
    with database(settings_of(f"sqlite:///{left}")):
        Heartbeat.objects.update(at=timezone.now() - timedelta(hours=1))
    genuine = moving._digest
    monkeypatch.setattr(
        moving, "_digest", lambda model, alias: (genuine(model, alias)[0], f"{alias}" * (model is Job))
    )
    with pytest.raises(CommandError, match=r"generation_job: 60 rows .* Nothing was moved"):
        move(left)
    assert not Member.objects.exists()
