"""`manage.py doctor`: a line for each part, what is wrong and what to do; exit 1 on any problem (G10)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studio import preflight
from studio.generation import doctor
from studio.generation.findings import Finding


class Command(BaseCommand):
    """Examine the studio and say what was found."""

    help = "Look at every part of the studio; exit 1 where something is wrong."
    requires_system_checks: list[str] = []  # they are told as findings

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a finding. Raises CommandError where one is a problem."""
        problems = 0
        for finding in self.findings():
            self.tell(finding)
            problems += not finding.is_well
        if problems:
            raise CommandError(f"{problems} things are wrong." if problems > 1 else "One thing is wrong.")
        self.stdout.write("All is well.")

    def findings(self) -> list[Finding]:
        """Return what is seen of the settings, then of the pipeline."""
        faults = preflight.problems(parts=())
        settings = [Finding(part="settings", says=fault, remedy="Correct it.") for fault in faults]
        fine = Finding(part="settings", says="They can be used.")
        return [*(settings or [fine]), *doctor.examine(timezone.now())]

    def tell(self, finding: Finding) -> None:
        """Print one line."""
        mark = "ok     " if finding.is_well else "WRONG  "
        self.stdout.write(f"{mark}{finding.part:<11} {finding.says} {finding.remedy}".rstrip())
