"""`manage.py watch`: ask about running jobs and sweep, until SIGTERM or Ctrl-C."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from studio.generation.watcher import Watcher


class Command(BaseCommand):
    """Run the watcher in the foreground; any number of them may run."""

    help = "Ask the provider about running jobs, and find again what was dropped."
    requires_system_checks: list[str] = []  # they load every page, a fifth of the memory; `start` runs them

    def handle(self, *args: Any, **options: Any) -> None:
        """Stop at the end of the turn that a signal finds."""
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Watcher().run(stop)
