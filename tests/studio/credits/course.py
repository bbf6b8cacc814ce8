"""A migrated database of its own, on which other processes book: for races and for raw SQL."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 300

SETUP = """
import sys, uuid, json, django
django.setup()
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
import sys, json, django
django.setup()
from studio.credits.check import check
from studio.credits.models import Account
account = Account.objects.get(pk=sys.argv[1])
print(json.dumps([account.balance, account.held, [str(d) for d in check().differences]]))
"""


class Course:
    """A migrated database on which processes race.

    Its processes have the studio's own settings: those of the tests name the database of the run.
    """

    def __init__(self, url: str, data: Path) -> None:
        own = {"DATABASE_URL": url, "STUDIO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "studio.settings"}
        self.environment = {**os.environ, **own}
        self.run("-m", "django", "migrate", "--skip-checks", "--verbosity=0")

    def prepare(self, *, start: int, holds: int = 0) -> tuple[str, list[str]]:
        member, references = json.loads(self.run("-c", SETUP, str(start), str(holds)))
        return member, references

    def race(self, mode: str, member: str, tries: Sequence[int], ends: Sequence[str] = ()) -> Counter[str]:
        return self.race_of([(mode, member, count) for count in tries], ends)

    def race_of(self, entrants: Sequence[tuple[str, str, int]], words: Sequence[str] = ()) -> Counter[str]:
        """Race processes of several modes and members; all are told the same words."""
        racers = [self._start(*one) for one in entrants]
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write(" ".join(words) + "\n")
            racer.stdin.flush()
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        return self._judge(racers)

    def result(self, member: str) -> tuple[int, int]:
        balance, held, differences = json.loads(self.run("-c", RESULT, member))
        assert differences == []
        return balance, held

    def _judge(self, racers: "list[subprocess.Popen[str]]") -> Counter[str]:
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        total: Counter[str] = Counter()
        for racer in racers:
            out, errors = racer.communicate(timeout=SECONDS)
            assert racer.returncode == 0, errors
            total.update(json.loads(out))
        return total

    def _start(self, mode: str, member: str, tries: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.studio.credits.racer", mode, member, str(tries)],
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> str:
        """Run this interpreter with the arguments against the database; return what it wrote."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
