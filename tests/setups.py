"""The three set-ups that the studio is tried on, and a launcher: `python -m tests.setups NAME COMMAND …`.

    sqlite          everything in one file
    postgres        PostgreSQL, the queue in it
    postgres-redis  PostgreSQL, the queue in Redis

The launcher starts what the set-up needs, runs the command with the servers' addresses in its
environment and ends with its code. `tests.settings` and the fixtures read them from here.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests import outside, servers

NAMES = ("sqlite", "postgres", "postgres-redis")
SETUP, POSTGRES, REDIS = "STUDIO_TEST_SETUP", "STUDIO_TEST_POSTGRES", "STUDIO_TEST_REDIS"
MISSING = 3  # the exit code where a server is not installed and must be


def name() -> str:
    """Return the set-up of this run."""
    return os.environ.get(SETUP, "sqlite")


def postgres_url() -> str:
    """Return the address of this run's PostgreSQL, "" on SQLite."""
    return os.environ.get(POSTGRES, "")


def redis_url() -> str:
    """Return the address of this run's Redis, a database of it for each xdist worker; "" without one."""
    address = os.environ.get(REDIS, "")
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return address and f"{address}?db={number}"


@contextmanager
def started(setup: str) -> Iterator[dict[str, str]]:
    """Have a set-up's servers; yield what the environment of its run has more. Raises servers.NotStarted."""
    if setup == "sqlite":
        yield {SETUP: setup}
        return
    binaries, program = outside.postgres(), outside.redis()
    if binaries is None or (program is None and setup == "postgres-redis"):
        raise servers.NotStarted(f"The set-up {setup} needs a program that is not here.")
    with servers.postgres(binaries) as database:
        found = {SETUP: setup, POSTGRES: database}
        if setup == "postgres" or program is None:
            yield found
            return
        with servers.redis(program) as queue:
            yield {**found, REDIS: queue}


def main(setup: str, *command: str) -> int:
    """Run a command on a set-up; return its code, 0 where the set-up cannot be had and need not be."""
    if setup not in NAMES or not command:
        sys.exit(f"usage: python -m tests.setups {'|'.join(NAMES)} COMMAND …")
    try:
        with started(setup) as more:
            return _run(command, more)
    except servers.NotStarted as fault:
        print(f"{fault} Its tests cannot run.", file=sys.stderr)
        return MISSING if outside.require_all() else 0


def _run(command: Sequence[str], more: Mapping[str, str]) -> int:
    """Run it to its end; a signal to end is passed on, so that the servers end after it."""
    process = subprocess.Popen(command, env={**os.environ, **more})
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: process.send_signal(number))
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
