"""`manage.py check_audit`: prove that no line of the audit trail was removed, changed or slipped in (E5)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studio.accounts import chain
from studio.accounts.models import Seal


class Command(BaseCommand):
    """Check the audit trail."""

    help = "Check the chain of seals over the audit trail; prints its head, to be kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the head that was printed before."""
        parser.add_argument("--since", metavar="NUMBER:DIGEST", help="the head that an earlier check printed")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the head. Raises CommandError with every fault that was found."""
        chain.seal()
        found = [*self._cut_off(options["since"] or ""), *chain.faults()]
        if found:
            raise CommandError("The audit trail is not whole.\n" + "\n".join(found))
        head = chain.head()
        self.stdout.write(f"The audit trail is whole: {head.number if head else 0} events.")
        if head:
            self.stdout.write(f"Head: {head.number}:{head.digest}")

    def _cut_off(self, since: str) -> list[str]:
        if not since:
            return []
        number, _, digest = since.partition(":")
        known = number.isdecimal() and Seal.objects.filter(number=int(number), digest=digest).exists()
        return [] if known else [f"The head {number} of an earlier check is not in it any more."]
