"""A backup is whole while others write, and buys nothing twice when it is taken back (OPS-07, OPS-08, G6)."""

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts.models import Event as Noted
from studio.accounts.models import Member, Verb
from studio.credits import ledger
from studio.credits.check import check
from studio.generation import backups, heartbeats, originals, restoring, steering, sweep, vitals
from studio.generation.models import Image, Job
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
from tests.studio.generation.racing import file_database
from tests.studio.generation.rows import a_member
from tests.studio.generation.world import World, give_credits, give_key, open_world, start, states


@pytest.fixture
def studio(transactional_db: None, tmp_path: Path) -> Iterator[World]:
    """Have a world whose database is a file, as a studio's is."""
    live = tmp_path / "live.sqlite3"
    with file_database(live), open_world() as world:
        with closing(sqlite3.connect(live)) as plain:
            plain.execute("PRAGMA journal_mode=WAL")
        yield world


@pytest.fixture
def person(studio: World) -> Member:
    give_key(studio, a_member("owner@studio.example", "owner"))
    person = a_member()
    give_credits(person, 1_000)
    return person


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def make(folder: Path) -> backups.Backup:
    return backups.make(folder, timezone.now())


def facts(path: Path) -> tuple[str, int, int]:
    """Return whether a copied database is whole, its balances, and what its entries add up to."""
    with closing(sqlite3.connect(path)) as copy:
        [[whole]] = copy.execute("PRAGMA integrity_check")
        [[balance]] = copy.execute("SELECT COALESCE(SUM(balance), 0) FROM credits_account")
        [[posted]] = copy.execute("SELECT COALESCE(SUM(posted), 0) FROM credits_entry")
    return whole, balance, posted


def test_ops_08_ten_backups_under_load_are_each_whole(person: Member, tmp_path: Path) -> None:
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            ledger.grant(person, 1, actor=person, reason="more", reference=uuid4())
        connections.close_all()

    writer = Thread(target=write)
    writer.start()
    try:
        made = [make(tmp_path / f"backup {n}") for n in range(10)]
    finally:
        stop.set()
        writer.join(timeout=30)
    found = [facts(tmp_path / f"backup {n}" / made[n].database) for n in range(10)]
    assert {whole for whole, _, _ in found} == {"ok"}
    assert all(balance == posted >= 1_000 for _, balance, posted in found)


def test_ops_08_a_drill_brings_back_every_row_and_every_picture(
    studio: World, person: Member, folder: Path, settings: Settings
) -> None:
    start(person, "a {red|blue} dune")
    studio.finish()
    before = {path: path.read_bytes() for path in settings.ORIGINALS.rglob("*.*")}
    made = make(folder)
    Image.objects.all().delete()
    Job.objects.filter(state=State.DONE).update(prompt="lost")
    for path in before:
        path.unlink()
    said = io.StringIO()
    call_command("restore", str(folder), yes=True, stdout=said)
    assert Image.objects.count() == 2
    assert set(Job.objects.values_list("prompt", flat=True)) == {"a red dune", "a blue dune"}
    assert {path: path.read_bytes() for path in before} == before
    assert check().differences == ()
    assert made.files >= 2
    assert "The books agree" in said.getvalue()


def test_ops_08_a_drill_begins_with_a_data_folder_that_has_no_database(
    studio: World, person: Member, folder: Path, tmp_path: Path
) -> None:
    start(person, "a {red|blue} dune")
    studio.finish()
    make(folder)
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = str(tmp_path / "another machine.sqlite3")
    said = io.StringIO()
    call_command("restore", str(folder), yes=True, stdout=said)
    assert set(Job.objects.values_list("prompt", flat=True)) == {"a red dune", "a blue dune"}
    assert "The books agree" in said.getvalue()


def test_ops_07_nothing_that_was_bought_since_is_bought_again(
    studio: World, person: Member, folder: Path
) -> None:
    """Two had been made; three were in line, and were made after the backup."""
    old = start(person, "a {red|blue} dune")
    studio.finish()
    run = start(person, "a {calm|wild|grey} sea")
    make(folder)
    studio.finish()
    assert studio.submissions() == 5
    restoring.doubt_what_waited(restoring.restore(folder))
    for _ in range(3):
        sweep.sweep(timezone.now())
        studio.finish()
    assert studio.submissions() == 5
    assert (states(old), states(run)) == (["done"] * 2, ["held"] * 3)
    first = run.jobs.get(position=0)
    assert first.reason == Reason.NO_ANSWER
    assert "may have been made since" in meaning(first).why
    assert "may have made this image already" in meaning(first).actions[0].confirm
    assert check().differences == ()


