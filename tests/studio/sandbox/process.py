"""A sandbox in a process of its own, on a free port."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30.0  # seconds
CONTROL = {"X-Sandbox-Control": "test"}


class Running:
    """Started with `arguments`; ready when made.  `stop` it."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studio.sandbox", "--port", "0", "--data", str(data), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.printed: list[str] = []
        self.url = self._address()
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    def _address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if line.startswith("listening on "):
                return line.split()[-1]
        raise AssertionError(f"the sandbox did not start: {self.printed}")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def painters(self) -> list[int]:
        """The process ids of the painters that live (a dead one may wait for its burial)."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"studio.sandbox.brush" in words and str(self.process.pid).encode() in words:
                found.append(int(entry.name))
        return found

    def kill(self) -> None:
        """As a crash would: no chance to tidy up."""
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        """As Ctrl-C or a service manager would; gives the exit code."""
        self.process.terminate()
        return self._gone()

    def _gone(self) -> int:
        self.http.close()
        code = self.process.wait(timeout=PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def until(happened: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Waits for something another process does; fails when it does not come."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)  # another process can only be looked at
