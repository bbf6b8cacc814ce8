"""`manage.py move_database --from sqlite:///PATH`: the studio's rows in the database of DATABASE_URL (G4)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.utils import timezone

from studio import env, upgrades
from studio.accounts.models import Event, Verb
from studio.generation import moving


class Command(BaseCommand):
    """Move everything, and say what was compared."""

    help = "Move a studio's rows from another database into the one of DATABASE_URL. Stop the studio first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument(
            "--from", dest="source", required=True, help="its address, as DATABASE_URL has it: sqlite:///PATH"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each table. Raises CommandError where nothing was moved."""
        source = self.source(options["source"])
        try:
            upgrades.bring_up_to_date()
            moved = moving.move(source, timezone.now())
        except moving.MoveError as error:
            raise CommandError(str(error)) from None
        except Error as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(f"A database does not answer as it should ({reason}).") from None
        for table in moved:
            self.stdout.write(f"{table.rows:>10,}  {table.table}")
        rows = sum(table.rows for table in moved)
        Event.note(Verb.MOVED, who=None, rows=rows, tables=len(moved))
        self.stdout.write(
            f"{rows:,} rows of {len(moved)} tables are the same in both, and the ledger is exact. "
            "Pictures lie where they lay. Keep the old database until the studio has run for a while."
        )

    def source(self, address: str) -> dict[str, object]:
        """Return the settings of the database that is left. Raises CommandError."""
        try:
            told = env.database_at(address, "--from", settings.DATA / "studio.sqlite3")
        except env.SettingError as error:
            raise CommandError(str(error)) from None
        here = connections[DEFAULT_DB_ALIAS].settings_dict
        if all(told.get(name, "") == here.get(name, "") for name in ("ENGINE", "NAME", "HOST", "PORT")):
            raise CommandError(
                "--from is the database of DATABASE_URL itself. Set DATABASE_URL to the new one."
            )
        if "sqlite" in str(told["ENGINE"]) and not Path(str(told["NAME"])).is_file():
            raise CommandError(f"--from: there is no file {told['NAME']}.")
        return told
