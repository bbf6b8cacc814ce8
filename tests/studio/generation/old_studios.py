"""The databases of earlier studios, with what their people had made: `tests/data/databases`, a file each.

A new release adds the one that it leaves behind: a demonstration's, without sessions and heartbeats, packed
by `xz`. Nothing in them opens: their keyrings were thrown away.
"""

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from studio import env

PACKED = sorted((Path(__file__).parents[2] / "data" / "databases").glob("*.sqlite3.xz"))
MADE_ANEW = {"django_migrations", "django_content_type", "auth_permission"}  # grow with the program


def unpacked(file: Path, folder: Path) -> Path:
    """Return an old database as a file that may be written to."""
    path = folder / file.stem
    path.write_bytes(lzma.decompress(file.read_bytes()))
    return path


def settings_of(address: str) -> dict[str, Any]:
    """Return Django's settings for the database at an address."""
    told = env.database_at(address, "the test's", Path("nowhere"))
    known: dict[str, Any] = connections.configure_settings({DEFAULT_DB_ALIAS: told})[DEFAULT_DB_ALIAS]
    return known


def counts(path: Path) -> dict[str, int]:
    """Return how many rows each table of an SQLite database has."""
    with closing(sqlite3.connect(path)) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        tables = [name for (name,) in names if not name.startswith(("sqlite_", "gallery_index"))]
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
