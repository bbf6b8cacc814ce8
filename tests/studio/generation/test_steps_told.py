"""The log tells each step of an image, and nothing of what it shows (LOG-02, LOG-03, G8)."""

import logging
from collections.abc import Iterator

import pytest

from studio.accounts.models import Member
from studio.generation import worker
from studio.generation.models import Job
from studio.generation.queue import Task
from studio.logs import masking
from studio.logs.about import Told
from tests.studio.generation.world import World, only_job, start

CANARY = "a canary of brass, 9f3c"


def said_of(job: Job, caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if about(one).get("job") == str(job.pk)]


def about(record: logging.LogRecord) -> dict[str, str]:
    found: dict[str, str] = record.__dict__.get("about", {})
    return found


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Hear everything at INFO, as the studio's handler does."""
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(filter_ := Told())
    yield caplog
    caplog.handler.removeFilter(filter_)


def test_log_02_each_step_is_a_line_with_job_key_attempt_status_and_time(
    world: World, designer: Member, told: pytest.LogCaptureFixture
) -> None:
    run = start(designer, CANARY)
    world.finish()
    job = only_job(run)
    lines = said_of(job, told)
    assert [line for line in lines if line.startswith("is ")] == [
        "is sending", "is processing", "is saving", "is done",
    ]  # fmt: skip
    [answer] = [about(one) for one in told.records if one.getMessage().startswith("generate: ")]
    assert answer["key"] == str(job.key_id)
    assert (answer["attempt"], answer["status"]) == ("1", "200")
    assert int(answer["ms"]) >= 0


def test_log_03_no_prompt_is_in_the_log_whatever_becomes_of_it(
    world: World, designer: Member, told: pytest.LogCaptureFixture
) -> None:
    start(designer, CANARY)
    world.finish()
    world.fault("http_400")
    start(designer, CANARY)
    world.finish()
    assert len(told.records) > 8
    assert "brass" not in "".join(f"{one.getMessage()} {about(one)}" for one in told.records)


def test_key_03_a_key_that_was_opened_is_masked_from_then_on(world: World, designer: Member) -> None:
    start(designer)
    world.finish()
    assert "enterprise" not in masking.masked("the provider said sbx_enterprise, Bearer sbx_enterprise")


def test_g8_a_task_that_fails_says_which_it_was(
    told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(subject: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("studio.generation.tasks._BY_NAME", {"studio.generation.tasks.save": breaks})
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.Worker(1)._do(Task(name="studio.generation.tasks.save", subject="j1"))
    [record] = [one for one in told.records if one.levelno == logging.ERROR]
    assert record.getMessage() == "studio.generation.tasks.save of j1 failed"
