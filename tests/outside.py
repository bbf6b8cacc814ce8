"""Programs that some tests need and Python does not bring: Chromium, PostgreSQL, Redis.

`python -m tests.outside` finds each, or installs it where that is allowed
(Debian's packages as root, Playwright's own browser otherwise), and says in one
line what stays missing. With REQUIRE_ALL=1 something missing is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

INSTALL_WITHIN = 600  # seconds


def chromium() -> Path | None:
    """Return Chromium's program: the system's, or the one that Playwright brought."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next(iter(sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def postgres() -> Path | None:
    """Return the folder with PostgreSQL's programs; of several versions the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in versions), key=lambda path: int(path.parent.name), default=None)


def redis() -> Path | None:
    """Return Redis's server."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Something outside: its name, the marker of the tests that need it, how to find it, Debian's package."""

    name: str
    marker: str
    find: Callable[[], Path | None]
    package: str


PROGRAMS = (
    Program(name="Chromium", marker="browser", find=chromium, package="chromium"),
    Program(name="PostgreSQL", marker="postgres", find=postgres, package="postgresql"),
    Program(name="Redis", marker="redis", find=redis, package="redis-server"),
)


def require_all() -> bool:
    """Tell whether whatever cannot be run must fail."""
    return os.environ.get("REQUIRE_ALL", "") not in {"", "0"}


def missing() -> list[Program]:
    """Return the programs that are not here."""
    return [program for program in PROGRAMS if program.find() is None]


def main() -> int:
    """Find or install everything; return the exit code."""
    if absent := missing():
        install(absent)
    for program in (absent := missing()):
        print(
            f"{program.name} is not here and could not be installed: its tests cannot run.", file=sys.stderr
        )
    return 1 if absent and require_all() else 0


def install(absent: Sequence[Program]) -> None:
    """Install programs by the means that this user has; what fails stays missing."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [program.package for program in absent]
        print(f"Installing {', '.join(packages)} for the tests …", file=sys.stderr)
        _run("apt-get", "-qq", "update")
        _run("apt-get", "-qqy", "install", "--no-install-recommends", *packages)
    if chromium() is None:
        print("Fetching Playwright's browser for the tests …", file=sys.stderr)
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=INSTALL_WITHIN,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        print(f"  {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
