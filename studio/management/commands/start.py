"""`manage.py start`: the whole studio as one process to stop with Ctrl-C.

It checks, prepares the database and the files, then keeps the web server, the
queue, the watcher and, when the provider is the sandbox, the sandbox running;
`--only queue,watcher` keeps a part of them, for one machine among several.
Any fault that is found before the start is told in one sentence, with exit code 2.
"""

import http.client
import os
import sys
from collections.abc import Callable, Collection

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from studio import children, env, preflight, statics, upgrades
from studio.doitong.addresses import is_loopback
from studio.supervisor import Supervisor

SANDBOX_WITHIN = 20  # seconds
WEB_WITHIN = 60  # seconds
MIGRATED_WITHIN = 120  # seconds


class Command(BaseCommand):
    """Start the studio and stay until Ctrl-C."""

    help = "Start the web server, the queue, the watcher and, if it is the provider, the sandbox."
    requires_system_checks: list[str] = []  # preflight runs them and tells them as sentences

    def add_arguments(self, parser: CommandParser) -> None:
        """Which parts to run."""
        parser.add_argument("--only", default="", help=f"some of {','.join(children.PARTS)}")

    def handle(self, *args: object, **options: str) -> None:
        """Check, prepare, run; end with code 0 when told to stop."""
        os.umask(0o077)  # sessions, password hashes and originals are nobody else's to read
        parts = self.parts(options["only"])
        with Supervisor(self.say) as house:
            if faults := preflight.problems(parts):
                self.refuse(faults)
            self.prepare(house, parts)
            self.open(house, parts)
            house.run()
            self.say("Stopping …")
        self.say("Stopped. Nothing is left running.")

    def parts(self, only: str) -> Collection[str]:
        """Return the parts that are asked for, all of them where none is named."""
        parts = [word.strip() for word in only.split(",") if word.strip()] or children.PARTS
        if strangers := [part for part in parts if part not in children.PARTS]:
            self.refuse([f"--only names “{strangers[0]}”. Name some of: {', '.join(children.PARTS)}."])
        if only and "sandbox" in parts and not children.uses_own_sandbox():
            self.refuse([f"--only names the sandbox, but DOITONG_URL is {settings.DOITONG_URL}."])
        return parts

    def prepare(self, house: Supervisor, parts: Collection[str]) -> None:
        """Bring folders, database and static files up to date; without the web server, wait for who does."""
        for folder in (settings.PICTURES, settings.ORIGINALS, settings.STATIC_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
        if "web" in parts:
            upgrades.bring_up_to_date()
            call_command("clearsessions", verbosity=0)
            statics.collect()
        elif missing := upgrades.wait_for_others(MIGRATED_WITHIN, house.stopping.is_set):
            self.behind(house, missing)
        connections.close_all()  # the processes to come open their own

    def open(self, house: Supervisor, parts: Collection[str]) -> None:
        """Start the processes in the order in which they need each other."""
        if "sandbox" in parts and children.uses_own_sandbox():
            house.add(children.sandbox())
            if not house.wait(SANDBOX_WITHIN, answers(children.sandbox_host(), settings.SANDBOX_PORT)):
                self.late(house, "The sandbox", SANDBOX_WITHIN)
        if "web" in parts and settings.DEMO and not house.stopping.is_set():
            call_command("demo_team", stdout=self.stdout)
            connections.close_all()
        for part, child in (("web", children.web), ("queue", children.queue), ("watcher", children.watcher)):
            if part in parts:
                house.add(child())
        if "web" in parts:
            self.welcome(house)
        else:
            self.say(f"Running here: {', '.join(parts)}. Stop with Ctrl-C.")

    def welcome(self, house: Supervisor) -> None:
        """Say where everything is once the web server answers, then fill a demonstration's gallery."""
        if house.wait(WEB_WITHIN, answers(reachable(settings.BIND), settings.PORT)):
            self.say(banner())
        else:
            self.late(house, "The web server", WEB_WITHIN)
        if settings.DEMO and settings.DOITONG_SANDBOX and env.flag("STUDIO_DEMO_GALLERY", default=True):
            house.add(children.manage("The demonstration gallery", "demo_gallery", once=True))

    def say(self, line: str) -> None:
        """Tell the operator one line."""
        self.stdout.write(line)
        self.stdout.flush()

    def late(self, house: Supervisor, name: str, seconds: int) -> None:
        """Say that something did not answer in time, unless the end was asked for meanwhile."""
        if not house.stopping.is_set():
            self.say(f"{name} has not answered within {seconds} s; the lines above may say why.")

    def behind(self, house: Supervisor, missing: list[str]) -> None:
        """Refuse a database that nobody brought up to date, unless the end was asked for meanwhile."""
        if not house.stopping.is_set():
            lacks = f"The database lacks {len(missing)} changes, the first is {missing[0]}."
            self.refuse([f"{lacks} Start the web server's machine first, or run manage.py migrate."])

    def refuse(self, faults: list[str]) -> None:
        """End with code 2 and a sentence for each fault."""
        for fault in faults:
            self.stderr.write(fault)
        sys.exit(2)


def reachable(bind: str) -> str:
    """Return an address at which this machine reaches a server that listens at `bind`."""
    if bind in {"0.0.0.0", "::"}:  # noqa: S104 - asked, not bound
        return "127.0.0.1" if bind == "0.0.0.0" else "::1"  # noqa: S104
    return bind


def answers(host: str, port: int) -> Callable[[], bool]:
    """Return a question: does a web server answer there with anything but a fault of its own?"""

    def ask() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def banner() -> str:
    """Return the lines that say where everything is."""
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
    return "\n" + "\n".join(f"  {name:<14}{value}" for name, value in where) + "\n"
