"""Who is alive: the queue and the watcher beat every few seconds, the supervisor and the pages listen (G5).

A beat is two marks. A file of this machine (`run/NAME.beat` in the data folder) tells the supervisor
here that its child works; a row (name, machine) tells every page of every machine. The file comes
first: a database that is away for a while is no reason to restart whoever waits for it.
Touches those files and `Heartbeat`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from studio.generation.models import Heartbeat

QUEUE, WATCHER = "queue", "watcher"
EVERY = 5.0  # seconds between two beats
SILENT_AFTER = timedelta(seconds=15)
FORGET_AFTER = timedelta(days=7)  # a machine that was taken away


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A process that is not heard: its name, and when it was heard last anywhere (None: never)."""

    name: str
    since: datetime | None

    def seconds(self, now: datetime) -> int | None:
        """Return the whole seconds of silence until now."""
        return None if self.since is None else int((now - self.since).total_seconds())


def beat(name: str) -> None:
    """Say that this machine's process of that name does what it is for. Raises django.db.Error."""
    mark(name)
    write(name)


def write(name: str) -> None:
    """Write the row of this machine, in one statement. Raises django.db.Error."""
    heart = Heartbeat(name=name, machine=settings.MACHINE, at=timezone.now())
    Heartbeat.objects.bulk_create(
        [heart], update_conflicts=True, unique_fields=["name", "machine"], update_fields=["at"]
    )


def mark(name: str) -> None:
    """Touch the file of this machine alone."""
    path = beat_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def watch(now: datetime) -> None:
    """Beat for the watcher, as one of the things that it does every so often."""
    beat(WATCHER)


def beat_file(name: str) -> Path:
    """Return the file whose time of change is the last beat on this machine."""
    return Path(settings.DATA) / "run" / f"{name}.beat"


def alive(now: datetime, within: timedelta = SILENT_AFTER) -> list[Heartbeat]:
    """Return every process heard lately, on every machine, by name and machine."""
    return list(Heartbeat.objects.filter(at__gt=now - within).order_by("name", "machine"))


def silences(now: datetime, within: timedelta = SILENT_AFTER) -> list[Silence]:
    """Return what should beat somewhere and does not; one machine's beat is enough for each name."""
    names: Iterable[str] = settings.HEARTBEATS
    if not names:
        return []
    last = dict(Heartbeat.objects.values("name").annotate(last=Max("at")).values_list("name", "last"))
    return [
        Silence(name=name, since=last.get(name))
        for name in names
        if name not in last or last[name] <= now - within
    ]


def forget(now: datetime) -> None:
    """Drop the marks of machines that have been gone for a week."""
    Heartbeat.objects.filter(at__lt=now - FORGET_AFTER).delete()
