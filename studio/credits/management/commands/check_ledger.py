"""`manage.py check_ledger`: prove the ledger against its entries; exit 1 on any difference (D1, D14)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studio.credits import counting, rollups
from studio.credits.check import check


class Command(BaseCommand):
    """Recount the ledger and say what was found."""

    help = "Recount every balance from the entries. Exits with 1 where a figure differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --rebuild, for when the team's time zone was changed."""
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="first make sums and counters anew",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line, or each difference. Raises CommandError on any."""
        if options["rebuild"]:
            self.stdout.write(f"{rollups.rebuild()} daily and monthly sums made anew.")
            self.stdout.write(f"{counting.rebuild()} counters of budgets made anew.")
        report = check()
        for difference in report.differences:
            self.stderr.write(str(difference))
        if report.differences:
            raise CommandError(
                f"{len(report.differences)} figures of the ledger are not what its entries say."
            )
        self.stdout.write(
            f"The ledger is exact: {report.accounts} accounts, {report.entries} entries, "
            f"{report.open_holds} open holds of {report.held} credits."
        )
