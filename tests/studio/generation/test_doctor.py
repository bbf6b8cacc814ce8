"""`manage.py doctor` finds each fault, says what to do, and ends with code 1 (G10, JOB-10)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio import bells, upgrades
from studio.accounts import provider
from studio.accounts.models import Key, KeyState
from studio.credits.models import Account
from studio.doitong import Client, Secret
from studio.generation import disk, doctor, heartbeats, queue, rules
from studio.generation.models import Heartbeat, Job, Purchase
from studio.generation.states import Reason, State
from tests.conftest import MakeMember
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import World, give_credits, give_key, start

HOUR = timedelta(hours=1)


def wrong(*parts: str) -> list[str]:
    """Return what is wrong with these parts, as `part: what it says`."""
    found = [finding for finding in doctor.examine(timezone.now()) if not finding.is_well]
    assert all(finding.remedy for finding in found)
    return [f"{finding.part}: {finding.says}" for finding in found if finding.part in parts]


@pytest.fixture
def house(world: World, member: MakeMember, settings: Settings) -> World:
    """Return a studio in which all is well: a key, and both hearts beat."""
    settings.HEARTBEATS = (heartbeats.QUEUE, heartbeats.WATCHER)
    give_key(world, member("owner"))
    for name in settings.HEARTBEATS:
        heartbeats.beat(name)
    return world


def test_a_studio_that_is_well_is_said_to_be(house: World) -> None:
    said = StringIO()
    call_command("doctor", stdout=said)
    lines = said.getvalue().splitlines()
    assert [line.split()[1] for line in lines[:-1] if line.startswith("ok")] == [
        *("settings", "database", "migrations", "queue", "bells", "heartbeats", "heartbeats"),
        *("keys", "provider", "webhooks", "disk", "quota", "figures", "figures", "figures"),
        *("clock", "jobs", "ledger"),
    ]
    assert lines[-1] == "All is well."


def test_a_problem_is_exit_code_1_with_what_to_do(house: World) -> None:
    Heartbeat.objects.filter(name="watcher").delete()
    said = StringIO()
    with pytest.raises(CommandError, match=r"One thing is wrong\.") as fault:
        call_command("doctor", stdout=said)
    assert fault.value.returncode == 1
    line = (
        "WRONG  heartbeats  The watcher has never been heard. Run manage.py start, or manage.py start --only"
    )
    assert line in said.getvalue()


def test_a_database_that_is_away_ends_the_examination(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(now: datetime) -> Iterator[tuple[str, str]]:
        raise OperationalError("connection refused\nis it running?")
        yield

    monkeypatch.setitem(doctor.QUESTIONS, "database", away)
    (finding,) = doctor.examine(timezone.now())
    assert finding.says == "The database does not answer (connection refused)."
    assert finding.remedy == "Start it, or correct DATABASE_URL."


def test_ops_10_a_change_that_is_not_applied_is_named(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrades, "unapplied", lambda: ["generation.0009_more", "credits.0002_else"])
    assert wrong("migrations") == [
        "migrations: 2 changes of the database are not applied; the first is generation.0009_more."
    ]


def test_a_queue_that_is_away_is_named(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> int:
        raise queue.QueueAway("gone")

    monkeypatch.setattr(queue, "waiting", away)
    assert wrong("queue") == ["queue: Redis does not answer."]


def test_a_bell_that_nobody_hears_is_named(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROUND_TRIP", 0.05)
    monkeypatch.setattr(bells, "ring", lambda topic, note="": None)
    (said,) = wrong("bells")
    assert said.startswith("bells: One was rung and not heard within 0.05 s (")


def test_a_heart_that_stopped_is_named_with_its_silence(house: World) -> None:
    Heartbeat.objects.filter(name="queue").update(at=timezone.now() - HOUR)
    assert wrong("heartbeats") == ["heartbeats: The queue has not been heard for 3600 s."]


def test_a_key_that_does_not_open_is_named_by_its_end(house: World) -> None:
    Key.objects.update(sealed="v1:gone:AAAA:AAAA")
    (said,) = wrong("keys", "provider")
    assert said.startswith("keys: The key …")


def test_no_key_is_a_problem(house: World) -> None:
    Key.objects.update(state=KeyState.DISABLED)
    assert wrong("provider") == ["provider: There is no key to ask it with."]


def test_a_provider_that_cannot_be_reached_is_named(house: World) -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    def client(secret: Secret) -> Client:
        http = httpx.Client(transport=httpx.MockTransport(refused))
        return Client(base_url="https://api.doitong.com", key=secret, http=http)

    with provider.use(client):
        (said,) = wrong("provider")
    assert "could not be reached" in said or "not reached" in said


def test_a_key_that_the_provider_refuses_is_named(house: World) -> None:
    def client(secret: Secret) -> Client:
        answer = httpx.Response(401, json={"error": "invalid"})
        http = httpx.Client(transport=httpx.MockTransport(lambda request: answer))
        return Client(base_url="https://api.doitong.com", key=secret, http=http)

    with provider.use(client):
        (said,) = wrong("provider")
    assert said.startswith("provider: It refuses the key …")


def test_a_key_without_a_request_left_is_not_asked_with(house: World) -> None:
    Key.objects.update(per_minute=0)
    findings = {finding.part: finding for finding in doctor.examine(timezone.now())}
    assert findings["provider"].says.startswith("Not asked: the key …")


def test_a_disk_below_its_reserve_is_named(house: World, settings: Settings) -> None:
    settings.DISK_RESERVE = disk.free() + 10**12
    (said,) = wrong("disk")
    assert "nothing new is sent" in said


def test_a_row_from_the_future_tells_of_a_wrong_clock(house: World) -> None:
    Heartbeat.objects.filter(name="queue").update(at=timezone.now() + HOUR)
    (said,) = wrong("clock")
    assert "in the future" in said


def test_a_database_with_another_time_is_named(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_database_clock", lambda: timezone.now() - HOUR)
    assert wrong("clock") == ["clock: This machine and the database are 3600 s apart."]


def test_a_ledger_that_does_not_add_up_is_named(house: World, member: MakeMember) -> None:
    person = member()
    give_credits(person, 100)
    Account.objects.filter(pk=person.pk).update(balance=99)
    (said,) = wrong("ledger")
    assert said.startswith("ledger: balance of ")


NOW = timezone.now
BROKEN: list[tuple[State, Callable[[], dict[str, Any]], str]] = [
    (State.QUEUED, lambda: {"not_before": NOW() + 26 * HOUR}, "is to wait longer than a key's day"),
    (State.SENDING, lambda: {"lease_until": None}, "is being sent by nobody"),
    (State.SENDING, lambda: {"lease_until": NOW() - HOUR}, "is being sent by nobody"),
    (
        State.PROCESSING,
        lambda: {"sent_at": NOW() - HOUR},
        "is at the provider for longer than it may take",
    ),
    (
        State.SAVING,
        lambda: {"completed_at": NOW() - 2 * HOUR, "remote_url": "https://x.example/y"},
        "has been finished for long, and its picture is fetched by nobody",
    ),
    (State.SAVING, lambda: {"completed_at": NOW()}, "is to be fetched from no address"),
    (State.HELD, dict, "waits for nobody knows what"),
    (
        State.CANCELLED,
        lambda: {"sent_at": NOW() - 25 * HOUR},
        "was cancelled, and its credits are held for news that come no more",
    ),
]
WHOLE: list[tuple[State, Callable[[], dict[str, Any]]]] = [
    (State.QUEUED, lambda: {"not_before": NOW() + 23 * HOUR}),
    (State.SENDING, lambda: {"lease_until": NOW() + timedelta(seconds=90)}),
    (State.PROCESSING, lambda: {"sent_at": NOW()}),
    (State.SAVING, lambda: {"completed_at": NOW(), "remote_url": "https://x.example/y"}),
    (State.HELD, lambda: {"reason": Reason.CREDITS}),
    (State.CANCELLED, lambda: {"sent_at": NOW()}),
    (State.DONE, lambda: {"finished_at": NOW() - HOUR}),
    (State.UNKNOWN, lambda: {"reason": Reason.NO_ANSWER}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "fields", "says"), BROKEN)
def test_job_10_a_job_that_has_not_ended_has_a_deadline_and_an_owner(
    state: State, fields: Callable[[], dict[str, Any]], says: str
) -> None:
    job = a_job(a_run(a_member(), a_key()), state, **fields())
    (found,) = rules.violations(timezone.now())
    assert (found.job, found.says) == (job.pk, says)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "fields"), WHOLE)
def test_a_job_that_is_as_it_should_be_breaks_no_rule(
    state: State, fields: Callable[[], dict[str, Any]]
) -> None:
    a_job(a_run(a_member(), a_key()), state, **fields())
    assert list(rules.violations(timezone.now())) == []


@pytest.mark.django_db
def test_a_job_in_line_for_a_key_that_does_not_work_is_found() -> None:
    run = a_run(a_member(), a_key(state=KeyState.REFUSED))
    a_job(run, State.QUEUED, created_at=timezone.now() - HOUR)
    (found,) = rules.violations(timezone.now())
    assert found.says == "is in line for a key that does not work"


def test_led_03_a_hold_that_outlived_its_job_is_found(
    house: World, member: MakeMember, tmp_path: Path
) -> None:
    person = member()
    give_credits(person, 100)
    (job,) = start(person).jobs.all()
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, finished_at=timezone.now() - HOUR, cost=0)
    assert Purchase.objects.filter(job=job).exists()
    (said,) = wrong("jobs")
    assert said.endswith("(failed) has ended, and credits are still held for it.")
