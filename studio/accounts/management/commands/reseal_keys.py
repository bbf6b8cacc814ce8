"""`manage.py reseal_keys`: seal every key anew under the keyring's first line, in one transaction (KEY-12).

To change the master key: put a new line first, run this, then take the old line away. Killed at
any moment it leaves every key readable; run again, it goes on. Nothing is printed of a key.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studio.accounts.keys import SealingError, reseal


class Command(BaseCommand):
    """Seal every key anew."""

    help = "Seal every API key under the first line of the keyring, so that older lines can be removed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many there were. Raises CommandError, and changes nothing, where one does not open."""
        try:
            many = reseal()
        except SealingError as error:
            raise CommandError(f"Nothing was changed. {error}") from None
        self.stdout.write(f"{many} keys are sealed under the first line of the keyring.")
