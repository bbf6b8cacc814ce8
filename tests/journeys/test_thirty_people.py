"""Thirty people at once: they ask for news, look at the gallery, and one of them generates (LOAD-01).

The short form of ten minutes, which `python -m tests.bench.thirty` has in full: each does what they do in
seconds. Nobody is refused, and a question for news is not dearer than a page.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.house import House
from tests.visitor import Visitor

PEOPLE = 30
AT_ONCE = 6  # of them on the wire: two cores answer no more
ROLES = ("designer", "reviewer", "owner")


def cookies_of(house: House) -> list[tuple[httpx.Cookies, int]]:
    """Sign each role in once; return their cookies, and the count of changes that their page has seen."""
    found = []
    for role in ROLES:
        with Visitor(house) as person:
            person.sign_in(role)
            seen = re.search(r'data-seen="(\d+)"', person.page("/queue"))
            found.append((person.http.cookies, int(seen[1]) if seen else 0))
    return found


def visit(house: House, cookies: httpx.Cookies, seen: int) -> list[tuple[str, int, float]]:
    """Do what one of them does; return of each request what it was, its status and its seconds."""
    done = []
    with httpx.Client(base_url=house.url, cookies=cookies, timeout=60, trust_env=False) as http:
        for path in (f"/news?since={seen}&scope=none", "/gallery"):
            began = time.perf_counter()
            status = http.get(path, follow_redirects=True).status_code
            done.append((path.partition("?")[0], status, time.perf_counter() - began))
    return done


def middle(done: list[tuple[str, int, float]], path: str) -> float:
    """Return the seconds that the middle one of an address took."""
    times = sorted(seconds for named, _, seconds in done if named == path)
    return times[len(times) // 2]


def test_load_01_thirty_people_are_all_served_while_one_generates(running_studio: House) -> None:
    people = cookies_of(running_studio)
    with Visitor(running_studio) as painter, ThreadPoolExecutor(AT_ONCE) as threads:
        painter.sign_in("designer")
        visits = [
            threads.submit(visit, running_studio, *people[number % len(people)]) for number in range(PEOPLE)
        ]
        run = painter.generate("thirty lanterns over a quiet lake")
        done = [one for running in visits for one in running.result(120)]
        painter.wait_until_quiet()
        assert painter.states_of(run) == ["done"]
    assert len(done) == PEOPLE * 2
    assert {status for _, status, _ in done} <= {200, 204, 286}
    assert middle(done, "/news") <= middle(done, "/gallery") + 0.1
