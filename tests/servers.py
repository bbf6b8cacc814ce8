"""Throw-away servers for tests: a PostgreSQL and a Redis, in folders of their own, on Unix sockets alone.

Both are gone at the end, with all that was in them; nothing is kept safe from a power cut.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 60
MOST_CONNECTIONS = 300  # a whole studio has some thirty, and two of them may run at once
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")


class NotStarted(RuntimeError):
    """A server did not come up; the text is what it said."""


@contextmanager
def postgres(binaries: Path) -> Iterator[str]:
    """Serve an empty database `studio`; yield its address as DATABASE_URL wants it. Raises NotStarted."""
    folder = Path(tempfile.mkdtemp(prefix="studio-pg-"))
    other = _not_root(folder)
    initdb = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "studio", "-A", "trust"]
    options = [*HASTE, f"unix_socket_directories={folder}", f"max_connections={MOST_CONNECTIONS}"]
    serve = [str(binaries / "postgres"), "-D", str(folder / "data"), *_options(options)]
    create = [str(binaries / "createdb"), "-h", str(folder), "-U", "studio", "studio"]
    try:
        subprocess.run(
            [*initdb, "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            timeout=START_SECONDS,
            **other,
        )
        with _served(serve, folder, signal.SIGINT, lambda: _succeeds(create), **other):
            yield f"postgres://studio@/studio?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(program: Path) -> Iterator[str]:
    """Serve an empty Redis; yield its address as REDIS_URL wants it. Raises NotStarted."""
    folder = Path(tempfile.mkdtemp(prefix="studio-redis-"))
    try:
        with redis_in(program, folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis_in(program: Path, folder: Path) -> Iterator[str]:
    """Serve a Redis in this folder, at the same address each time. It remembers nothing."""
    socket = folder / "redis.sock"
    socket.unlink(missing_ok=True)
    serve = [str(program), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    with _served(serve, folder, signal.SIGTERM, socket.exists):
        yield f"unix://{socket}"


@contextmanager
def _served(
    command: Sequence[str], folder: Path, end: signal.Signals, ready: Callable[[], bool], **other: Any
) -> Iterator[None]:
    log = folder / "log"
    with log.open("ab") as words:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for the tests; the servers end after them
            **other,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(f"{command[0]} did not start: {log.read_text()[-800:]}")
            time.sleep(0.02)
        yield
    finally:
        server.send_signal(end)
        server.wait(timeout=START_SECONDS)


def _succeeds(command: Sequence[str]) -> bool:
    done = subprocess.run(command, check=False, capture_output=True, timeout=START_SECONDS)
    return done.returncode == 0


def _options(options: Sequence[str]) -> list[str]:
    return [part for option in options for part in ("-c", option)]


def _not_root(folder: Path) -> dict[str, Any]:
    """Return whose process it must be: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
