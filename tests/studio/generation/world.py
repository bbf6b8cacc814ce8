"""The pipeline in one process: the real sandbox behind the real client, and the queue heard by hand.

Nothing is patched: the client gets the sandbox as its transport, bells are read out of the
queue's own table, and the sandbox's clock is moved.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
from django.utils import timezone
from django.utils.module_loading import import_string

from studio.accounts import keys, provider
from studio.accounts.models import Key, Member
from studio.accounts.plans import Plan
from studio.credits import ledger
from studio.credits.models import Account, Entry
from studio.doitong import Client, Generation, Secret
from studio.generation import looking, runs, sweep
from studio.generation.agenda import agenda, keys_due
from studio.generation.models import Governor, Job, Run
from studio.generation.recipe import Recipe
from studio.sandbox.app import create_app
from tests.studio.generation import ringing

BASE = "http://127.0.0.1"
CONTROL = {"X-Sandbox-Control": "test"}


class Clock:
    """Unix seconds that pass when they are told to, ahead of the real ones."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return timezone.now().timestamp() + self.ahead


class World:
    """A sandbox, a way to talk to it, and hands on the queue."""

    def __init__(self, latency: str = "instant") -> None:
        self.clock = Clock()
        self.sandbox = create_app(latency=latency, fast=True, clock=self.clock, base_url=BASE)
        self.http = httpx.Client(transport=httpx.WSGITransport(app=self.sandbox))

    def client(self, secret: Secret) -> Client:
        return Client(
            base_url=BASE,
            key=secret,
            http=self.http,
            clock=lambda: timezone.now(),  # read each time: a test may hold the clock in its hand
            image_hosts=["127.0.0.1"],
            allow_private=True,
        )

    def close(self) -> None:
        self.http.close()
        self.sandbox.close()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{BASE}/control{path}", json=body, headers=CONTROL)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fault(self, name: str, *, key: str = "sbx_enterprise", **setting: Any) -> None:
        self.control("PUT", f"/keys/{key}/faults", {"faults": [{"name": name, **setting}]})

    def clear(self, key: str = "sbx_enterprise") -> None:
        self.control("PUT", f"/keys/{key}/faults", {"faults": []})

    def charged(self) -> int:
        """Return the credits that the sandbox charged altogether."""
        return sum(int(charge["credits"]) for charge in self.control("GET", "/charges")["charges"])

    def client_generations(self, job: Job) -> list[Generation]:
        """Return what the provider says of a job now."""
        return list(self.client(keys.secret_of(job.key)).look([job.remote_id]).value.values())

    def submissions(self) -> int:
        """Return how many jobs the sandbox ever accepted."""
        return len(self.control("GET", "/charges")["charges"])

    def listen(self) -> int:
        """Hear every bell that waits, and those that they ring; return how many there were."""
        heard = 0
        while task := ringing.take():
            import_string(task["func"])(*task["args"])
            heard += 1
            assert heard < 5_000, "the bells never fall silent"
        return heard

    def look(self) -> int:
        """Ask about every key's running jobs now, whatever its pace; return how much was news."""
        Governor.objects.update(looked_at=None)
        return sum(looking.look(key, due_only=False) for _, key in agenda(timezone.now()))

    def tick(self) -> None:
        """Do what the watcher and the workers do in one turn, each key at its own pace."""
        now = timezone.now()
        sweep.sweep(now)
        for key in keys_due(now):
            looking.look(key)
        self.listen()

    def summary(self, key: str = "sbx_enterprise") -> dict[str, int]:
        """Return the sandbox's counts of a key: requests, refusals by limits, busiest minute and so on."""
        counts: dict[str, int] = self.control("GET", f"/summary?key={key}")
        return counts

    def requests(self, subject: str = "") -> list[dict[str, Any]]:
        """Return what was asked of the sandbox, of one subject ("status", "submit") where one is given."""
        asked = self.control("GET", "/requests")["requests"]
        return [one for one in asked if not subject or one["subject"] == subject]

    def finish(self, rounds: int = 30) -> None:
        """Go on until nothing moves any more."""
        for _ in range(rounds):
            if not self.listen() + self.look():
                return


@contextmanager
def open_world(latency: str = "instant") -> Iterator[World]:
    """Have a world while the block lasts; every client of the studio speaks to it."""
    world = World(latency)
    try:
        with provider.use(world.client):
            yield world
    finally:
        world.close()


def give_key(
    world: World,
    actor: Member,
    text: str = "sbx_enterprise",
    plan: Plan = Plan.ENTERPRISE,
    *,
    own: bool = False,
) -> Key:
    """Give the team (or with `own` the member) a key of the sandbox, tried before it is kept."""
    return keys.save_key(
        member=actor if own else None, text=text, plan=plan, actor=actor, client_factory=provider.client_for
    )


def give_credits(member: Member, amount: int) -> None:
    ledger.grant(member, amount, actor=member, reason="for the test", reference=uuid4())


def recipe(template: str = "a red dune at dusk", *, each: int = 1, **more: Any) -> Recipe:
    """Return a small recipe: 512 x 512, draft."""
    known: dict[str, Any] = {"width": 512, "height": 512, "parameters": {"quality": "draft"}}
    return Recipe(template=template, each=each, **{**known, **more})


def start(member: Member, template: str = "a red dune at dusk", *, each: int = 1, **more: Any) -> Run:
    return runs.start(member, recipe(template, each=each, **more), token=uuid4().hex)


def states(run: Run) -> list[str]:
    return list(Job.objects.filter(run=run).order_by("position").values_list("state", flat=True))


def only_job(run: Run) -> Job:
    return Job.objects.select_related("key", "run").get(run=run)


def spent(member: Member) -> int:
    """Return what a member's settled entries add up to."""
    return -sum(Entry.objects.filter(account_id=member.pk, kind="settle").values_list("posted", flat=True))


def held(member: Member) -> int:
    return Account.objects.get(pk=member.pk).held
