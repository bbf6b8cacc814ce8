"""Bells wake at once by each of the three ways, never raise and never wait for whoever listens."""

import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from studio import bells
from studio.bells import Bell, pubsub
from tests.studio.generation.racing import database, new_postgres

LONG = 5.0  # seconds; nothing that is rung takes so long
NEVER = 0.05


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BELLS, settings.BELLS_FOLDER = "sockets", tmp_path / "bells"
    return tmp_path / "bells"


@pytest.fixture(scope="session")
def bell_tower(postgres_url: str) -> dict[str, object]:
    """Return Django's settings for an empty PostgreSQL: bells need no table."""
    return new_postgres(postgres_url, "bells")


@pytest.fixture(
    params=[
        "sockets",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def way(
    request: pytest.FixtureRequest, folder: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Have each way of ringing in turn."""
    settings.BELLS = request.param
    if request.param == "redis":
        settings.REDIS_URL = request.getfixturevalue("redis_url")
    if request.param == "postgres":
        with django_db_blocker.unblock(), database(request.getfixturevalue("bell_tower")):
            yield request.param
    else:
        yield request.param


def test_a_bell_is_heard_with_its_note_by_those_who_listen_to_its_topic(way: str) -> None:
    with bells.listen("queue", "news") as one, bells.listen("watcher") as other:
        bells.ring("news", "3f:7")
        assert one.wait(LONG) == [Bell(topic="news", note="3f:7")]
        assert other.wait(NEVER) == []
        assert one.wait(0) == []


def test_a_waiting_listener_is_woken(way: str) -> None:
    heard: list[Bell] = []
    with bells.listen("queue") as ear:
        waiting = threading.Thread(target=lambda: heard.extend(ear.wait(LONG)))
        waiting.start()
        begun = time.monotonic()
        bells.ring("queue")
        waiting.join(LONG)
    assert heard == [Bell(topic="queue")]
    assert time.monotonic() - begun < LONG / 2


def test_the_same_bell_rung_often_is_heard_once(way: str) -> None:
    with bells.listen("queue") as ear:
        for _ in range(5):
            bells.ring("queue")
        end, heard = time.monotonic() + LONG, ear.wait(LONG)
        assert heard == [Bell(topic="queue")]
        assert time.monotonic() < end


def test_a_bell_for_nobody_is_no_error(way: str) -> None:
    bells.ring("queue")


def test_nobody_can_read_along(folder: Path) -> None:
    with bells.listen("queue"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_listener_leaves_nothing_behind(folder: Path) -> None:
    ear = bells.listen("queue")
    ear.close()
    ear.close()
    assert list(folder.iterdir()) == []


def test_a_socket_that_nobody_reads_any_more_is_removed(folder: Path) -> None:
    folder.mkdir()
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    dead.bind(str(folder / "queue.dead"))
    dead.close()
    (folder / "queue.file").touch()
    with bells.listen("queue") as ear:
        bells.ring("queue")
        assert ear.wait(LONG)
        assert len(list(folder.iterdir())) == 1


def test_a_full_buffer_loses_the_bell_and_holds_nobody_up(folder: Path) -> None:
    with bells.listen("queue") as ear:
        begun = time.monotonic()
        for number in range(2_000):
            bells.ring("queue", str(number))
        assert time.monotonic() - begun < LONG
        assert 0 < len(ear.wait(LONG)) < 2_000


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_a_folder_far_down_is_rung_in_too(folder: Path, settings: Settings) -> None:
    settings.BELLS_FOLDER = folder.joinpath(*["a-folder-with-a-long-name"] * 6)
    assert len(os.fsencode(settings.BELLS_FOLDER)) > 108
    with bells.listen("queue") as ear:
        bells.ring("queue")
        assert ear.wait(LONG) == [Bell(topic="queue")]
    assert list(settings.BELLS_FOLDER.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_only_said(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("a file is in the way")
    bells.ring("queue")
    assert "a bell could not be rung" in caplog.text
    with bells.listen("queue") as ear:
        assert ear.wait(NEVER) == []


@pytest.mark.django_db(transaction=True)
def test_bells_of_a_transaction_are_rung_once_at_its_commit(folder: Path) -> None:
    with bells.listen("queue", "news") as ear:
        with transaction.atomic():
            for count in range(50):
                bells.ring_on_commit("news", f"3f:{count}")
            bells.ring_on_commit("news", "40:1")
            bells.ring_on_commit("queue")
            assert ear.wait(0) == []
        assert ear.wait(LONG) == [
            Bell(topic="news", note="3f:49"),
            Bell(topic="news", note="40:1"),
            Bell(topic="queue"),
        ]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_rings_nothing(folder: Path) -> None:
    with bells.listen("queue") as ear:
        with transaction.atomic():
            bells.ring_on_commit("queue", "1")
            with transaction.atomic():
                bells.ring_on_commit("queue", "2")
                transaction.set_rollback(True)
        assert ear.wait(LONG) == [Bell(topic="queue", note="1")]
        with transaction.atomic():
            bells.ring_on_commit("queue", "3")
            transaction.set_rollback(True)
        assert ear.wait(0) == []


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_is_rung_at_once(folder: Path) -> None:
    assert not connection.in_atomic_block
    with bells.listen("queue") as ear:
        bells.ring_on_commit("queue")
        assert ear.wait(0) == [Bell(topic="queue")]


def test_a_redis_that_is_away_holds_nobody_up_and_is_told_of_once_a_second(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = [100.0]
    rung = pubsub.PubSub(f"unix://{tmp_path}/nowhere", clock=lambda: now[0])
    for _ in range(100):
        rung.ring([Bell(topic="queue")])
    assert len(caplog.records) == 1
    now[0] += pubsub.QUIET
    rung.ring([Bell(topic="queue")])
    assert len(caplog.records) == 2
    ear = rung.listen(["queue"])
    begun = time.monotonic()
    assert ear.wait(NEVER) == []
    assert time.monotonic() - begun >= NEVER
    ear.close()


@pytest.mark.postgres
def test_a_listeners_lost_connection_is_made_anew(
    bell_tower: dict[str, object], settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    settings.BELLS = "postgres"
    with django_db_blocker.unblock(), database(bell_tower), bells.listen("queue") as ear:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        assert ear.wait(NEVER) == []
        assert ear.wait(NEVER) == []
        bells.ring("queue")
        assert ear.wait(LONG) == [Bell(topic="queue")]
