"""`manage.py start`: the whole studio as one process to stop with Ctrl-C.

It checks, prepares the database and the files, then becomes `studio.house`, which
keeps the web server, the queue, the watcher and, when the provider is the sandbox,
the sandbox running;
`--only queue,watcher` keeps a part of them, for one machine among several.
Any fault that is found before the start is told in one sentence, with exit code 2.
"""

import os
import signal
import sys
import threading
from collections.abc import Collection, Iterator
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from studio import children, env, house, preflight, statics, upgrades
from studio.accounts import inviting
from studio.doitong.addresses import is_loopback
from studio.generation.backups import BackupError
from studio.house import Step
from studio.supervisor import STOP_SIGNALS

SANDBOX_WITHIN = 20  # seconds
TEAM_WITHIN = 60  # seconds
WEB_WITHIN = 60  # seconds
MIGRATED_WITHIN = 120  # seconds


class Command(BaseCommand):
    """Start the studio and stay until Ctrl-C."""

    help = "Start the web server, the queue, the watcher and, if it is the provider, the sandbox."
    requires_system_checks: list[str] = []  # preflight runs them and tells them as sentences
    first_owner = ""  # where they come in, while there is nobody

    def add_arguments(self, parser: CommandParser) -> None:
        """Which parts to run."""
        parser.add_argument("--only", default="", help=f"some of {','.join(children.PARTS)}")

    def handle(self, *args: object, **options: str) -> None:
        """Check and prepare, then become the process that keeps the others running."""
        os.umask(0o077)  # sessions, password hashes and originals are nobody else's to read
        stop = threading.Event()
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: stop.set())
        parts = self.parts(options["only"])
        if faults := preflight.problems(parts):
            self.refuse(faults)
        self.prepare(stop, parts)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # one that comes from now on is heard later
        if not stop.is_set():
            house.become(list(self.steps(parts)))
        self.say("Stopped. Nothing is left running.")

    def parts(self, only: str) -> Collection[str]:
        """Return the parts that are asked for, all of them where none is named."""
        parts = [word.strip() for word in only.split(",") if word.strip()] or children.PARTS
        if strangers := [part for part in parts if part not in children.PARTS]:
            self.refuse([f"--only names “{strangers[0]}”. Name some of: {', '.join(children.PARTS)}."])
        if only and "sandbox" in parts and not children.uses_own_sandbox():
            self.refuse([f"--only names the sandbox, but DOITONG_URL is {settings.DOITONG_URL}."])
        return parts

    def prepare(self, stop: threading.Event, parts: Collection[str]) -> None:
        """Bring folders, database and static files up to date; without the web server, wait for who does."""
        for folder in (settings.PICTURES, settings.ORIGINALS, settings.STATIC_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
        if "web" in parts:
            self.upgrade()
            self.set_up()
            call_command("clearsessions", verbosity=0)
            statics.collect()
        elif (missing := upgrades.wait_for_others(MIGRATED_WITHIN, stop.is_set)) and not stop.is_set():
            self.behind(missing)
        connections.close_all()  # the processes to come open their own

    def set_up(self) -> None:
        """Make the link for the first owner where there is nobody; a demonstration brings its own team."""
        secret = None if settings.DEMO else inviting.set_up()
        self.first_owner = inviting.address_of_setup(secret) if secret else ""

    def upgrade(self) -> None:
        """Bring the database up to date; what cannot be copied before is left as it is."""
        try:
            upgrades.bring_up_to_date()
        except (BackupError, OSError) as error:
            kept = (
                "Nothing was changed. Mend it, or set STUDIO_UPGRADE_BACKUP=0 where you make copies yourself."
            )
            self.refuse(
                [f"No copy of the database could be made before it is brought up to date: {error} {kept}"]
            )

    def steps(self, parts: Collection[str]) -> Iterator[Step]:
        """Yield how the processes are started, in the order in which they need each other."""
        if "sandbox" in parts and children.uses_own_sandbox():
            yield Step(
                start=children.sandbox(), name="The sandbox", within=SANDBOX_WITHIN,
                host=children.sandbox_host(), port=settings.SANDBOX_PORT,
            )  # fmt: skip
        if "web" in parts and settings.DEMO:
            team = children.manage("The demonstration team", "demo_team", once=True)
            yield Step(start=team, name="The demonstration team", within=TEAM_WITHIN)
        for part, child in (("web", children.web), ("queue", children.queue), ("watcher", children.watcher)):
            if part in parts:
                yield Step(start=child())
        if "web" in parts:
            yield from self.welcome()
        else:
            yield Step(say=f"Running here: {', '.join(parts)}. Stop with Ctrl-C.")

    def welcome(self) -> Iterator[Step]:
        """Say where everything is once the web server answers, then fill a demonstration's gallery."""
        yield Step(
            name="The web server", within=WEB_WITHIN, host=reachable(settings.BIND), port=settings.PORT,
            say=banner(self.first_owner),
        )  # fmt: skip
        if settings.DEMO and settings.DOITONG_SANDBOX and env.flag("STUDIO_DEMO_GALLERY", default=True):
            yield Step(start=children.manage("The demonstration gallery", "demo_gallery", once=True))

    def say(self, line: str) -> None:
        """Tell the operator one line."""
        self.stdout.write(line)
        self.stdout.flush()

    def behind(self, missing: list[str]) -> NoReturn:
        """Refuse a database that nobody brought up to date."""
        lacks = f"The database lacks {len(missing)} changes, the first is {missing[0]}."
        self.refuse([f"{lacks} Start the web server's machine first, or run manage.py migrate."])

    def refuse(self, faults: list[str]) -> NoReturn:
        """End with code 2 and a sentence for each fault."""
        for fault in faults:
            self.stderr.write(fault)
        sys.exit(2)


def reachable(bind: str) -> str:
    """Return an address at which this machine reaches a server that listens at `bind`."""
    if bind in {"0.0.0.0", "::"}:  # noqa: S104 - asked, not bound
        return "127.0.0.1" if bind == "0.0.0.0" else "::1"  # noqa: S104
    return bind


def banner(first_owner: str = "") -> str:
    """Return the lines that say where everything is, and where the first owner comes in."""
    provider = settings.DOITONG_URL
    where = [
        ("Prompt Studio", settings.PUBLIC_URL),
        (
            "Provider",
            f"{provider} (the sandbox: no account, no cost)" if children.uses_own_sandbox() else provider,
        ),
        ("Data", str(settings.DATA)),
        ("Stop", "Ctrl-C"),
    ]
    if settings.DEMO and is_loopback(settings.BIND):
        where.insert(1, ("Sign in", "one button for each role of the demonstration team"))
    if first_owner:
        where.insert(1, ("First owner", f"{first_owner} (once, within {inviting.SETUP_HOURS} hours)"))
    return "\n" + "\n".join(f"  {name:<14}{value}" for name, value in where) + "\n"
