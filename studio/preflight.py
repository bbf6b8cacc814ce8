"""What must be right before anything is started, each fault told in one sentence.

It looks at ports, the database, Redis and the system checks; it changes nothing.
"""

import errno
import os
import socket
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import OperationalError, connection

from studio import children
from studio.env import SettingError


def problems(parts: Collection[str] = children.PARTS) -> list[str]:
    """Return every reason not to start these parts, as sentences; none means go.

    The system checks ask the database what it can do, so they wait until it answers.
    """
    found = [*_ports(parts), *_latency(parts), *_redis(), *_folders()]
    if fault := _database_fault():
        return [fault, *found]
    return [*_settings(), *found]


def _settings() -> Iterator[str]:
    for fault in checks.run_checks():
        if fault.level >= checks.ERROR:
            yield f"{fault.msg} {fault.hint or ''}".strip()


def _ports(parts: Collection[str] = children.PARTS) -> Iterator[str]:
    if "web" in parts and (fault := port_fault(settings.BIND, settings.PORT, "PORT", "STUDIO_BIND")):
        yield fault
    if "sandbox" not in parts or not children.uses_own_sandbox():
        return
    if settings.SANDBOX_PORT == settings.PORT:
        yield f"SANDBOX_PORT and PORT are both {settings.PORT}. Give the sandbox a port of its own."
    elif fault := port_fault(children.sandbox_host(), settings.SANDBOX_PORT, "SANDBOX_PORT", "DOITONG_URL"):
        yield fault


def _latency(parts: Collection[str]) -> Iterator[str]:
    try:
        if "sandbox" in parts:
            children.latency()
    except SettingError as fault:
        yield str(fault)


def port_fault(host: str, port: int, port_name: str, host_name: str) -> str:
    """Try to listen at an address; return the sentence that says why it cannot be, or nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host.strip("[]"), port))
        except OSError as error:
            return _why_not(error, host, port, port_name, host_name)
    return ""


def _why_not(error: OSError, host: str, port: int, port_name: str, host_name: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{port_name}: port {port} is in use by another program. Stop it, or set {port_name} to another."
        )
    if error.errno == errno.EACCES:
        return f"{port_name}: port {port} is not allowed for this user. Set {port_name} to one above 1023."
    return f"{host_name} is “{host}”: this machine cannot listen there ({error.strerror or error})."


def _database_fault() -> str:
    if connection.vendor == "sqlite" and (
        fault := _file_fault(Path(str(settings.DATABASES["default"]["NAME"])))
    ):
        return fault
    try:
        connection.ensure_connection()
    except OperationalError as error:
        return f"DATABASE_URL: the database does not answer ({str(error).splitlines()[0]})."
    return ""


def _file_fault(path: Path) -> str:
    if not path.parent.is_dir():
        return f"DATABASE_URL: the folder {path.parent} does not exist."
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return f"DATABASE_URL: {path} cannot be written to. Change its owner or mode."
    return ""


def _folders() -> Iterator[str]:
    """Where pictures go must take one: it is looked at before anything is paid for (OPS-11)."""
    for folder in (settings.ORIGINALS, settings.PICTURES):
        if fault := folder_fault(folder):
            yield fault


def folder_fault(folder: Path) -> str:
    """Try to write a file into a folder, or where it will be made; return why it cannot be, or nothing."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return f"The folder {folder} takes no files ({error.strerror}). Change its owner or mode."


def _redis() -> Iterator[str]:
    if not settings.REDIS_URL:
        return
    import redis  # it is large, and most studios have none

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        yield f"REDIS_URL: Redis does not answer ({error})."
