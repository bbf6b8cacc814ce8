"""A known key lives a whole life in a busy studio; then it is nowhere (KEY-03, KEY-04, KEY-05, KEY-06).

It is refused, saved, tried, used for images under every fault of the sandbox, shared, replaced, disabled.
All that was stored, said, shown, sent, queued, exported and backed up meanwhile is then searched for it.
"""

import io
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django.views.debug import ExceptionReporter
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from pytest_django.fixtures import Settings

from studio.accounts import keys, often, provider
from studio.accounts.models import Event, Key, KeyState, Member
from studio.doitong import Secret
from studio.generation import backups
from studio.generation.models import Attempt, Governor, Image
from studio.sandbox.catalogue import CATALOGUE
from tests import setups
from tests.permissions.scanning import hides
from tests.permissions.test_matrix import table
from tests.permissions.world import ROLES, doors, members
from tests.studio.generation import ringing
from tests.studio.generation.racing import file_database
from tests.studio.generation.test_every_fault import QUICK, Cut
from tests.studio.generation.test_setbacks import nobody_there
from tests.studio.generation.world import World, give_credits, open_world, start

CANARY = "sbx_CANARYcanaryCANARYcanary7788"
OTHER = "sbx_another_key_of_the_team_4321"
ODD = (f'"{CANARY}"', f"{CANARY}\0", f"{CANARY} x", f"{CANARY}\nx", CANARY * 20)
MAKER = "other designer"
MADE = 10  # images at the least, or most faults met no job
STAGES = {"request", "accept", "answer", "job", "image", "header"}
LOUD = (
    "",
    "studio",
    "gallery",
    "django",
    "django.template",
    "httpx",
    "httpcore",
    "django-q",
    "django.db.backends",
)
pytestmark = pytest.mark.xdist_group("permissions")


class Ear(logging.Handler):
    """Keeps every line of every logger, with its arguments and its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.__dict__!r}")


class Life:
    """A studio, who works in it, and all that was seen of it: where, and what."""

    def __init__(self, world: World) -> None:
        self.world, self.seen = world, list[tuple[str, bytes]]()
        self.people = members()
        self.clients = {role: Client(raise_request_exception=False) for role in ROLES}
        for role, person in self.people.items():
            self.clients[role].force_login(person)
            give_credits(person, 100_000)
        self.doors, _ = doors(self.people)
        Key.objects.update(state=KeyState.DISABLED)  # the matrix's own, which nobody can open

    @property
    def maker(self) -> Member:
        """Return who makes images; the matrix's first designer may spend next to nothing."""
        return self.people[MAKER]

    def note(self, where: str, what: object) -> None:
        self.seen.append((where, what if isinstance(what, bytes) else str(what).encode()))

    def ask(self, role: str, method: str, path: str, data: dict[str, str] | None = None) -> Any:
        """Ask for a page and keep all of the answer, what the browser keeps, and the session."""
        often.counter = often.Counter()
        client = self.clients[role]
        answer = getattr(client, method)(path, data or {})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        where = f"{method} {path} as {role}"
        self.note(where, body)
        self.note(where, f"{answer.status_code} {answer.headers!r} {client.cookies!r}")
        return answer

    def press(self, do: str, path: str = "/team/key", **data: str) -> int:
        """Press a button on a key's page as the owner; return the status."""
        return int(self.ask("owner", "post", path, {"do": do, "plan": "enterprise", **data}).status_code)

    def control(self, method: str, path: str, body: object) -> None:
        """Set up the sandbox, whose addresses name keys; what is logged of that is no studio's."""
        logging.disable()
        try:
            self.world.control(method, path, body)
        finally:
            logging.disable(logging.NOTSET)

    def faults(self, *those: dict[str, Any]) -> None:
        """Have the provider do this, and nothing else, to who comes with the key."""
        self.control("PUT", f"/keys/{CANARY}/faults", {"faults": those})

    def order(self, rounds: int = 3) -> None:
        """Have an image made, however it ends; keep what lay in the queue meanwhile."""
        start(self.maker)
        self.note("queue", ringing.waiting())
        self.note("queue", list(OrmQ.objects.values_list("payload", flat=True)))
        self.world.finish(rounds)

    def recover(self, *, broken: bool = True) -> None:
        """Have the provider be well again; and an image made where it was broken, or it stays shut."""
        self.faults()
        self.control("PUT", f"/keys/{CANARY}", {"credits": 100_000})
        Governor.objects.update(paused_until=None)
        if not Key.objects.exclude(state=KeyState.DISABLED).get().works:
            self.press("try")
        if broken:
            self.order()


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Have every logger say everything, also those that the studio keeps quiet."""
    ear, levels = Ear(), {name: logging.getLogger(name).level for name in LOUD}
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    apart = [
        logging.getLogger(),
        *(one for name in LOUD[1:] if not (one := logging.getLogger(name)).propagate),
    ]
    for logger in apart:
        logger.addHandler(ear)
    yield ear
    for logger in apart:
        logger.removeHandler(ear)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def life(transactional_db: None, tmp_path: Path, ear: Ear) -> Iterator[Life]:
    """Have a studio whose database is one that can be backed up, with a provider that knows the key later."""
    cache.clear()
    with ExitStack() as stack:
        if not setups.postgres_url():
            stack.enter_context(file_database(tmp_path / "live.sqlite3"))
        world = stack.enter_context(open_world())
        usual, world.http = world.http, httpx.Client(transport=Cut(world))
        usual.close()
        yield Life(world)


def connect(life: Life) -> None:
    """Paste the key: badly, before the provider knows it, while nobody answers; then well."""
    assert life.press("save", key=CANARY) == 422
    # each miss of a template's lookup writes a whole context: those of one refused page were heard
    logging.getLogger("django.template").setLevel(logging.INFO)
    for text in ODD:
        assert life.press("save", key=text) == 422
    with nobody_there():
        assert life.press("save", key=CANARY) == 422
    for key in (CANARY, OTHER):
        life.control("POST", "/keys", {"key": key, "plan": "enterprise", "credits": 100_000})
    assert life.press("save", key=CANARY) == 302
    assert life.press("save", "/account/key", key=CANARY) == 422  # one key is connected once
    for do in ("try", "terms", "account", "payer", "no such button"):
        life.press(do, **{"terms-plan": "enterprise", "payer-payer": "team"})
    life.press("hook", **{"hook-secret": "a-webhook-secret-of-the-account"})


def work(life: Life) -> None:
    """Have images made while the provider does everything on the sandbox's list; a good one after each."""
    for kind in CATALOGUE.values():
        if kind.stage in STAGES:
            value = {"value": QUICK[kind.name]} if kind.name in QUICK else {}
            life.faults({"name": kind.name, **value})
            life.order()
            life.recover(broken="50" in kind.name)
    with nobody_there():
        life.order()
    life.recover()


