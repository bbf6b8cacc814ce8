"""Servers that the studio is measured against: started on free ports, gone with the block."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house import ROOT, answers, free_port

UP_WITHIN = 120.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server: its address and its process."""

    url: str
    pid: int


@contextmanager
def plain(data: Path, provider: str, key: str) -> Iterator[Served]:
    """Serve the blocking floor with the studio's own server and as many processes."""
    (data / "pictures").mkdir(parents=True)
    environment = {
        "PLAIN_DATA": str(data),
        "PLAIN_PROVIDER": provider,
        "PLAIN_KEY": key,
        "DJANGO_SETTINGS_MODULE": "tests.bench.plain.settings",
    }
    migrate = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
    subprocess.run(migrate, check=True, cwd=ROOT, env={**os.environ, **environment}, timeout=UP_WITHIN)
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "8"),
        *("--static-path-route", "/pictures", "--static-path-mount", str(data / "pictures")),
        "tests.bench.plain.wsgi:application",
    ]
    url = f"http://127.0.0.1:{port}"
    with server(command, environment, url, data / "log", look_at="/constant") as served:
        yield served


@contextmanager
def server(
    command: Sequence[str], environment: Mapping[str, str], url: str, log: Path, *, look_at: str = "/"
) -> Iterator[Served]:
    """Run a server until the block ends. Raises AssertionError where it does not come up."""
    with log.open("wb") as words:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
            stdout=words, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        end = time.monotonic() + UP_WITHIN
        while not answers(url + look_at):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.1)
        yield Served(url=url, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
