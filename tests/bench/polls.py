"""What a page's question for news costs the web server, beside a constant view on the same server (B3).

The server is one of our own before the same data, with one seat for a held question: while that is
taken, every other question without news is answered at once, and its processor time can be told.
"""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.bench.figures import Figure, single
from tests.bench.processes import cpu_ms
from tests.bench.served import server
from tests.bench.tab import Tab
from tests.house import House, environment, free_port
from tests.visitor import Books

REQUESTS = 400
ROUNDS = 3  # by turns; the least of each is told: others work on this machine too
STILL = "600"  # seconds; the job goes on for longer than the measuring


def measure(house: House) -> list[Figure]:
    """Return the CPU of a constant view, of a question without news, and of one with a changed tile."""
    books = Books(house)
    books.set_latency(STILL)
    tab, other = Tab(house, "reviewer"), Tab(house, "reviewer")
    try:
        run = tab.person.generate("a boat that takes its time")
        tab.person.wait_until_accepted(run)
        tab.reload()
        other.reload()
        with own_server(house) as (url, port), held(url, other):
            return _figures(house, tab, url, port)
    finally:
        tab.close()
        other.close()
        books.set_latency("instant")


@contextmanager
def own_server(house: House) -> Iterator[tuple[str, int]]:
    """Serve the same studio once more, in one process with one seat."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "8"),
        "studio.wsgi:application",
    ]
    more = {"STUDIO_HELD": "1", "DJANGO_SETTINGS_MODULE": "tests.bench.constant"}
    with server(
        command, environment(house.data, **more), url, house.data.parent / "own.log", look_at="/constant"
    ):
        yield url, port


@contextmanager
def held(url: str, tab: Tab) -> Iterator[None]:
    """Keep the one seat taken."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            httpx.get(url + tab.poller, headers=_headers(tab), timeout=60)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    over.wait(1)
    try:
        yield
    finally:
        over.set()


def _figures(house: House, tab: Tab, url: str, port: int) -> list[Figure]:
    paths = {"constant": "/constant", "quiet": tab.poller, "obvious": _without_pass(tab.poller)}
    paths["changed"] = re.sub(r"since=\d+", "since=1", _without_pass(tab.poller))
    statuses = {"constant": 204, "quiet": 204, "obvious": 204, "changed": 200}
    least: dict[str, float] = {}
    with httpx.Client(base_url=url, timeout=60, headers=_headers(tab)) as http:
        for _ in range(ROUNDS):
            for name, path in paths.items():
                used = _cpu(house, port, _asker(http, path, statuses[name]))
                least[name] = min(used, least.get(name, used))
    constant = single("constant view", least["constant"], unit="ms CPU")
    told = {
        "quiet": "question for news, nothing new, at the door",
        "obvious": "question for news, nothing new, by the view",
        "changed": "question for news, one tile changed",
    }
    return [
        constant,
        *(single(name, least[key], unit="ms CPU", floor=constant) for key, name in told.items()),
    ]


def _without_pass(poller: str) -> str:
    return re.sub(r"&pass=[^&]*", "", poller)


def _headers(tab: Tab) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in tab.person.http.cookies.items())
    return {"HX-Request": "true", "Cookie": cookies}


def _asker(http: httpx.Client, path: str, status: int) -> Callable[[], None]:
    def ask() -> None:
        answer = http.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"

    return ask


def _cpu(house: House, port: int, request: Callable[[], None]) -> float:
    """Return the server's milliseconds for one request."""
    before = cpu_ms(house, f"--port {port}")
    for _ in range(REQUESTS):
        request()
    return (cpu_ms(house, f"--port {port}") - before) / REQUESTS
