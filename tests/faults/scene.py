"""A studio with traps in it, on the set-up of this run, and the person who goes on working in it."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from tests import setups
from tests.faults.records import Records
from tests.house import House, running
from tests.visitor import Books, Visitor

LOOK_EVERY = 0.05  # seconds
SPRUNG_WITHIN = 60.0  # seconds; a loaded machine is slow to start what was killed
QUIET_WITHIN = 120.0  # seconds
PRESS_AGAIN = 4.0  # seconds without a spring, after which there is more to do
MOVING = {"queued", "sending", "processing", "saving"}


class Late(AssertionError):
    """Something did not come to be in time."""


def until(true: Callable[[], bool], within: float, what: Callable[[], object]) -> None:
    """Look until something is true. Raises Late, with what there is instead."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise Late(f"not within {within:g} s: {what()}")
        time.sleep(LOOK_EVERY)


@dataclass(slots=True, kw_only=True)
class Scene:
    """A running studio, its records, and where the traps are laid."""

    house: House
    records: Records
    traps: Path
    person: Visitor
    pressed: int = 0
    sprung: list[str] = field(default_factory=list)

    def press(self, images: int = 2) -> None:
        """Press Generate for so many images with prompts of their own, until it is taken.

        A web server that is killed meanwhile is asked again with the same form, as a person would.
        """
        self.pressed += 1
        words = "|".join(f"{self.pressed} {n}" for n in range(images))
        template = f"dune {{{words}}}"
        end = time.monotonic() + SPRUNG_WITHIN
        while True:
            with suppress(httpx.TransportError):
                if not self.person.token:
                    self.sign_in()
                answer = self.person.press_generate(template)
                if answer.status_code == 200:
                    self.person.token = uuid.uuid4().hex
                    return
                if answer.status_code < 500:
                    raise AssertionError(f"{answer.status_code} {answer.text[:600]}")
            if time.monotonic() > end:
                raise Late("Generate was not taken")
            time.sleep(LOOK_EVERY)

    def sign_in(self) -> None:
        """Come in, with a token of one's own for the form: it stays the same when pressed again."""
        self.person.sign_in("owner")
        self.person.token = uuid.uuid4().hex

    def spring(self, step: str, victim: str) -> None:
        """Arm a trap, and work on until it was sprung."""
        armed = self.traps / step
        aside = self.traps / f".{step}"
        aside.write_text(victim)
        aside.rename(armed)
        end = time.monotonic() + SPRUNG_WITHIN
        while armed.exists():
            self.press()
            with suppress(Late):
                until(lambda: not armed.exists(), PRESS_AGAIN, lambda: step)
            if armed.exists() and time.monotonic() > end:
                armed.unlink(missing_ok=True)
                raise Late(f"{step} was never come to: {self.records.states()}")
        self.sprung.append(step)

    def wait_until_quiet(self, within: float = QUIET_WITHIN) -> None:
        """Look until nothing goes on by itself any more."""
        until(lambda: not MOVING & set(self.records.states()), within, self.records.states)


@contextmanager
def scene(folder: Path, *, latency: str = "0.3", **more: str) -> Iterator[Scene]:
    """Run a studio with traps as long as the block lasts, on the set-up of this run."""
    traps = folder / "traps"
    (traps / "sprung").mkdir(parents=True)
    with setting(folder) as database:
        trapped = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_FOLDER": str(traps)}
        with (
            running(folder / "data", **database, **trapped, **more) as house,
            Visitor(house) as person,
        ):
            records = Records(house=house, database=database["DATABASE_URL"], redis=database["REDIS_URL"])
            Books(house).set_latency(latency)
            found = Scene(house=house, records=records, traps=traps, person=person)
            found.sign_in()
            give(records)
            yield found


@contextmanager
def setting(folder: Path) -> Iterator[Mapping[str, str]]:
    """Have a database, and on Redis a queue, that belong to one studio; yield their addresses."""
    if not setups.postgres_url():
        yield {"DATABASE_URL": "", "REDIS_URL": ""}
        return
    name = f"house_{uuid.uuid4().hex}"
    server = setups.postgres_url()
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    try:
        yield {
            "DATABASE_URL": server.replace("/studio?", f"/{name}?"),
            "REDIS_URL": setups.redis_url(),
        }
    finally:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(f"DROP DATABASE {name} WITH (FORCE)")


def give(records: Records) -> None:
    """See that nobody's credits are too few for what is to come."""
    assert records.number("SELECT max(balance) AS n FROM credits_account") > 0
