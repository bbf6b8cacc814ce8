"""What machines and members are told when something does not run (G5, OPS-03, OPS-05, OPS-14)."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studio import health
from studio.accounts.models import Key, Member
from studio.accounts.sealing import keyring
from studio.accounts.vault import place_of
from studio.doitong import Secret
from studio.generation import disk, heartbeats, silence
from studio.generation.heartbeats import Silence
from studio.generation.models import Heartbeat
from tests.conftest import MakeMember

WELL = ["database ok", "heartbeats ok", "disk ok", "keys ok"]


def ready(client: Client) -> tuple[int, list[str]]:
    """Return what /readyz says."""
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode().splitlines()


def beat(name: str, seconds: float) -> None:
    """Write a heartbeat of so many seconds ago."""
    at = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.update_or_create(name=name, machine="one", defaults={"at": at})


@pytest.fixture
def expected(settings: Settings, db: None) -> None:
    """Have both processes be missed when they are silent; both were heard just now."""
    settings.HEARTBEATS = ("queue", "watcher")
    beat("queue", 0)
    beat("watcher", 0)


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> "Seconds":
    """Have a web process that is a minute old, whose clock is moved by hand."""
    seconds = Seconds()
    monkeypatch.setattr(silence, "ear", silence.Ear(clock=seconds))
    seconds.now = 60.0
    return seconds


class Seconds:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.usefixtures("expected")
def test_a_studio_that_is_whole_is_ready(client: Client) -> None:
    assert ready(client) == (200, WELL)


@pytest.mark.usefixtures("expected")
def test_ops_14_a_heart_that_was_not_heard_for_a_minute_is_red(client: Client) -> None:
    beat("queue", 61)
    assert ready(client) == (503, [WELL[0], "heartbeats not ready", *WELL[2:]])
    beat("queue", 59)
    assert ready(client)[0] == 200


@pytest.mark.usefixtures("expected")
def test_a_disk_below_its_reserve_is_red(client: Client, settings: Settings) -> None:
    settings.DISK_RESERVE = disk.free() + 10**9
    assert ready(client) == (503, [*WELL[:2], "disk not ready", WELL[3]])


@pytest.mark.usefixtures("expected")
def test_a_key_that_does_not_open_is_red_and_is_not_named(client: Client, member: MakeMember) -> None:
    key = Key(member=None, last4="abcd", plan="starter", per_minute=1, at_once=1, per_day=1)
    key.sealed = keyring().seal(Secret("a-key-of-the-team"), place_of(key))
    key.save()
    assert ready(client) == (200, WELL)
    Key.objects.update(sealed=key.sealed[:-6] + "AAAAAA")
    assert ready(client) == (503, [*WELL[:3], "keys not ready"])


def test_a_database_that_is_away_is_red_and_says_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    def away() -> bool:
        raise OperationalError("connection to 10.0.0.7 refused")

    monkeypatch.setitem(health.READY, "database", away)
    assert ready(client) == (503, ["database not ready", *WELL[1:]])


@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("closed")])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_ops_05_a_database_that_is_away_is_503_and_when_to_try_again(
    signed_in: Callable[[Member], Client],
    member: MakeMember,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    headers: dict[str, str],
) -> None:
    def away(*_: object) -> None:
        raise error

    client = signed_in(member())
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    client.raise_request_exception = False
    answer = client.get("/credits", headers=headers)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Nothing is lost" in answer.content.decode()


def test_another_error_is_still_a_500(
    signed_in: Callable[[Member], Client], member: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    client = signed_in(member())
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    client.raise_request_exception = False
    answer = client.get("/credits")
    assert answer.status_code == 500
    assert "The studio had an error" in answer.content.decode()


@pytest.mark.usefixtures("expected")
def test_g5_a_silent_queue_is_told_over_every_page_and_gone_when_it_is_heard(
    signed_in: Callable[[Member], Client], member: MakeMember, ear: Seconds
) -> None:
    browser = signed_in(member("designer"))
    beat("queue", 47)
    page = browser.get("/credits").content.decode()
    told = r"The queue has not answered for (4[789]|[5-9]\d) s; images wait, nothing is lost\."
    assert re.search(told, page)
    assert 'hx-trigger="silent from:body, load delay:5s"' in page
    fragment = browser.get("/silence", headers={"HX-Request": "true"})
    assert re.search(told, fragment.content.decode())
    assert fragment["HX-Trigger"] == '{"silent": {}}'
    beat("queue", 0)
    ear.now += 5
    fragment = browser.get("/silence", headers={"HX-Request": "true"})
    assert "note" not in fragment.content.decode()
    assert "HX-Trigger" not in fragment.headers


def test_ops_03_a_short_disk_is_told_over_every_page(
    signed_in: Callable[[Member], Client], member: MakeMember, settings: Settings
) -> None:
    settings.DISK_RESERVE = disk.free() + 10**12
    disk.forget()
    page = signed_in(member("designer")).get("/credits").content.decode()
    disk.forget()
    assert "nothing new is sent" in page


@pytest.mark.usefixtures("expected")
def test_pages_ask_once_in_a_while_and_not_each_time(
    ear: Seconds, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    beat("watcher", 20)
    with django_assert_num_queries(1):
        first, second = silence.ear.hear(), silence.ear.hear()
    assert [quiet.name for quiet in first] == ["watcher"]
    assert second == first
    ear.now += silence.KEPT + 1
    with django_assert_num_queries(1):
        silence.ear.hear()


def test_a_web_process_that_just_started_waits_for_the_others_to_start() -> None:
    seconds = Seconds()
    ear = silence.Ear(lambda now: [Silence(name="queue", since=None)], seconds)
    assert ear.hear() == []
    seconds.now = silence.YOUNG + 1
    assert silence.sentences(ear.hear(), timezone.now()) == [
        "The queue has not been started; images wait, nothing is lost."
    ]


def test_a_database_that_is_away_leaves_what_was_known() -> None:
    def away(now: object) -> list[Silence]:
        raise OperationalError("gone")

    seconds = Seconds()
    ear = silence.Ear(away, seconds)
    ear.heard = [Silence(name="queue", since=None)]
    seconds.now = 60.0
    assert ear.hear() == ear.heard


@pytest.mark.parametrize(("seconds", "said"), [(15, "15 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h")])
def test_a_silence_is_said_in_the_unit_that_fits(seconds: int, said: str) -> None:
    now = timezone.now()
    (sentence,) = silence.sentences([Silence(name="watcher", since=now - timedelta(seconds=seconds))], now)
    assert f"not answered for {said};" in sentence


def test_the_disk_is_that_of_the_originals_even_before_their_folder_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    settings.ORIGINALS = tmp_path / "not" / "yet"
    assert disk.free() > 0
    settings.DISK_RESERVE = 0
    assert not disk.is_short()


def test_a_heart_is_expected_of_queue_and_watcher_alone() -> None:
    assert set(silence.WAITS) == {heartbeats.QUEUE, heartbeats.WATCHER}
