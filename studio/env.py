"""Settings from the environment: each helper reads one variable and refuses nonsense.

A bad value ends the start with one sentence that names the variable, what it
held and what it may hold; it never falls back to a default in silence.
A secret may also come from a file: NAME_FILE names it, and the file must be readable.
"""

import base64
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Collection
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

# A machine that is cut off keeps no row locked for long, nor do those of its sessions that wait for one;
# and it notices by itself that nobody answers.
PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "options": "-c idle_in_transaction_session_timeout=5s -c lock_timeout=12s -c tcp_keepalives_idle=5 "
    "-c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=15s",
}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class SettingError(ImproperlyConfigured):
    """A setting that cannot be used; its text is one sentence for the operator."""


def text(name: str, default: str = "") -> str:
    """Return the variable's text, stripped, or the default where it is absent or empty."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: Collection[str] = ()) -> list[str]:
    """Return a comma-separated variable as a list of words."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable."""
    value = text(name).lower()
    if not value:
        return default
    if value in YES | NO:
        return value in YES
    raise SettingError(f"{name} is “{value}”. Set it to 1 or 0.")


def options(name: str) -> dict[str, object]:
    """Return a variable that holds a JSON object, as keyword arguments; absent or empty: none."""
    try:
        told = json.loads(text(name, "{}"))
    except ValueError:
        told = None
    if isinstance(told, dict):
        return told
    raise SettingError(
        f'{name} cannot be read. Set it to a JSON object, such as {{"bucket_name": "pictures"}}.'
    )


def whole(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """Return a whole number between least and most."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if least <= number <= most:
        return number
    raise SettingError(f"{name} is “{value}”. Set it to a whole number from {least} to {most}.")


def number(name: str, default: float, *, least: float = 0, most: float = 1e9) -> float:
    """Return a decimal number between least and most."""
    value = text(name, str(default))
    try:
        found = float(value)
    except ValueError:
        found = least - 1
    if least <= found <= most:
        return found
    raise SettingError(f"{name} is “{value}”. Set it to a number from {least:g} to {most:g}.")


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value in allowed:
        return value
    raise SettingError(f"{name} is “{value}”. Set it to one of: {', '.join(allowed)}.")


def address(name: str, default: str) -> str:
    """Return the address of a web site without a slash at its end; whether it is a fit one, checks say."""
    value = text(name, default).rstrip("/")
    try:
        _ = urlsplit(value).port
    except ValueError:
        raise SettingError(f"{name} cannot be read as an address. Write it as https://host:port.") from None
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone that exists, such as Europe/Zurich."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingError(
            f"{name} is “{value}”. Set it to a time zone such as Europe/Zurich or UTC."
        ) from None
    return value


def path(name: str, default: Path) -> Path:
    """Return an absolute path, whether or not anything is there yet."""
    return Path(text(name, str(default))).expanduser().resolve()


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder that exists and can be written to, made if it is not there."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"{name}: the folder {path} cannot be made ({error.strerror}).") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise SettingError(f"{name}: the folder {path} cannot be written to. Change its owner or mode.")
    return path


def machine(data: Path) -> str:
    """Return a name for this machine and data folder, so that two studios on one host have two names."""
    return f"{socket.gethostname()[:100]}-{hashlib.sha256(str(data).encode()).hexdigest()[:6]}"


def secret(name: str, fallback: Path) -> str:
    """Return a secret from NAME, from the file NAME_FILE, or from the fallback file.

    The fallback file is made at the first start, with mode 600, and is refused
    when others may read it.
    """
    if value := text(name):
        return value
    if file := text(f"{name}_FILE"):
        return _read_private(Path(file), f"{name}_FILE")
    if not fallback.exists():
        _write_private(fallback, secrets.token_urlsafe(48))
    return _read_private(fallback, name)


def private(name: str, *, shortest: int) -> str:
    """Return a secret from NAME or from the file NAME_FILE, "" where neither is told."""
    file = text(f"{name}_FILE")
    value = text(name) or (_read_private(Path(file), f"{name}_FILE") if file else "")
    if value and len(value) < shortest:
        raise SettingError(f"{name} has {len(value)} characters. Give it {shortest} at least.")
    return value


def keyring_file(name: str, fallback: Path) -> Path:
    """Return the file that holds the sealing keys, made at the first start (mode 600).

    Each of its lines is `id:base64 of 32 bytes`; the first line seals, all of them open.
    """
    given = text(name)
    path = Path(given) if given else fallback
    if not given and not path.exists():
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        _write_private(path, f"k1:{key}\n")
    _read_private(path, name)
    return path


def database(name: str, default: Path) -> dict[str, object]:
    """Return Django's settings for a database address.

    `sqlite:///PATH` and `postgres://USER:PASSWORD@HOST:PORT/NAME?OPTION=VALUE` are understood;
    without the variable it is SQLite in the default file. The SQLite settings are the measured
    ones: IMMEDIATE transactions and WAL give no “database is locked”, FULL since it is money.
    """
    return database_at(text(name) or f"sqlite:///{default}", name, default)


def database_at(told: str, name: str, default: Path) -> dict[str, object]:
    """Return Django's settings for a database address that was told as `name`, as `database` does."""
    address = urlsplit(told)
    if address.scheme == "sqlite":
        return _sqlite(address.path[1:] or str(default))
    if address.scheme in {"postgres", "postgresql"}:
        return _postgresql(name, address)
    raise SettingError(f"{name} begins with “{address.scheme}”. Use sqlite:///PATH or postgres://…")


def _postgresql(name: str, address: SplitResult) -> dict[str, object]:
    try:
        port = str(address.port or "")
    except ValueError:
        raise SettingError(f"{name} has a port that is no number from 1 to 65535.") from None
    options = {**PATIENCE, **dict(parse_qsl(address.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path[1:]),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": unquote(options.pop("host", "") if not address.hostname else address.hostname),
        "PORT": port,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(path: str) -> dict[str, object]:
    pragmas = (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY",
        "mmap_size=134217728", "cache_size=-20000", "journal_size_limit=67108864",
    )  # fmt: skip
    return {
        "ENGINE": "studio.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": " ".join(f"PRAGMA {pragma};" for pragma in pragmas),
        },
    }


def _write_private(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    try:
        os.link(fresh, path)  # of two processes that start at once, one wins and both read the same
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _read_private(path: Path, name: str) -> str:
    try:
        mode = path.stat().st_mode
        value = path.read_text().strip()
    except OSError as error:
        raise SettingError(f"{name}: the file {path} cannot be read ({error.strerror}).") from None
    if mode & 0o077:
        raise SettingError(f"{name}: others can read {path}. Run: chmod 600 {path}")
    if not value:
        raise SettingError(f"{name}: the file {path} is empty.")
    return value