def break_down(life: Life, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Have what nobody foresaw happen with the key in hand: on its page, and while an image is bought."""
    settings.DEBUG = True
    for room, name in ((keys, "save_key"), (Event, "note")):
        with monkeypatch.context() as patch:
            patch.setattr(room, name, explode)
            assert life.press("save", key=CANARY) == 500
    with provider.use(explode):
        assert life.press("save", key=CANARY) == 500
    settings.DEBUG = False
    start(life.maker)
    with provider.use(explode):
        try:
            life.world.listen()
        except RuntimeError:
            life.note("a worker's error", report(None))


def explode(*_args: object, **_known: object) -> NoReturn:
    raise RuntimeError("An unforeseen fault")


def report(request: HttpRequest | None) -> str:
    """Return what Django tells developers and operators of the exception in hand."""
    reporter = ExceptionReporter(request, *sys.exc_info())
    return reporter.get_traceback_html() + reporter.get_traceback_text()


def look_around(life: Life) -> None:
    """Open as each role every page that the matrix says opens to it."""
    for door in life.doors:
        letters = table()[door.name].split()[1]
        for role, letter in zip(ROLES, letters, strict=True):
            if letter == "o" and role != MAKER:  # who sees what any other designer does, and their own
                life.ask(role, "get", door.address)
    for image in Image.objects.filter(member=life.maker).select_related("job")[:5]:
        run = image.job.run_id
        for path in (
            f"/images/{image.uuid}",
            f"/runs/{run}",
            f"/runs/{run}/export/csv",
            f"/jobs/{image.job_id}/wire",
        ):
            assert life.ask(MAKER, "get", path).status_code == 200, path


def take_away(life: Life, folder: Path) -> None:
    """Take out of the studio whatever can be taken out of it."""
    for path in ("/credits/statement", "/team/statement", "/team/members.csv", "/team/ledger", "/metrics"):
        assert life.ask("owner", "get", path).status_code == 200
    assert life.ask("owner", "post", "/team/audit.csv").status_code == 200
    made = Image.objects.filter(member=life.maker).values_list("uuid", flat=True)[:5]
    chosen = {"images": " ".join(map(str, made)), "inside": "recipe"}
    assert life.ask(MAKER, "post", "/download.zip", chosen).status_code == 200
    told = io.StringIO()
    call_command("dumpdata", stdout=told)
    life.note("dumpdata", told.getvalue())
    if not setups.postgres_url():
        backups.make(folder, timezone.now())
        for file in folder.rglob("*"):
            if file.is_file():
                life.note(f"backup: {file.name}", file.read_bytes())


def stored() -> Iterator[tuple[str, bytes]]:
    """Yield every value of every table, and what lies in the cache."""
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            yield model._meta.label, repr(row).encode()
            yield from ((model._meta.label, bytes(one)) for one in row if isinstance(one, bytes | memoryview))
    yield "cache", repr(getattr(cache, "_cache", "")).encode()


def hits(found: Iterable[tuple[str, bytes]]) -> set[str]:
    """Return where the key is."""
    known: dict[bytes, str] = {what: where for where, what in found}
    return {where for what, where in known.items() if hides(what, CANARY)}


def test_key_03_04_05_06_after_a_whole_life_the_key_is_nowhere(
    life: Life,
    ear: Ear,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    mailoutbox: list[Any],
) -> None:
    reports: list[str] = []

    def keep(request: HttpRequest, **_rest: object) -> None:
        reports.append(report(request))

    got_request_exception.connect(keep)
    try:
        connect(life)
        work(life)
        break_down(life, monkeypatch, settings)
        look_around(life)
        take_away(life, tmp_path / "backup")
        assert life.press("save", key=OTHER) == 302
        assert life.press("disable") == 302
        life.ask("owner", "get", "/team/key")
    finally:
        got_request_exception.disconnect(keep)
    everything = [*life.seen, *stored(), ("log", "\n".join(ear.lines).encode())]
    everything += [("report", one.encode()) for one in reports] + [
        ("mail", repr(vars(one)).encode()) for one in mailoutbox
    ]
    assert hits(everything) == set()
    # that it was a life at all, and that the search reaches what it must
    assert len(reports) >= 3
    assert Image.objects.filter(member=life.maker).count() >= MADE
    assert Attempt.objects.filter(job__member=life.maker).count() > MADE
    OrmQ.objects.create(key="planted", payload=SignedPackage.dumps({"args": (CANARY,)}))
    logging.getLogger("httpx").debug("planted %s", Secret(CANARY).reveal())
    assert hits([*stored(), ("log", ear.lines[-1].encode())]) == {"django_q.OrmQ", "log"}
