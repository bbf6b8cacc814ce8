"""A backup of the whole studio while it goes on working: the database, the pictures, and what they were (G6).

The database is copied first, in one piece and by its own means: a plain copy of a live SQLite file loses the
newest rows. Pictures come after it: each row of the copy then has its file. Secrets are not in it, so that
a backup alone opens no API key (KEY-01). Touches no row.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from studio.generation.originals import INCOMING

SQLITE, POSTGRES = "studio.sqlite3", "studio.dump"
MANIFEST = "manifest.json"
KEPT = ("originals", "pictures")
PATIENCE = 20.0  # seconds
LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class BackupError(Exception):
    """No backup could be made or taken back; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What lies in a backup's folder: the database's name there and its hash, how many files and bytes."""

    made_at: str
    database: str
    sha256: str
    files: int
    bytes: int


def make(folder: Path, now: datetime) -> Backup:
    """Write a backup into a new folder, whole or not at all. Raises BackupError, OSError."""
    if folder.exists():
        raise BackupError(f"{folder} is there already. Name a new folder.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        backup = _written(unfinished, now)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return backup


def read(folder: Path) -> Backup:
    """Return what lies in a folder, once its database was seen to be the one written. Raises BackupError."""
    try:
        backup = Backup(**json.loads((folder / MANIFEST).read_text()))
        found = _sha256(folder / backup.database)
    except (OSError, ValueError, TypeError):
        raise BackupError(f"{folder} holds no whole backup.") from None
    if found != backup.sha256:
        raise BackupError(f"{folder / backup.database} is not what was written: the backup is damaged.")
    return backup


def folders() -> dict[str, Path]:
    """Return where the files that a backup holds lie in the studio, by their name in the backup."""
    return dict(zip(KEPT, (settings.ORIGINALS, settings.PICTURES), strict=True))


def opened() -> sqlite3.Connection:
    """Return a connection of its own to the studio's SQLite."""
    return sqlite3.connect(connection.settings_dict["NAME"], timeout=PATIENCE)


def copied(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy one SQLite database over another, in one step. Raises BackupError where it stays locked."""
    until = time.monotonic() + PATIENCE

    def patient(status: int, _left: int, _all: int) -> None:
        if status in LOCKED and time.monotonic() > until:
            raise BackupError("The database stays locked: something else of the studio still runs.")

    source.backup(target, progress=patient)


def run_tool(*words: str) -> None:
    """Have one of PostgreSQL's own tools work on the studio's database. Raises BackupError."""
    named = connection.settings_dict
    where = {"PGHOST": named["HOST"], "PGPORT": str(named["PORT"]), "PGUSER": named["USER"]}
    where |= {"PGDATABASE": named["NAME"], "PGPASSWORD": named["PASSWORD"]}
    env = {**os.environ, **{name: value for name, value in where.items() if value}}
    try:
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        raise BackupError(f"{words[0]} was not found. Install PostgreSQL's client tools.") from None
    if done.returncode:
        raise BackupError(f"{words[0]}: {done.stderr.strip()[-300:]}")


def _written(folder: Path, now: datetime) -> Backup:
    name = copy_database(folder, Path(SQLITE).stem).name
    files = [_copy(source, target) for source, target in _pictures(folder)]
    backup = Backup(
        made_at=now.isoformat(),
        database=name,
        sha256=_sha256(folder / name),
        files=len(files),
        bytes=sum(files) + (folder / name).stat().st_size,
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(backup), indent=2))
    return backup


def copy_database(folder: Path, stem: str) -> Path:
    """Copy the database into a folder, in one piece, and return the file. Raises BackupError, OSError."""
    if connection.vendor == "postgresql":
        path = folder / f"{stem}{Path(POSTGRES).suffix}"
        run_tool("pg_dump", "--format=custom", f"--file={path}")
    else:
        path = folder / f"{stem}{Path(SQLITE).suffix}"
        with closing(sqlite3.connect(path)) as copy, closing(opened()) as live:
            live.execute("BEGIN")
            live.execute("SELECT 1 FROM sqlite_schema").fetchone()  # what is seen from here on stands still
            copied(live, copy)
    path.chmod(0o600)
    return path


def _pictures(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each picture and its place in the backup; what is still being fetched is no picture."""
    for name, source in folders().items():
        for path in sorted(source.rglob("*")):
            inside = path.relative_to(source)
            if path.is_file() and not inside.parts[0].startswith(INCOMING):
                yield path, folder / name / inside


def _copy(source: Path, target: Path) -> int:
    """Return the bytes copied; 0 for a picture that was thrown away meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:
        return 0
    return target.stat().st_size


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
