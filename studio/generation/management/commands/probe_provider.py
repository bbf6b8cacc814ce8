"""`manage.py probe_provider`: what the provider really answers, point by point (S93, F5).

It speaks under a saved key, which is never printed and never given on the command line. Nothing is
bought without `--buy`, which says what it will cost and asks first.
"""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from studio.accounts.keys import SealingError, key_for, key_in_use, secret_of
from studio.accounts.models import Key, Member
from studio.doitong import DIALECTS, UnusableKey, open_http
from studio.doitong.probe import Asker, Finding, Verdict, ask_all, buy, open_asker
from studio.doitong.probe.purchase import COST, SIDE, unbought
from studio.generation.models import Job
from studio.generation.states import State

HOOK = "https://example.com/prompt-studio-probe"  # reserved, so that nobody is called
SIGNS = {Verdict.OK: "ok", Verdict.DIFFERS: "DIFFERS", Verdict.UNKNOWN: "unknown"}


class Command(BaseCommand):
    """Ask the provider about every documented and decided point."""

    help = "Report what the provider really answers to each point of its contract. Costs nothing by itself."

    stealth_options = ("http", "pause")  # what a test gives in place of sockets and of waiting

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose key, whether to buy, and how to print."""
        parser.add_argument("--member", help="whose key, by e-mail address (else the team's)")
        parser.add_argument("--buy", action="store_true", help=f"buy one {SIDE}×{SIDE} image too: {COST}")
        parser.add_argument("--yes", action="store_true", help="with --buy: do not ask")
        parser.add_argument("--dialect", choices=DIALECTS, default=None, help="the form to buy with")
        parser.add_argument("--webhook-url", default=HOOK, help=f"with --buy: what is sent ({HOOK})")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: object, **options: Any) -> None:
        """Ask, and print a line for each point."""
        key = _key(options["member"])
        self._say(options, f"{settings.DOITONG_URL}, with the key of {key.owner}.")
        if options["buy"]:
            self._confirm(options)
        else:
            self._say(options, f"Nothing is bought. --buy would buy one {SIDE}×{SIDE} image: {COST}.")
        with options.get("http") or open_http() as http:
            asker = _asker(key, http, options.get("pause") or time.sleep)
            findings = list(_findings(asker, key, options))
        self._print(findings, asker.asked, options)

    def _confirm(self, options: dict[str, Any]) -> None:
        self._say(options, f"This buys one {SIDE}×{SIDE} image: {COST}. The ledger does not book it.")
        if options["yes"]:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nobody can be asked here. Say --yes to buy.")
        if input("Buy it? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was bought.")

    def _print(self, findings: list[Finding], asked: int, options: dict[str, Any]) -> None:
        if options["json"]:
            said = {"provider": settings.DOITONG_URL, "requests": asked}
            lines = [asdict(finding) for finding in findings]
            self.stdout.write(json.dumps({**said, "findings": lines}, indent=2))
            return
        for line in _table(findings):
            self.stdout.write(line)
        counts = ", ".join(
            f"{sum(one.verdict is kind for one in findings)} {SIGNS[kind]}" for kind in Verdict
        )
        self.stdout.write(f"{len(findings)} points: {counts}. {asked} requests.")

    def _say(self, options: dict[str, Any], sentence: str) -> None:
        (self.stderr if options["json"] else self.stdout).write(sentence)


def _key(email: str | None) -> Key:
    if email is None:
        key = key_in_use(None)
        whose = "the team has no key in use; name a member with --member"
    else:
        member = Member.objects.filter(email__iexact=email).first()
        key = key_for(member) if member else None
        whose = "this member has no key to use" if member else "there is no member of that address"
    if key is None:
        raise CommandError(f"Nothing was asked: {whose}.")
    return key


def _asker(key: Key, http: httpx.Client, pause: Callable[[float], None]) -> Asker:
    try:
        return open_asker(base_url=settings.DOITONG_URL, key=secret_of(key), http=http, pause=pause)
    except (SealingError, UnusableKey) as error:
        raise CommandError(str(error)) from None


def _findings(asker: Asker, key: Key, options: dict[str, Any]) -> Iterator[Finding]:
    yield from ask_all(asker, known_id=_finished_job(key), per_minute=key.per_minute)
    if options["buy"]:
        dialect = options["dialect"] or settings.DOITONG_TRANSPORT
        yield from buy(asker, dialect=dialect, webhook_url=options["webhook_url"])
    else:
        yield from unbought()


def _finished_job(key: Key) -> str | None:
    jobs = Job.objects.filter(key=key, state=State.DONE).exclude(remote_id="")
    return jobs.order_by("-finished_at").values_list("remote_id", flat=True).first()


def _table(findings: list[Finding]) -> Iterator[str]:
    heads = ("Point", "Expected", "Seen", "")
    rows = [(one.point, one.expected, one.seen, SIGNS[one.verdict]) for one in findings]
    first, second = (max(len(row[place]) for row in (heads, *rows)) for place in (0, 1))
    for point, expected, seen, verdict in (heads, *rows):
        yield f"{verdict:8} {point:{first}}  {expected:{second}}  {seen}".rstrip()
