"""Take a backup back, and doubt what waited in it: it may have been made since (G6, OPS-07).

What was in line when the backup was made is held with the question; a person sends it again or lets it be.
What was being sent becomes unknown by the sweep, what was at the provider is asked about. The books are
set beside what Doitong says is left. Run it while nothing else of the studio runs.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import batched
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from studio import upgrades
from studio.accounts.models import Key, KeyState
from studio.credits import anchors, check
from studio.generation import backups, heartbeats, reconciling
from studio.generation.backups import Backup, BackupError
from studio.generation.models import Heartbeat, Job, Pulse
from studio.generation.states import BEFORE_SENDING, Reason, State

AT_ONCE = 100  # jobs in one transaction


def restore(folder: Path) -> Backup:
    """Put the database and the pictures of a backup in the place of today's. Raises BackupError, OSError.

    Pictures that came after the backup are left where they are: no row names them.
    """
    backup = backups.read(folder)
    if _has_tables() and (beating := heartbeats.alive(timezone.now())):
        raise BackupError(f"The {beating[0].name} still runs on {beating[0].machine}. Stop the studio first.")
    _put_back(folder / backup.database)
    for name, target in backups.folders().items():
        if (folder / name).is_dir():
            shutil.copytree(folder / name, target, dirs_exist_ok=True)
    upgrades.bring_up_to_date()
    return backup


def doubt_what_waited(backup: Backup) -> int:
    """Hold what had not been sent when the backup was made; return how many jobs that are."""
    when = f"{datetime.fromisoformat(backup.made_at):%Y-%m-%d %H:%M} UTC"
    why = f"It was waiting in the backup of {when}, and may have been made since."
    waiting = Job.objects.filter(state__in=BEFORE_SENDING).order_by("member_id", "created_at")
    doubted = 0
    for jobs in batched(list(waiting), AT_ONCE):
        with transaction.atomic():
            doubted += sum(_doubt(job, why) for job in jobs)
    return doubted


def differences(now: datetime) -> Iterator[str]:
    """Yield in a sentence each way in which the books differ: from their entries, from what Doitong says."""
    for difference in check.check().differences:
        yield f"{difference}."
    for key in Key.objects.filter(state=KeyState.OK).order_by("account", "pk"):
        anchor = reconciling.ask(key, now)
        found = anchors.drift(anchor) if anchor else None
        if anchor and found and found.credits:
            than = f"{abs(found.credits):,} {'fewer' if found.credits < 0 else 'more'} than these books say"
            yield f"The account of the key …{key.last4} has {anchor.figure:,} credits left, {than}."


def _has_tables() -> bool:
    """Say whether there is a studio's database already: in a drill there is none."""
    return Heartbeat._meta.db_table in connection.introspection.table_names()


def _doubt(job: Job, why: str) -> bool:
    if job.move(State.HELD, only_from={State.QUEUED}, reason=Reason.NO_ANSWER, detail=why):
        return True
    held = Job.objects.filter(pk=job.pk, state=State.HELD)
    return bool(held.update(reason=Reason.NO_ANSWER, detail=why, version=Pulse.advance(job.member_id)))


def _put_back(database: Path) -> None:
    if database.name == backups.POSTGRES:
        backups.run_tool(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            f"--dbname={connection.settings_dict['NAME']}",
            str(database),
        )
        return
    if connection.vendor != "sqlite":
        raise BackupError("This backup is one of SQLite; the studio is set up with another database.")
    connection.close()
    address = f"{database.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as copy, closing(backups.opened()) as live:
        backups.copied(copy, live)