def test_ops_07_a_person_sends_it_again_and_it_is_paid_for(
    studio: World, person: Member, folder: Path
) -> None:
    run = start(person, "a calm sea")
    make(folder)
    restoring.doubt_what_waited(restoring.restore(folder))
    assert steering.retry(run.jobs.get())
    studio.finish()
    assert states(run) == ["done"]
    assert studio.charged() == 10
    assert check().differences == ()


def test_ops_07_what_was_being_sent_becomes_unknown(studio: World, person: Member, folder: Path) -> None:
    run = start(person, "a calm sea")
    Job.objects.filter(run=run).update(state=State.SENDING, lease_until=timezone.now())
    make(folder)
    restoring.doubt_what_waited(restoring.restore(folder))
    sweep.sweep(timezone.now())
    assert states(run) == ["unknown"]


def test_ops_07_what_was_spent_since_is_reported(studio: World, person: Member, folder: Path) -> None:
    list(restoring.differences(timezone.now()))  # an anchor: so much was left then
    make(folder)
    start(person, "a {calm|wild|grey} sea")
    studio.finish()
    said = io.StringIO()
    call_command("restore", str(folder), yes=True, stdout=said)
    assert "30 fewer than these books say" in said.getvalue()


def test_what_is_no_backup_is_refused_in_a_sentence(person: Member, folder: Path) -> None:
    for act in (lambda: restoring.restore(folder), lambda: call_command("restore", str(folder))):
        with pytest.raises((backups.BackupError, CommandError)):
            act()
    make(folder)
    with pytest.raises(backups.BackupError, match="is there already"):
        make(folder)
    with (folder / backups.SQLITE).open("ab") as database:
        database.write(b"!")
    with pytest.raises(backups.BackupError, match="damaged"):
        restoring.restore(folder)
    (folder / backups.MANIFEST).write_text(json.dumps({"made_at": "now"}))
    with pytest.raises(backups.BackupError, match="no whole backup"):
        restoring.restore(folder)


def test_nothing_is_restored_under_a_working_studio(person: Member, folder: Path) -> None:
    make(folder)
    heartbeats.write("watcher")
    with pytest.raises(backups.BackupError, match="Stop the studio first"):
        restoring.restore(folder)


def test_a_backup_that_fails_leaves_nothing_behind(person: Member, folder: Path, settings: Settings) -> None:
    (settings.ORIGINALS / "aa").mkdir()
    (settings.ORIGINALS / "aa" / "locked.jpeg").symlink_to(settings.ORIGINALS / "aa" / "gone.jpeg")
    (settings.ORIGINALS / f"{originals.INCOMING}1").mkdir()
    (settings.ORIGINALS / f"{originals.INCOMING}1" / "half.jpeg").write_bytes(b"half")
    assert make(folder).files == 0
    assert [path.name for path in folder.parent.glob(".*unfinished")] == []


def test_ops_08_a_timer_s_backups_are_named_by_the_moment_and_the_oldest_go(
    person: Member, tmp_path: Path
) -> None:
    for day in (1, 2, 3):
        (tmp_path / f"studio-2020010{day}-000000").mkdir()
        (tmp_path / f"studio-2020010{day}-000000" / backups.MANIFEST).write_text("{}")
    (tmp_path / "studio-19990101-000000").mkdir()  # no whole backup: left to a person
    said = io.StringIO()
    call_command("backup", into=tmp_path, keep=2, stdout=said)
    names = sorted(path.name for path in tmp_path.glob("studio-2*"))
    assert names[0] == "studio-20200103-000000"
    assert len(names) == 2
    assert (tmp_path / "studio-19990101-000000").is_dir()
    assert said.getvalue().count("removed") == 2
    assert Noted.objects.filter(verb=Verb.BACKED_UP, subject=vitals.BACKUP).count() == 1


def test_a_backup_is_told_one_place(person: Member, tmp_path: Path) -> None:
    both: dict[str, Path] = {"folder": tmp_path / "one", "into": tmp_path}
    for where in ({}, both):
        with pytest.raises(CommandError, match="Name one folder"):
            call_command("backup", **where)
