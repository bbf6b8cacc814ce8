"""The permission matrix: every address, every role, every method: `doors.txt` (E1, PERM-01, WEB-03)."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from tests.permissions import asking
from tests.permissions.asking import METHODS, Answers
from tests.permissions.world import ROLES, Door, doors, members

TABLE = Path(__file__).with_name("doors.txt")
REST = METHODS[3:]
# Views that take a POST without our token: the provider's webhook, which carries a signature, and the pages
# of guests, who have no session: what is secret of them is the address itself.
WITHOUT_TOKEN = {"hook", "guest_enter", "guest_mark"}
pytestmark = pytest.mark.xdist_group("permissions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one pass over all doors showed."""

    answers: Answers
    written: list[str]
    unknown: list[str]
    doors: list[Door]
    bare: dict[str, int]


_passes: list[Seen] = []  # one is made by the first test of a process; the others read it


@pytest.fixture
def seen(db: None, settings: Settings) -> Seen:
    """Return what one pass over all doors showed."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # a query less a request
    if not _passes:
        _passes.append(_pass())
    return _passes[0]


def _pass() -> Seen:
    cache.clear()
    people = members()
    clients = {role: Client(raise_request_exception=False) for role in ROLES}
    for role, person in people.items():
        clients[role].force_login(person)
    found, unknown = doors(people)
    forger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    forger.force_login(people["owner"])
    with asking.undrawn():
        answers, written = asking.ask(found, clients)
        bare = asking.without_token(found, forger)
    return Seen(answers=answers, written=written, unknown=unknown, doors=found, bare=bare)


def line_of(name: str, answers: dict[str, str]) -> str:
    """Return a door's line of the table; the four methods that nearly nobody answers share a column."""
    rest = {answers[method] for method in REST}
    last = rest.pop() if len(rest) == 1 else "/".join(answers[method] for method in REST)
    return f"{name:<26} {answers['GET']} {answers['POST']} {last}"


def table() -> dict[str, str]:
    """Return the lines of the table by the door's name."""
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    named = {line.split()[0]: line for line in lines}
    assert len(named) == len(lines), "a door has two lines in tests/permissions/doors.txt"
    return named


def test_every_address_has_something_behind_it(seen: Seen) -> None:
    assert not seen.unknown, (
        "The permission matrix does not know what to put into these addresses: "
        f"{', '.join(seen.unknown)}. Make one in `_made` of tests/permissions/world.py, the first "
        "designer's own, and name the beginning of the address there."
    )


def test_perm_01_every_door_answers_every_role_as_the_table_says(seen: Seen) -> None:
    wanted = table()
    got = {name: line_of(name, answers) for name, answers in seen.answers.items()}
    new = [line for name, line in got.items() if name not in wanted]
    other = [
        f"  was {wanted[name]}\n  is  {line}"
        for name, line in got.items()
        if name in wanted and wanted[name].split() != line.split()
    ]
    gone = sorted(set(wanted) - set(got))
    assert not new, (
        "These views have no line in tests/permissions/doors.txt. If each letter is what that role is to "
        "get (order of roles and meaning of letters: at the top of the file), add the lines as they are:\n"
        + "\n".join(new)
    )
    assert not other, "These doors open to others than tests/permissions/doors.txt says:\n" + "\n".join(other)
    assert not gone, f"Take out of tests/permissions/doors.txt what is no view any more: {', '.join(gone)}"


def test_perm_01_nobody_meets_a_fault(seen: Seen) -> None:
    faults = [
        f"{name} {method}"
        for name, methods in seen.answers.items()
        for method, letters in methods.items()
        if "E" in letters
    ]
    assert faults == []


def test_perm_01_reading_writes_nothing(seen: Seen) -> None:
    assert seen.written == [], "a GET, HEAD or OPTIONS may write nothing: let a POST do it"


def test_web_08_head_is_get_without_a_body(seen: Seen) -> None:
    differ = {name: (a["GET"], a["HEAD"]) for name, a in seen.answers.items() if a["GET"] != a["HEAD"]}
    assert differ == {}


def test_web_03_no_post_without_our_token(seen: Seen) -> None:
    taken = {name for name, status in seen.bare.items() if status not in {403, 404, 405}}
    assert taken == WITHOUT_TOKEN
