"""What a page's question for news costs the web server, beside a constant view on the same server."""

import re
from collections.abc import Callable

from tests.bench.figures import Figure, single
from tests.bench.processes import cpu_ms
from tests.bench.tab import Tab
from tests.house import House
from tests.visitor import Books

REQUESTS = 200
STILL = "600"  # seconds; the job goes on for longer than the measuring
WEB = "granian"


def measure(house: House) -> list[Figure]:
    """Return the CPU of a constant view, of a question without news, and of one with a changed tile."""
    books = Books(house)
    books.set_latency(STILL)
    tab = Tab(house, "reviewer")
    try:
        [tile] = tab.generate("a boat that takes its time")
        while f'id="{tile}"' in tab.ask():  # until what there was to tell is told
            pass
        while not re.search(rf'id="{tile}"[^>]*data-state="generating"', tab.ask() or tab.person.page("/")):
            pass
        return _figures(house, tab)
    finally:
        tab.close()
        books.set_latency("instant")


def _figures(house: House, tab: Tab) -> list[Figure]:
    now = int(re.findall(r"since=(\d+)", tab.poller)[0])
    older = tab.poller.replace(f"since={now}", f"since={now - 1}")
    constant = single("/healthz, one query", _cpu(house, lambda: _get(tab, "/healthz", 200)), unit="ms CPU")
    quiet = _cpu(house, lambda: _get(tab, tab.poller, 204))
    changed = _cpu(house, lambda: _get(tab, older, 200))
    return [
        constant,
        single("question for news, nothing new", quiet, unit="ms CPU", floor=constant),
        single("question for news, one tile changed", changed, unit="ms CPU", floor=constant),
    ]


def _get(tab: Tab, path: str, status: int) -> None:
    answer = tab.person.http.get(path, headers={"HX-Request": "true"})
    assert answer.status_code == status, f"{path}: {answer.status_code}"


def _cpu(house: House, request: Callable[[], None]) -> float:
    """Return the server's milliseconds for one request."""
    before = cpu_ms(house, WEB)
    for _ in range(REQUESTS):
        request()
    return (cpu_ms(house, WEB) - before) / REQUESTS
