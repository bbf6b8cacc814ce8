"""What is killed when a trap springs. Runs inside the studio's processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import OperationalError, connection


def worker() -> None:
    """Kill this very process, whichever does the step."""
    os.kill(os.getpid(), signal.SIGKILL)


def stopped() -> None:
    """Have this very process stand still until somebody wakes it, and hold nothing up meanwhile.

    PostgreSQL ends a transaction that stands still after some seconds by itself; SQLite does not.
    """
    if connection.vendor == "postgresql":
        os.kill(os.getpid(), signal.SIGSTOP)
        return
    where = (str(settings.DATABASES["default"]["NAME"]), str(os.getpid()))
    subprocess.run([sys.executable, "-m", "tests.faults.standstill", *where], check=True)


def cluster() -> None:
    """Kill the task cluster: its main process, its workers, its painters, all at once."""
    _kill_group("manage.py work")


def web() -> None:
    """Kill the web server and its processes."""
    _kill_group("granian")


def sandbox() -> None:
    """Kill the provider."""
    _kill_group("studio.sandbox")


def watcher() -> None:
    """Kill the process that asks and sweeps."""
    _kill_group("manage.py watch")


def database() -> None:
    """Cut this thread's connection to the database, as a restart of the server or a broken disk does.

    SQLite has no server: the statement that comes next fails, the transaction with it.
    """
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        raw = connection.connection
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
    elif connection.in_atomic_block:
        raise OperationalError("disk I/O error")
    else:
        connection.execute_wrappers.append(_fail_once)


def _fail_once(execute: object, sql: str, *_rest: object) -> None:
    connection.execute_wrappers.remove(_fail_once)
    raise OperationalError("disk I/O error")


VICTIMS: dict[str, Callable[[], None]] = {
    "worker": worker,
    "stopped": stopped,
    "cluster": cluster,
    "web": web,
    "sandbox": sandbox,
    "watcher": watcher,
    "database": database,
}


def _kill_group(*commands: str) -> None:
    """Kill the group of this studio's process whose command holds one of these words."""
    mark = f"STUDIO_DATA={settings.DATA}\0".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if any(word in command for word in commands) and mark in (entry / "environ").read_bytes():
                os.killpg(os.getpgid(int(entry.name)), signal.SIGKILL)
        except (OSError, ProcessLookupError):  # it has ended meanwhile
            continue
