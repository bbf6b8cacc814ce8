"""What the studios of a run are lent, since to make it takes seconds: a migrated database, collected files.

Each is made once a run, by whichever of its processes needs it first, and copied for each studio.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
WITHIN = 300.0  # seconds
FILE = "studio.sqlite3"
TEMPLATE = "migrated"
MIGRATE = "import django; django.setup(); from studio import upgrades; upgrades.bring_up_to_date()"


@cache
def folder() -> Path:
    """Return where the run keeps it: its first process names the place, its workers inherit the name."""
    if run := os.environ.get("STUDIO_TESTS"):
        found = Path(run) / "lent"
        found.mkdir(exist_ok=True)
        return found
    found = Path(tempfile.mkdtemp(prefix="studio-lent-"))
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found


def lend_file(data: Path, environment: Callable[..., dict[str, str]]) -> None:
    """Give a studio that has no database yet a migrated one."""
    if not (data / FILE).exists():
        data.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated_file(environment), data / FILE)
        (data / FILE).chmod(0o600)


def _migrated_file(environment: Callable[..., dict[str, str]]) -> Path:
    kept = folder() / FILE
    with _alone():
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=folder()) as place:
                _migrate(environment(Path(place)))
                (Path(place) / FILE).rename(kept)
    return kept


def template(server: str, environment: Callable[..., dict[str, str]]) -> str:
    """Return the name of a migrated database of the PostgreSQL at this address, to be copied by CREATE."""
    with psycopg.connect(server, autocommit=True) as db:
        db.execute("SELECT pg_advisory_lock(1)")  # of all processes of the run one makes it
        if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
            db.execute("CREATE DATABASE half_migrated")
            address = server.replace("/studio?", "/half_migrated?")
            with tempfile.TemporaryDirectory(dir=folder()) as place:
                _migrate(environment(Path(place), DATABASE_URL=address))
            db.execute(f"ALTER DATABASE half_migrated RENAME TO {TEMPLATE}")
    return TEMPLATE


def _migrate(environment: dict[str, str]) -> None:
    known = {**environment, "DJANGO_SETTINGS_MODULE": "studio.settings"}
    subprocess.run([sys.executable, "-c", MIGRATE], cwd=ROOT, env=known, check=True, timeout=WITHIN)


@contextmanager
def _alone() -> Iterator[None]:
    """Be the only process of the run that makes something."""
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lend_static(data: Path) -> None:
    """Give a new studio what an earlier one collected; it looks itself whether that still holds."""
    if (folder() / "static").exists() and not (data / "static").exists():
        shutil.copytree(folder() / "static", data / "static")


def keep_static(data: Path) -> None:
    """Keep what a studio collected for those that come."""
    with _alone():
        if not (folder() / "static").exists():
            half = folder() / "half-static"
            shutil.copytree(data / "static", half)
            half.rename(folder() / "static")
