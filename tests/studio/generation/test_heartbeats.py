"""Who is alive is known by beats, on each machine and across them (G5, OPS-14)."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studio.generation import heartbeats
from studio.generation.models import Heartbeat

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _machine(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MACHINE = "one"
    settings.HEARTBEATS = ("queue", "watcher")


@pytest.mark.django_db
def test_a_beat_is_a_touched_file_and_one_row_a_machine(
    settings: Settings, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    heartbeats.beat("queue")
    path = tmp_path / "run" / "queue.beat"
    os.utime(path, (1, 1))
    with django_assert_num_queries(1):
        heartbeats.beat("queue")
    settings.MACHINE = "two"
    heartbeats.beat("queue")
    assert time.time() - path.stat().st_mtime < 60
    assert [heart.machine for heart in heartbeats.alive(timezone.now())] == ["one", "two"]


@pytest.mark.django_db
def test_what_was_never_heard_and_what_is_heard_no_more_is_silent() -> None:
    now = timezone.now()
    Heartbeat.objects.create(name="queue", machine="one", at=now - 16 * SECOND)
    told = heartbeats.silences(now)
    assert [(silence.name, silence.seconds(now)) for silence in told] == [("queue", 16), ("watcher", None)]


@pytest.mark.django_db
def test_one_machine_that_beats_is_enough() -> None:
    now = timezone.now()
    Heartbeat.objects.create(name="queue", machine="one", at=now - 3600 * SECOND)
    Heartbeat.objects.create(name="queue", machine="two", at=now - 14 * SECOND)
    Heartbeat.objects.create(name="watcher", machine="one", at=now)
    assert heartbeats.silences(now) == []


@pytest.mark.django_db
def test_a_studio_in_which_nothing_is_to_beat_asks_nothing(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.HEARTBEATS = ()
    with django_assert_num_queries(0):
        assert heartbeats.silences(timezone.now()) == []


@pytest.mark.django_db
def test_a_machine_that_is_gone_for_a_week_is_forgotten() -> None:
    now = timezone.now()
    Heartbeat.objects.create(name="queue", machine="gone", at=now - timedelta(days=8))
    Heartbeat.objects.create(name="queue", machine="ill", at=now - timedelta(days=6))
    heartbeats.forget(now)
    assert [heart.machine for heart in Heartbeat.objects.all()] == ["ill"]
