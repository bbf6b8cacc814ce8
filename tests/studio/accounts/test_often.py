"""Who asks for what is costly very often is told when to come again (LOAD-07)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver

from studio.accounts import often
from studio.accounts.models import Member
from tests.conftest import MakeMember

type SignIn = Callable[[Member], Client]
FEW = {"export": often.Pace(minute=6, at_once=2), "search": often.Pace(minute=6, at_once=3)}


class Seconds:
    """Seconds, moved by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """Have few things allowed, by a clock that is moved by hand."""
    clock = Seconds()
    monkeypatch.setattr(often, "PACES", FEW)
    monkeypatch.setattr(often, "counter", often.Counter(clock))
    return clock


def test_load_07_so_many_at_once_and_then_one_whenever_there_is_room(clock: Seconds) -> None:
    one, other = uuid4(), uuid4()
    waits = [often.counter.wait(one, "export") for _ in range(5)]
    assert waits == [0, 0, 10, 10, 10]  # what is refused does not count
    assert often.counter.wait(other, "export") == 0
    assert often.counter.wait(one, "search") == 0
    clock.now += 9
    assert often.counter.wait(one, "export") == pytest.approx(1)
    clock.now += 1
    assert [often.counter.wait(one, "export") for _ in range(2)] == [0, 10]
    clock.now += 3600
    assert [often.counter.wait(one, "export") for _ in range(3)] == [0, 0, 10]


def test_load_07_who_is_gone_is_forgotten(clock: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(often, "MOST_KNOWN", 3)
    for _ in range(9):
        often.counter.wait(uuid4(), "export")
        clock.now += 60
    assert len(often.counter._over) <= 4


def test_load_07_a_search_too_many_is_429_with_the_seconds_to_wait(
    clock: Seconds, member: MakeMember, signed_in: SignIn
) -> None:
    browser, other = signed_in(member("designer")), signed_in(member("designer"))
    found = [browser.get("/gallery?q=dune") for _ in range(4)]
    assert [answer.status_code for answer in found] == [200, 200, 200, 429]
    assert found[-1]["Retry-After"] == "10"
    assert "try again in 10 s" in found[-1].content.decode()
    note = browser.get("/gallery/suggest?q=dune", headers={"HX-Request": "true"})
    assert (note.status_code, note["HX-Retarget"]) == (429, "#toasts")
    assert "<html" not in note.content.decode()
    assert browser.get("/gallery").status_code == 200  # only a search is costly
    assert other.get("/gallery?q=dune").status_code == 200


def test_load_07_an_export_too_many_is_429_before_anything_is_read(
    clock: Seconds, member: MakeMember, signed_in: SignIn
) -> None:
    browser = signed_in(member("designer"))
    assert [browser.get(f"/runs/{uuid4()}/export/csv").status_code for _ in range(3)] == [404, 404, 429]


def test_load_07_every_name_is_one_of_an_address() -> None:
    assert set(map(str, get_resolver().reverse_dict)) >= often.EXPORTS | often.SEARCHES


def test_load_07_whoever_is_not_signed_in_is_sent_to_the_sign_in(
    clock: Seconds, client: Client, db: None
) -> None:
    assert {client.get("/gallery?q=dune").status_code for _ in range(5)} == {302}
