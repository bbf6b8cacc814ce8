"""An answer in hand outlives the connection to the database that it was to be written down with (B11)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from studio.accounts.models import Member
from studio.generation import submission, surely
from studio.generation.models import Job, Purchase
from studio.generation.states import State
from tests.studio.generation import ringing
from tests.studio.generation.world import World, held, only_job, start

MOST = 60  # statements that writing an answer down may take


class Break:
    """Fails one statement, as a connection that is cut does; those after it go well, on the next one."""

    def __init__(self, at: int) -> None:
        self.left = at

    @property
    def came(self) -> bool:
        return self.left <= 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(*statement)


def sent(job: Job, at: int) -> bool:
    """Send a job, and cut its connection at this statement of writing the answer down; say whether it was."""
    claimed = submission._claim(job.key_id)
    assert claimed is not None
    broken = Break(at)
    with connection.execute_wrapper(broken):
        submission._send(claimed)
    return broken.came


@pytest.mark.parametrize(
    ("fault", "state", "outcome"),
    [
        ("", State.PROCESSING, "processing"),
        ("http_400", State.FAILED, "BAD_REQUEST"),
    ],
)
def test_an_answer_is_written_down_wherever_the_connection_breaks(
    world: World, designer: Member, fault: str, state: State, outcome: str
) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "5"})
    if fault:
        world.fault(fault)
    for at in range(1, MOST):
        job = only_job(start(designer, f"dune {at}"))
        came = sent(job, at)
        job.refresh_from_db()
        assert (job.state, job.tries, job.claim) == (state, 1, None)
        assert job.attempts.get().outcome == outcome
        assert Purchase.objects.get(pk=job.purchase).remote_id == job.remote_id
        if not came:
            break
    assert 5 < at < MOST - 1
    if not fault:
        world.clock.ahead += 6
        world.finish()
        assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}
        assert (world.submissions(), held(designer)) == (at, 0)
    call_command("check_ledger")
    ringing.silence()


def always(job: Job) -> Callable[[], None]:
    """Return what spoils a job and then finds no database."""

    def write() -> None:
        assert job.remote_id == "as it was"
        job.remote_id = "as it never came to be"
        raise OperationalError("the database system is shutting down")

    return write


def test_it_is_tried_for_some_seconds_and_then_left_to_the_lease() -> None:
    job, waited = Job(remote_id="as it was"), list[float]()
    with pytest.raises(OperationalError, match="shutting down"):
        surely.written(job, always(job), pause=waited.append)
    assert waited == list(surely.PAUSES)
    assert 5 < sum(waited) < 10  # longer than a server takes to start, shorter than a worker has to end


@pytest.mark.django_db
def test_within_somebodys_transaction_nothing_is_tried_again() -> None:
    job, waited = Job(remote_id="as it was"), list[float]()
    with transaction.atomic(), pytest.raises(OperationalError):
        surely.written(job, always(job), pause=waited.append)
    assert waited == []
