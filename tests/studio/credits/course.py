"""A migrated database of its own, on which other processes book: for races and for raw SQL."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.forks import Child, Parent

SETUP = """
import sys, uuid, json
from studio.accounts.models import Member
from studio.credits import ledger
member = Member.objects.create_user(f"{uuid.uuid4().hex}@studio.test", name="Racer")
credits, holds = int(sys.argv[1]), int(sys.argv[2])
if credits:
    ledger.grant(member, credits, actor=member, reason="start", reference=uuid.uuid4())
references = [uuid.uuid4() for _ in range(holds)]
ledger.hold(member, [ledger.Hold(reference=r, amount=20) for r in references], key_id=None)
print(json.dumps([str(member.pk), [str(r) for r in references]]))
"""
RESULT = """
import sys, json
from studio.credits.check import check
from studio.credits.models import Account
account = Account.objects.get(pk=sys.argv[1])
print(json.dumps([account.balance, account.held, [str(d) for d in check().differences]]))
"""


class Course:
    """A migrated database on which processes race.

    Its processes have the studio's own settings: those of the tests name the database of the run. Each
    is a process of its own with a connection of its own; they are forked from one that has imported.
    """

    def __init__(self, data: Path, url: str = "") -> None:
        own = {"DATABASE_URL": url, "STUDIO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "studio.settings"}
        self._parent = Parent({**os.environ, **own})

    def close(self) -> None:
        """Start no more processes."""
        self._parent.close()

    def prepare(self, *, start: int, holds: int = 0) -> tuple[str, list[str]]:
        member, references = json.loads(self.run("-c", SETUP, str(start), str(holds)))
        return member, references

    def race(self, mode: str, member: str, tries: Sequence[int], ends: Sequence[str] = ()) -> Counter[str]:
        return self.race_of([(mode, member, count) for count in tries], ends)

    def race_of(self, entrants: Sequence[tuple[str, str, int]], words: Sequence[str] = ()) -> Counter[str]:
        """Race processes of several modes and members; all are told the same words."""
        racers = [
            self._parent.start("-m", "tests.studio.credits.racer", mode, member, str(tries))
            for mode, member, tries in entrants
        ]
        for racer in racers:
            racer.told.write(" ".join(words) + "\n")
            racer.told.flush()
        assert [racer.said.readline() for racer in racers] == ["ready\n"] * len(racers)
        return self._judge(racers)

    def result(self, member: str) -> tuple[int, int]:
        balance, held, differences = json.loads(self.run("-c", RESULT, member))
        assert differences == []
        return balance, held

    def _judge(self, racers: list[Child]) -> Counter[str]:
        for racer in racers:
            racer.told.write("go\n")
            racer.told.flush()
        total: Counter[str] = Counter()
        for racer in racers:
            code, said, errors = racer.end()
            assert code == 0, errors
            total.update(json.loads(said))
        return total

    def ended(self, *arguments: str) -> int:
        """Run a process with Python's arguments against the database; return its code."""
        return self._parent.run(*arguments)[0]

    def run(self, *arguments: str) -> str:
        """Run a process with Python's arguments against the database; return what it wrote."""
        code, said, errors = self._parent.run(*arguments)
        assert code == 0, errors
        return said
