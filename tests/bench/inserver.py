"""`python -m tests.bench.inserver`: what each kind of gallery page costs the web server, beside its floors.

The studio that STUDIO_DATA names, which was seeded before, is served by the studio's own web server in one
process; each address is asked again and again over one connection, and the server's processor time is read
from /proc. The cases take turns, so that a busy minute meets all alike; the least of the rounds is told.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import django
import httpx

from tests.bench.served import server
from tests.house import free_port

THREADS = "4"
FLOORS = ("constant", "raw")


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.inserver", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=15, help="of each case in a round")
    parser.add_argument(
        "--only", default="", help="what the names of the cases begin with, besides the floors"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.walls"
    django.setup()
    found = _measured(options.rounds, options.requests, options.only)
    if options.json:
        print(json.dumps(found))
        return 0
    constant, raw = found["constant"], found["raw keyset and f-strings"]
    for name, used in found.items():
        print(f"{name:<32}{used:8.2f} ms {used / constant:8.2f} x constant {used / raw:8.2f} x raw")
    return 0


def _cookie() -> str:
    from django.conf import settings
    from django.test import Client

    from studio.accounts.models import Member

    client = Client()
    client.force_login(Member.objects.order_by("joined_at")[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _measured(rounds: int, requests: int, only: str) -> dict[str, float]:
    from tests.bench.walking import _cases, asked_as

    cases = {name: path for name, path in _cases().items() if name.startswith((*FLOORS, only))}
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "studio.granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", THREADS),
        "studio.wsgi:application",
    ]
    log = Path(os.environ["STUDIO_DATA"]) / "inserver.log"
    more = {"DJANGO_SETTINGS_MODULE": "tests.bench.walls"}
    least: dict[str, float] = {}
    headers = {"Cookie": _cookie()}
    with (
        server(command, more, url, log, look_at="/floor/constant") as served,
        httpx.Client(base_url=url, timeout=60, headers=headers) as http,
    ):
        for turn in range(rounds + 1):
            for name, path in cases.items():
                part = asked_as(name)
                before = _used(served.pid)
                for _ in range(requests):
                    answer = http.get(path, headers=part)
                    assert answer.status_code in {200, 204}, f"{path}: {answer.status_code}"
                used = (_used(served.pid) - before) / requests
                if turn:  # the first one warms up
                    least[name] = min(used, least.get(name, used))
    return least


def _used(pid: int) -> float:
    """Return the milliseconds of processor time that a process, its threads and its children have used."""
    family = [pid]
    for one in family:
        for task in Path(f"/proc/{one}/task").iterdir():
            family += [int(child) for child in (task / "children").read_text().split()]
    tasks = [task for one in family for task in Path(f"/proc/{one}/task").iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1_000_000


if __name__ == "__main__":
    sys.exit(main())
