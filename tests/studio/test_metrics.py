"""/metrics tells how the studio does, to who may know it, and names nobody (G9)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from studio.accounts.models import Event, Key, Member, Verb
from studio.credits.models import Checkup
from studio.generation import usage, vitals
from studio.generation.models import Attempt, Heartbeat
from studio.generation.states import State
from studio.health import counting
from tests.conftest import MakeMember
from tests.studio.generation.rows import a_job, a_key, a_run, jobs_in

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-twenty-letters"


def figures(client: Client, **headers: str) -> dict[str, dict[str, float]]:
    """Return what /metrics says: by family, by its labels' values."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        family.name: {"/".join([one.name, *one.labels.values()]): one.value for one in family.samples}
        for family in text_string_to_metric_families(answer.content.decode())
    }


def the_key() -> Key:
    return Key.objects.first() or a_key()


def fill(person: Member, jobs: int) -> None:
    """Have so many jobs in line, as many done, an attempt each, and what else is told of."""
    run = jobs_in(person, the_key(), [State.QUEUED, State.PROCESSING] * jobs)
    for number, job in enumerate(run.jobs.all()):
        status = [200, 429, None][number % 3]
        Attempt.objects.create(
            job=job, number=1, verb="generate", started_at=timezone.now(), status=status, outcome="x"
        )


def test_g9_a_studio_at_work_is_told_in_figures(client: Client, member: MakeMember) -> None:
    person = member("designer", name="Ada Quill")
    now = timezone.now()
    fill(person, 3)
    a_job(a_run(person, the_key()), created_at=now - timedelta(seconds=90))
    Heartbeat.objects.create(name="queue", machine="one", at=now - timedelta(seconds=7))
    Checkup.objects.create(entries=9, open_holds=1, findings=["A hold is open."])
    Event.note(Verb.BACKED_UP, who=None, subject=vitals.BACKUP)
    told = figures(client)
    assert told["studio_jobs"]["studio_jobs/queued"] == 4
    assert told["studio_jobs"]["studio_jobs/saving"] == 0
    assert told["studio_queue_oldest_seconds"]["studio_queue_oldest_seconds"] >= 90
    assert told["studio_provider_answers_recent"] == {
        f"studio_provider_answers_recent/{kind}": many
        for kind, many in {"2xx": 2, "402": 0, "429": 2, "4xx": 0, "5xx": 0, "none": 2}.items()
    }
    assert told["studio_ledger_findings"]["studio_ledger_findings"] == 1
    assert 7 <= told["studio_heartbeat_age_seconds"]["studio_heartbeat_age_seconds/one/queue"] < 60
    assert told["studio_disk_free_bytes"]["studio_disk_free_bytes"] > 0
    assert told["studio_backup_timestamp_seconds"]["studio_backup_timestamp_seconds"] > now.timestamp() - 60


def test_g9_nobody_and_no_key_is_named(client: Client, member: MakeMember) -> None:
    person = member("designer", name="Ada Quill", email="ada@studio.example")
    fill(person, 1)
    said = client.get("/metrics").content.decode()
    assert not [word for word in ("Ada", "Quill", "studio.example", 'test"', "a dune") if word in said]


def test_g9_as_many_queries_for_few_rows_as_for_many(member: MakeMember) -> None:
    person, asked = member("designer"), []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            vitals.look(timezone.now())
        asked.append(len(queries))
        fill(person, 5)
    assert max(asked) <= 9
    assert len(set(asked)) == 1


def test_g9_requests_are_counted_by_kind_status_and_time(client: Client) -> None:
    def count() -> float:
        return figures(client)["studio_request_seconds"].get("studio_request_seconds_count/page/4xx", 0)

    before = count()
    client.get("/nowhere-at-all")
    assert count() == before + 1


def test_answers_fall_under_their_bounds_and_sum_up() -> None:
    board = counting.Board()
    for seconds in (0.005, 0.03, 0.03, 99.0):
        board.add("page", 200, seconds)
    board.about_to_fork()
    board.forked()  # into a place of its own
    board.add("page", 200, 0.005)
    [told] = [one for one in board.read() if (one.kind, one.status) == ("page", "2xx")]
    assert told.counts == (2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1)
    assert told.seconds == pytest.approx(99.07)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"Authorization": f"bearer  {TOKEN} "}, 200),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({}, 401),
    ],
)
def test_g9_a_token_is_asked_for_where_there_is_one(
    client: Client, settings: Settings, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_g9_without_a_token_only_this_machine_reads_it(client: Client, sent: dict[str, str]) -> None:
    assert client.get("/metrics", **sent).status_code == 404  # type: ignore[arg-type]


@pytest.mark.parametrize("setting", ["BEHIND_PROXY", "SECURE"])
def test_g9_without_a_token_nobody_reads_it_of_a_public_studio(
    client: Client, settings: Settings, setting: str
) -> None:
    setattr(settings, setting, True)
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("credit_admin", 200), ("designer", 403)])
def test_ops_14_the_health_page_is_for_admins_and_tells_all_in_words(
    signed_in: Callable[[Member], Client], member: MakeMember, role: str, status: int
) -> None:
    answer = signed_in(member(role)).get("/team/health")
    assert answer.status_code == status
    if status == 200:
        page = answer.content.decode()
        for words in ("No image waits", "The ledger is checked", "No backup was ever made", "MB are free"):
            assert words in page


def test_ops_14_the_age_of_the_queue_is_on_the_page_in_as_many_queries_for_any_number(
    signed_in: Callable[[Member], Client], member: MakeMember
) -> None:
    browser, person = signed_in(member("owner")), member("designer")
    fill(person, 1)
    usage.forget()
    with CaptureQueriesContext(connection) as few:
        browser.get("/team/health")
    fill(person, 5)
    a_job(a_run(person, the_key()), created_at=timezone.now() - timedelta(minutes=3))
    usage.forget()
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/team/health").content.decode()
    assert len(many) <= len(few)  # the frame may be known by now
    assert "the one in line longest came 3 min ago" in page


def test_the_health_page_takes_no_other_method_and_nobody_who_is_signed_out(
    signed_in: Callable[[Member], Client], member: MakeMember, client: Client
) -> None:
    assert signed_in(member("owner")).post("/team/health").status_code == 405
    assert client.get("/team/health").status_code == 302
    assert client.post("/metrics").status_code == 405
