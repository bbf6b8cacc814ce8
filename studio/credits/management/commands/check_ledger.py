"""`manage.py check_ledger`: prove the ledger against its entries; exit 1 on any difference (D1, D14)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studio.credits.check import check


class Command(BaseCommand):
    """Recount the ledger and say what was found."""

    help = "Recount every balance from the entries. Exits with 1 where a figure differs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one line, or each difference. Raises CommandError on any."""
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
