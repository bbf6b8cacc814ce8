"""A provider that fails is left alone and tried with one job; the log stays short; the disk has room."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from studio.generation import circuit, disk, quiet, runs, submission, sweep
from studio.generation.models import Attempt, Job
from studio.generation.states import State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import World, held, recipe, start, states


def failed(job: Job, number: int, status: int = 503, ago: float = 0.0) -> None:
    for _ in range(number):
        at = timezone.now() - timedelta(seconds=ago)
        Attempt.objects.create(
            job=job, number=1, verb="generate", status=status, outcome="server_error", started_at=at
        )


@pytest.fixture
def job(db: None, hand: Hand) -> Job:
    return a_job(a_run(a_member(), a_key()), State.QUEUED)


def test_prv_11_it_opens_after_five_errors_in_a_row_and_not_before(job: Job, hand: Hand) -> None:
    failed(job, circuit.IN_A_ROW - 1)
    assert circuit.open_until(job.key, hand()) is None
    failed(job, 1)
    assert circuit.open_until(job.key, hand()) == hand() + circuit.FIRST_PAUSE
    failed(job, 1, status=200)
    failed(job, circuit.IN_A_ROW - 1)
    assert circuit.open_until(job.key, hand()) is None


def test_each_failed_probe_makes_the_pause_longer_up_to_a_limit(job: Job, hand: Hand) -> None:
    failed(job, circuit.IN_A_ROW + 1)
    assert circuit.open_until(job.key, hand()) == hand() + 2 * circuit.FIRST_PAUSE
    failed(job, 20)
    assert circuit.open_until(job.key, hand()) == hand() + circuit.LONGEST_PAUSE


def test_one_probe_goes_alone(job: Job, hand: Hand) -> None:
    failed(job, circuit.IN_A_ROW)
    hand.move(circuit.FIRST_PAUSE.total_seconds() + 1)
    assert circuit.open_until(job.key, hand()) is None
    Attempt.objects.create(job=job, number=2, verb="generate", started_at=hand())
    assert circuit.open_until(job.key, hand()) == hand() + circuit.PROBE_TAKES
    hand.move(circuit.PROBE_TAKES.total_seconds() + 1)  # its worker died
    assert circuit.open_until(job.key, hand()) is None


def test_an_outage_is_left_alone_and_found_to_be_over(world: World, designer: Member, hand: Hand) -> None:
    run = start(designer, "a {1|2|3|4|5|6|7|8|9} dune")
    world.fault("http_500")
    for _ in range(10):
        world.listen()
        hand.move(1)
        sweep.sweep(hand())
    asked = len(world.requests("submit"))
    assert asked <= circuit.IN_A_ROW + 1
    world.clear()
    for _ in range(30):
        hand.move(20)
        sweep.sweep(hand())
        world.finish()
    assert set(states(run)) <= {"done", "failed"}  # failed: three tries fell into the outage
    assert states(run).count("done") >= 9 - asked // 3


def test_ops_15_an_hour_of_an_outage_writes_a_line_a_minute(
    job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    quiet.forget()
    log, now = logging.getLogger("studio.test"), [0.0]
    for second in range(3600):
        now[0] = float(second)
        quiet.warn(log, job.key, "provider", "no answer", clock=lambda: now[0])
    lines = [record.message for record in caplog.records if record.name == "studio.test"]
    assert len(lines) == 60
    assert lines[1].endswith("(59 more since the last line)")
    assert job.key.last4 in lines[0]


def test_dl_10_nothing_is_bought_that_could_not_be_kept(
    world: World, designer: Member, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    run = start(designer)
    settings.DISK_RESERVE = 1 << 60
    disk.forget()
    world.finish()
    assert states(run) == ["queued"]
    assert world.submissions() == 0
    assert "nothing new is sent" in caplog.text
    settings.DISK_RESERVE = 0
    disk.forget()
    submission.send_next(run.key_id)
    world.finish()
    assert states(run) == ["done"]


def test_dl_10_ops_03_no_run_is_started_without_room_and_nothing_is_held(
    designer: Member, settings: Settings, signed_in: SignedIn
) -> None:
    first = runs.start(designer, recipe(), token="a" * 32)
    settings.DISK_RESERVE = 1 << 60
    disk.forget()
    with pytest.raises(runs.NoRoom, match="nothing new is sent"):
        start(designer)
    answer = signed_in(designer).post("/runs", posted(), headers=HTMX)
    assert "nothing new is sent" in text(answer).partition('id="refusal"')[2][:400]
    assert held(designer) == 20
    assert runs.start(designer, recipe(), token="a" * 32) == first  # said twice, it is the run of before
    settings.DISK_RESERVE = 0
    disk.forget()
    start(designer)
    assert held(designer) == 40
