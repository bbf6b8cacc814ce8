"""`manage.py demo_gallery`: fill an empty demonstration with pictures and a library, and say how far it is.

It asks the sandbox only, never a provider that costs; it ends by itself, and goes on where it
was interrupted. On a terminal the bar is one line, drawn again; elsewhere it is a line a quarter.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from studio.credits.ledger import NotEnoughCredits
from studio.generation import demo
from studio.generation.runs import CannotStart
from studio.prompts import demo as library

CELLS = 24
STEPS = 4  # lines where there is no terminal


class Command(BaseCommand):
    """Make the demonstration's pictures, if they are not there."""

    told = -1
    help = "Fill an empty studio with the demonstration's library, and with pictures made by its sandbox."

    def handle(self, *args: object, **options: object) -> None:
        """Refuse outside a demonstration with a sandbox; do nothing in a studio that is in use."""
        if not settings.DEMO:
            raise CommandError("This is not a demonstration: STUDIO_DEMO is not set.")
        if not settings.DOITONG_SANDBOX:
            raise CommandError("The provider is not a sandbox: pictures for a demonstration would cost.")
        try:
            sheet = demo.orders()
            if demo.is_wanted(sheet):
                library.fill(sheet[0].member)
                self.end(demo.fill(sheet, self.show))
        except (CannotStart, NotEnoughCredits, demo.NobodyThere) as error:
            raise CommandError(f"The gallery was not filled. {error}") from None

    def show(self, progress: demo.Progress) -> None:
        """Draw the bar, where it is not drawn already."""
        terminal = self.stdout.isatty()
        step = progress.done if terminal else progress.done * STEPS // progress.total
        if step == self.told:
            return
        self.told = step
        self.stdout.write(
            f"\r{bar(progress)}" if terminal else bar(progress), ending="" if terminal else "\n"
        )
        self.stdout.flush()

    def end(self, progress: demo.Progress) -> None:
        """Say what did not become a picture."""
        if self.stdout.isatty():
            self.stdout.write("")
        if missing := progress.total - progress.done:
            self.stdout.write(f"{missing} of {progress.total} pictures are missing; their cards say why.")


def bar(progress: demo.Progress) -> str:
    """Return the bar as text."""
    full = CELLS * progress.done // progress.total
    return f"Filling the gallery  {'█' * full}{'░' * (CELLS - full)}  {progress.done} of {progress.total}"
