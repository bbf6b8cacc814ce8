"""A whole studio for tests: the real processes, under the real supervisor, on ports and files of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import lent

ROOT = Path(__file__).resolve().parent.parent
UP_WITHIN = 420.0  # seconds; a loaded machine is slow to import, and there are seven processes
LATE = "has not answered within"  # what the studio says instead of its banner where it was slow
DOWN_WITHIN = 15.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A running studio: its address, its sandbox's address, its data, its process, what it printed."""

    url: str
    sandbox_url: str
    data: Path
    pid: int
    log: Path


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a studio with its files in `data`, on free ports, with a quick sandbox.

    The settings of whoever runs the tests do not reach it.
    """
    ours = ("STUDIO_", "SANDBOX_", "DOITONG_", "DJANGO_", "PYTEST_")
    outer = {
        name: value for name, value in os.environ.items() if not name.startswith(ours) and name != "PORT"
    }
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    own = {"STUDIO_DATA": str(data), "STUDIO_DEMO": "1", "SANDBOX_LATENCY": "instant"}
    own["STUDIO_DEMO_GALLERY"] = "0"  # a test counts its own pictures
    own |= {"DATABASE_URL": "", "REDIS_URL": ""}  # a file of its own, unless told otherwise
    return {**outer, **ports, **own, **more}


def spawn(settings: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start `manage.py start` with an environment; its words go into the log."""
    with log.open("wb") as words:
        return subprocess.Popen(
            [sys.executable, "manage.py", "start"], cwd=ROOT, env=settings, stdin=subprocess.DEVNULL,
            stdout=words, stderr=subprocess.STDOUT,
        )  # fmt: skip


@contextmanager
def running(data: Path, **more: str) -> Iterator[House]:
    """Run a studio as long as the block lasts, and see that it leaves no process behind."""
    settings = environment(data, **more)
    log = data.parent / f"{data.name}.log"
    lent.lend_static(data)
    if not settings["DATABASE_URL"]:
        lent.lend_file(data, environment)
    process = spawn(settings, log)
    house = House(
        url=f"http://127.0.0.1:{settings['PORT']}",
        sandbox_url=f"http://127.0.0.1:{settings['SANDBOX_PORT']}",
        data=data,
        pid=process.pid,
        log=log,
    )
    try:
        _wait_until_up(house, process)
        lent.keep_static(data)
        yield house
    finally:
        _end(house, process)


def answers(url: str) -> bool:
    """Tell whether a web server answers there with success."""
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def left_behind(data: Path) -> list[str]:
    """Return the processes that were started for these data and still run, as `ID COMMAND` (Linux only)."""
    mark = f"STUDIO_DATA={data}\0".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append(f"{entry.name} {command}")
        except OSError:  # ended meanwhile
            continue
    return found


def _wait_until_up(house: House, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + UP_WITHIN
    while not (_said_so(house) and answers(f"{house.url}/healthz")):
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"The studio did not start:\n{house.log.read_text()}")
        time.sleep(0.1)


def _said_so(house: House) -> bool:
    said = house.log.read_text()
    return "Ctrl-C" in said or LATE in said


def _end(house: House, process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(DOWN_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"The studio did not end:\n{house.log.read_text()}") from None
    assert left_behind(house.data) == []
