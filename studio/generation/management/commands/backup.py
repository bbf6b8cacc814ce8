"""`manage.py backup FOLDER`: the database and the pictures in a new folder, amid all work (OPS-08)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studio.generation import backups


class Command(BaseCommand):
    """Make a backup and say what is in it."""

    help = "Write the database and the pictures into a new folder. The studio may go on working meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was kept. Raises CommandError where nothing was."""
        try:
            made = backups.make(options["folder"], timezone.now())
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{options['folder']}: the database and {made.files:,} pictures, {made.bytes:,} bytes. "
            f"The API keys in it open with {settings.KEYRING_FILE} alone: keep a copy of that elsewhere."
        )
