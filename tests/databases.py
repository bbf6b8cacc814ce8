"""Databases for tests: a PostgreSQL of their own, and a flush that SQLite's triggers let through.

A pytest plugin: `pytest_plugins = ["tests.databases"]`. Each xdist worker starts its own server,
in a folder of its own, on a Unix socket alone; both are gone at the end.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

from tests import outside

START_SECONDS = 60


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty database `studio` in a throw-away PostgreSQL, as DATABASE_URL wants it.

    Skips where PostgreSQL is not installed; with REQUIRE_ALL=1 `tests.conftest` makes that a failure.
    """
    binaries = outside.postgres()
    if binaries is None:
        pytest.skip("PostgreSQL is not here")
    folder = Path(tempfile.mkdtemp(prefix="studio-pg-"))
    try:
        yield from _served(binaries, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers() -> Iterator[None]:
    """SQLite flushes with DELETE, which append-only tables refuse: lift their triggers meanwhile.

    On PostgreSQL a flush is a TRUNCATE, which no row trigger sees.
    """
    operations: Any = DatabaseWrapper.ops_class
    genuine = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        lift = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*lift, *genuine(self, style, tables, **options), *(sql for _, sql in triggers)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture
def own_postgres_url(postgres_url: str) -> Iterator[str]:
    """The address of a new, empty database on that server, for a test that must be alone in it."""
    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")  # our own letters and digits
        yield postgres_url.replace("/studio?", f"/{name}?")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of an empty throw-away Redis on a Unix socket, as REDIS_URL wants it.

    Skips where Redis is not installed; with REQUIRE_ALL=1 `tests.conftest` makes that a failure.
    """
    program = outside.redis()
    if program is None:
        pytest.skip("Redis is not here")
    folder = Path(tempfile.mkdtemp(prefix="studio-redis-"))
    socket = folder / "redis.sock"
    serve = [str(program), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(serve, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not socket.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"Redis did not start: {(folder / 'log').read_text()[-800:]}")
            time.sleep(0.02)
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _served(binaries: Path, folder: Path) -> Iterator[str]:
    """Make a cluster, serve it until the caller is done. PostgreSQL refuses to run as root."""
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data = folder / "data"
    make = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "studio",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, timeout=START_SECONDS, **other)
    options = ["fsync=off", "listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60"]
    serve = [
        str(binaries / "postgres"),
        "-D",
        str(data),
        *(part for option in options for part in ("-c", option)),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(serve, stdout=log, stderr=log, cwd=folder, **other)
    try:
        _create(binaries, folder, server)
        yield f"postgres://studio@/studio?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: sessions are ended
        server.wait(timeout=START_SECONDS)


def _create(binaries: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    create = [str(binaries / "createdb"), "-h", str(folder), "-U", "studio", "studio"]
    while subprocess.run(create, check=False, capture_output=True, timeout=START_SECONDS).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()[-800:]}")
