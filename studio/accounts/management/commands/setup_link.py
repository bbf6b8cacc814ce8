"""`manage.py setup_link`: prints the link for the first owner of a studio that has nobody (AUTH-08)."""

from django.core.management.base import BaseCommand, CommandError

from studio.accounts import inviting


class Command(BaseCommand):
    """Print a link that works once; those printed before end."""

    help = "Print the link by which the first owner of an empty studio names themself."

    def handle(self, *args: object, **options: object) -> None:
        """Make the link. Raises CommandError where the studio has members."""
        secret = inviting.set_up()
        if secret is None:
            raise CommandError("The studio has members. An owner invites the others.")
        self.stdout.write(inviting.address_of_setup(secret))
        self.stdout.write(f"It works once, within {inviting.SETUP_HOURS} hours.")
