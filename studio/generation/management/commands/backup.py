"""`manage.py backup FOLDER`: the database and the pictures in a new folder, amid all work (OPS-08).

For a timer: `--into FOLDER --keep 14` names a new folder by the moment, and removes the oldest ones.
"""

import shutil
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studio.accounts.models import Event, Verb
from studio.generation import backups, vitals

PREFIX = "studio-"


class Command(BaseCommand):
    """Make a backup and say what is in it."""

    help = "Write the database and the pictures into a new folder. The studio may go on working meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, nargs="?", help="a folder that is not there yet")
        parser.add_argument(
            "--into", type=Path, help="a folder of backups; the new one is named by the moment"
        )
        parser.add_argument(
            "--keep", type=int, default=0, help="with --into: how many to keep; 0: all of them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was kept. Raises CommandError where nothing was."""
        now = timezone.now()
        folder = _folder(options, now)
        try:
            made = backups.make(folder, now)
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        Event.note(Verb.BACKED_UP, who=None, subject=vitals.BACKUP, files=made.files, bytes=made.bytes)
        self.stdout.write(
            f"{folder}: the database and {made.files:,} pictures, {made.bytes:,} bytes. "
            f"The API keys in it open with {settings.KEYRING_FILE} alone: keep a copy of that elsewhere."
        )
        for old in _too_many(options):
            shutil.rmtree(old)
            self.stdout.write(f"{old}: removed, {options['keep']} newer ones are kept.")


def _folder(options: dict[str, Any], now: datetime) -> Path:
    given: Path | None = options["folder"]
    into: Path | None = options["into"]
    if (given is None) == (into is None):
        raise CommandError("Name one folder, or a folder of backups with --into.")
    return given or into / f"{PREFIX}{now:%Y%m%d-%H%M%S}"  # type: ignore[operator]


def _too_many(options: dict[str, Any]) -> list[Path]:
    """Return the oldest backups that --keep leaves no place for; what is no whole backup is left alone."""
    if not (options["into"] and options["keep"] > 0):
        return []
    whole = [path for path in options["into"].glob(f"{PREFIX}*") if (path / backups.MANIFEST).is_file()]
    return sorted(whole)[: -options["keep"]]
