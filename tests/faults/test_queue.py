"""The queue forgets, stands still or works twice; and nothing of it is seen from outside (D18)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import redis

from tests import outside, servers, setups
from tests.faults.records import see_the_promises_kept
from tests.faults.scene import Scene, opened, place, scene, until
from tests.house import ROOT
from tests.visitor import Books

WITHIN = 120.0  # seconds
type Say = Callable[[str, object], None]

pytestmark = pytest.mark.own_studio


def forget(studio: Scene) -> None:
    """Throw away all that waits in the queue."""
    if studio.records.redis:
        with redis.Redis.from_url(studio.records.redis) as server:
            server.flushdb()
    else:
        studio.records.write("DELETE FROM django_q_ormq")


def test_job_05_the_queue_is_emptied_again_and_again_and_every_job_is_done(
    tmp_path: Path, record_property: Say
) -> None:
    """JOB-05."""
    with scene(tmp_path, latency="0.1") as studio:
        for _ in range(10):
            studio.press(3)
            forget(studio)
        studio.wait_until_quiet()
        outcome = see_the_promises_kept(studio.records, ends=["done"])
    record_property("faults", f"{setups.name()}: the queue emptied 10 times; {outcome}")


if setups.redis_url():

    def test_redis_ends_forgets_everything_and_comes_again(tmp_path: Path, record_property: Say) -> None:
        """JOB-05, OPS-03: what rings meanwhile is not heard, and is found again."""
        program = outside.redis()
        assert program is not None
        folder = tmp_path / "redis"
        folder.mkdir()
        with ExitStack() as first_life:
            address = first_life.enter_context(servers.redis_in(program, folder))
            with scene(tmp_path, latency="1", REDIS_URL=address) as studio:
                studio.press(6)
                first_life.close()
                studio.press(6)
                with servers.redis_in(program, folder):
                    studio.press(6)
                    studio.wait_until_quiet()
                    outcome = see_the_promises_kept(studio.records, ends=["done"])
        record_property("faults", f"{setups.name()}: Redis ended and came again; {outcome}")


def test_job_06_two_clusters_work_side_by_side_and_buy_everything_once(
    tmp_path: Path, record_property: Say
) -> None:
    """JOB-06, OPS-09."""
    with scene(tmp_path, latency="0.1", webhooks=True) as studio, second_cluster(studio):
        for _ in range(5):
            studio.press(20)
        studio.wait_until_quiet()
        outcome = see_the_promises_kept(studio.records, ends=["done"])
    assert outcome.bought == 100
    record_property("faults", f"{setups.name()}: two clusters; {outcome}")


@contextmanager
def second_cluster(studio: Scene) -> Iterator[None]:
    """Run another cluster on the same database."""
    with (studio.house.data.parent / "second.log").open("wb") as log:
        other = subprocess.Popen(
            [sys.executable, "manage.py", "work"],
            cwd=ROOT,
            env=studio.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        other.terminate()
        with suppress(subprocess.TimeoutExpired):
            other.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(other.pid, signal.SIGKILL)
        other.wait()


def stand_still(studio: Scene, step: str) -> int:
    """Have a worker stand still at a step until all is quiet without it; return its process."""
    studio.spring(step, "stopped")
    studio.wait_until_quiet()
    return studio.who_did(step)


def kept_once(studio: Scene) -> bool:
    """Say whether every job is done, and one original lies on the disk for each."""
    folder = studio.house.data / "originals"
    originals = [path for path in folder.glob("[0-9a-f]*/*") if path.is_file()]
    return studio.records.states() == {"done": len(originals)}


def test_job_04_a_worker_that_wakes_after_its_lease_changes_nothing(
    tmp_path: Path, record_property: Say
) -> None:
    """JOB-04: it stands still past its lease, others take over, it wakes and goes on.

    What it asked for is not asked for again, its late answer is taken, and the picture that it holds is
    dropped where another kept it meanwhile.
    """
    with scene(tmp_path, webhooks=False) as studio:
        for step in ("claim-after", "answer-in-hand", "between-file-and-row"):
            worker = stand_still(studio, step)
            assert not kept_once(studio), step
            os.kill(worker, signal.SIGCONT)
            until(lambda: kept_once(studio), WITHIN, studio.records.states)
        studio.press(2)
        studio.wait_until_quiet()
        outcome = see_the_promises_kept(studio.records, ends=["done"])
    record_property("faults", f"{setups.name()}: a worker stood still at 3 steps, and woke; {outcome}")


def test_job_03_a_picture_that_kills_its_worker_is_tried_three_times(
    tmp_path: Path, record_property: Say
) -> None:
    """JOB-03, IMG-06."""
    with scene(tmp_path, webhooks=False) as studio:
        studio.press(1)
        for _ in range(3):
            studio.arm("save-claim-after", "worker")
            until(lambda: not studio.armed("save-claim-after"), WITHIN, studio.records.states)
        studio.arm("save-claim-after", "worker")
        studio.wait_until_quiet()
        assert studio.armed("save-claim-after")  # nobody tried a fourth time
        (job,) = studio.records.jobs()
        assert (job["state"], job["reason"]) == ("failed", "save")
        assert job["detail"].endswith("three times.")
        outcome = see_the_promises_kept(studio.records, ends=["failed"])
    record_property("faults", f"{setups.name()}: a picture killed its worker 3 times; {outcome}")


def test_ops_01_another_secret_key_loses_no_job(tmp_path: Path, record_property: Say) -> None:
    """OPS-01: tasks signed with the old one cannot be read, and are made again from the jobs."""
    with place() as where:
        with opened(tmp_path, {**where, "STUDIO_SECRET_KEY": "a" * 50}) as studio:
            Books(studio.house).set(latency="1")
            studio.press(10)
        with opened(tmp_path, {**where, "STUDIO_SECRET_KEY": "b" * 50}) as again:
            again.wait_until_quiet()
            outcome = see_the_promises_kept(again.records, ends=["done"])
    record_property("faults", f"{setups.name()}: another SECRET_KEY; {outcome}")
