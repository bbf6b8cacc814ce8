"""`manage.py restore FOLDER`: a backup in the place of what is there, and what may differ since (OPS-07)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studio.accounts.models import Event, Verb
from studio.generation import backups, restoring


class Command(BaseCommand):
    """Take a backup back; nothing that waited in it is sent again by itself."""

    help = "Put a backup in the place of today's database. Stop the studio first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("folder", type=Path, help="what manage.py backup wrote")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was restored, doubted and found to differ. Raises CommandError."""
        if not options["yes"]:
            raise CommandError("This replaces today's database. Say --yes, and keep a backup of it.")
        try:
            backup = restoring.restore(options["folder"])
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        doubted = restoring.doubt_what_waited(backup)
        Event.note(Verb.RESTORED, who=None, made=backup.made_at, files=backup.files, doubted=doubted)
        self.stdout.write(f"Restored the backup of {backup.made_at}, with {backup.files:,} pictures.")
        self.stdout.write(f"{doubted} images waited in it and are held: each may have been made since.")
        found = list(restoring.differences(timezone.now()))
        for difference in found or ["The books agree with their entries and with what Doitong says."]:
            self.stdout.write(difference)
