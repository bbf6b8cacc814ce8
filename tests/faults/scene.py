"""A studio with traps in it, on the set-up of this run, and the person who goes on working in it."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import lent, setups
from tests.databases import new_database
from tests.faults.records import Records
from tests.house import House, environment, free_port, running
from tests.visitor import Books, Visitor
from tests.visitor import found as looked_up

LOOK_EVERY = 0.05  # seconds
ASK_EVERY = 0.3  # seconds; to ask a database takes its processor
SPRUNG_WITHIN = 120.0  # seconds; a loaded machine is slow to start what was killed
STILL_WITHIN = 90.0  # seconds without any move: longer than every pause of the studio in these tests
PRESS_AGAIN = 4.0  # seconds without a spring, after which there is more to do
KEY = "sbx_enterprise"  # the demonstration's key


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
    environment: Mapping[str, str]
    pressed: int = 0

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
        self.arm(step, victim)
        end = time.monotonic() + SPRUNG_WITHIN
        while self.armed(step):
            self.press()
            with suppress(Late):
                until(lambda: not self.armed(step), PRESS_AGAIN, lambda: step)
            if self.armed(step) and time.monotonic() > end:
                raise Late(f"{step} was never come to: {self.records.states()}")

    def arm(self, step: str, victim: str) -> None:
        """Lay a trap; whoever comes to the step next springs it."""
        aside = self.traps / f".{step}"
        aside.write_text(victim)
        aside.rename(self.traps / step)

    def armed(self, step: str) -> bool:
        """Say whether nobody came to the step yet."""
        return (self.traps / step).exists()

    def sprung(self) -> list[list[str]]:
        """Return of each trap that was sprung the victim, and the process that did the step."""
        return [path.read_text().split() for path in (self.traps / "sprung").iterdir()]

    def who_did(self, step: str) -> int:
        """Return the process that sprang the one trap of this step."""
        (path,) = (self.traps / "sprung").glob(f"{step}.*")
        return int(path.read_text().split()[1])

    def wait_until_quiet(self) -> None:
        """Look until nothing goes on by itself any more. Raises Late where a job stands still before.

        However slow the machine is, something moves: what is stuck is told from what is late.
        """
        stands, since = "", time.monotonic()
        while not self.records.quiet():
            if (now := self.records.standing()) != stands:
                stands, since = now, time.monotonic()
            if time.monotonic() - since > STILL_WITHIN:
                raise Late(f"nothing moved for {STILL_WITHIN:g} s: {stands}")
            time.sleep(ASK_EVERY)


@contextmanager
def scene(folder: Path, *, latency: str = "0.3", webhooks: bool = False, **more: str) -> Iterator[Scene]:
    """Run a studio with traps as long as the block lasts, on the set-up of this run.

    `more` is for its environment. Without `webhooks` the provider signs them with what the studio
    does not know, so that all news comes by questions.
    """
    with place() as where, opened(folder, {**where, **more}) as found:
        Books(found.house).set(latency=latency, webhook_secret=KEY if webhooks else "another's")
        enrich(found.house)
        yield found


def enrich(house: House) -> None:
    """Have the credit admin grant the owner more than any storm can cost."""
    with Visitor(house) as admin:
        page = admin.sign_in("credit_admin").page("/team")
        link = looked_up(r'href="(/team\?add=[^"]+)"', page[page.index("Alex Owner") :])
        page = admin.page(link)
        form = looked_up(r'action="(/team/[0-9a-f-]+/grant)"', page)
        reference = looked_up(r'name="reference" value="([0-9a-f-]+)"', page)
        fields = {"amount": "200000", "reason": "for the tests", "reference": reference}
        assert admin.post(form, fields).status_code == 302


@contextmanager
def opened(folder: Path, where: Mapping[str, str]) -> Iterator[Scene]:
    """Run the studio of a place; when it is closed it may be opened again."""
    traps = folder / "traps"
    (traps / "sprung").mkdir(parents=True, exist_ok=True)
    trapped = {**where, "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_FOLDER": str(traps)}
    with running(folder / "data", **trapped) as house, Visitor(house) as person:
        records = Records(house=house, database=where["DATABASE_URL"], redis=where["REDIS_URL"])
        everything = environment(house.data, **trapped)
        found = Scene(house=house, records=records, traps=traps, person=person, environment=everything)
        found.sign_in()
        yield found


@contextmanager
def place() -> Iterator[dict[str, str]]:
    """Have ports and a database, and on Redis a queue, that belong to one studio; yield its environment."""
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with database() as address:
        yield {**ports, "DATABASE_URL": address, "REDIS_URL": setups.redis_url()}


@contextmanager
def database() -> Iterator[str]:
    """Have a migrated database of PostgreSQL; on SQLite it is a file in the data, and no address."""
    if server := setups.postgres_url():
        with new_database(server, template=lent.template(server, environment)) as address:
            yield address
    else:
        yield ""
