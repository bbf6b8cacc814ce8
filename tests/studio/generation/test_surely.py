"""An answer or a picture in hand outlives the connection that it was to be written down with (B11)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.generation import leases, originals, saving, submission, surely
from studio.generation.models import Image, Job, Purchase, picture_token
from studio.generation.picturefacts import Facts
from studio.generation.saving import Kept
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation import ringing
from tests.studio.generation.rows import a_job, a_key, a_run
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


def in_hand(person: Member, folder: Path) -> tuple[Job, Kept]:
    """Return a job that this worker holds, and its picture, which lies in its place."""
    run = a_run(person, Key.objects.first() or a_key())
    job = a_job(run, State.SAVING, sent_at=timezone.now(), claim=leases.new_claim())
    fetched = folder / "fetched"
    fetched.write_bytes(b"a picture")
    facts = Facts(format="jpeg", width=512, height=512, colour="#808080", bytes=9, sha256="0" * 64)
    return job, Kept(facts=facts, original=originals.keep(fetched, "jpeg"), token=picture_token())


def is_kept(job: Job, kept: Kept) -> bool:
    """Say whether the job is done, and its image's original is this one and there."""
    done = Job.objects.filter(pk=job.pk, state=State.DONE, image__original=kept.original).exists()
    return done and originals.is_there(kept.original)


def test_a_picture_is_kept_wherever_the_connection_breaks(
    member: MakeMember, transactional_db: None, tmp_path: Path
) -> None:
    person = member()
    for at in range(1, MOST):
        job, kept = in_hand(person, tmp_path)
        with connection.execute_wrapper(broken := Break(at)):
            assert saving._done(job, kept) is not None
        assert is_kept(job, kept)
        if not broken.came:
            break
    assert 2 < at < MOST - 1


def test_a_picture_whose_commit_was_done_and_not_heard_of_is_not_dropped(
    member: MakeMember, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, kept = in_hand(member(), tmp_path)
    commit, lost = connection._commit, list[str]()  # type: ignore[attr-defined]

    def commit_unheard() -> None:
        commit()
        if not lost:
            lost.append("its answer")
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "_commit", commit_unheard)
    image = saving._done(job, kept)
    assert lost
    assert image == Image.objects.get(job=job)
    assert is_kept(job, kept)


def test_a_picture_that_another_worker_kept_meanwhile_is_dropped(
    member: MakeMember, transactional_db: None, tmp_path: Path
) -> None:
    job, kept = in_hand(member(), tmp_path)
    other = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(claim=(taken := leases.new_claim()))
    other.claim = taken
    its = replace(kept, original="00/another.jpeg")
    assert saving._done(other, its) is not None
    with connection.execute_wrapper(Break(2)):
        assert saving._done(job, kept) is None
    assert not originals.is_there(kept.original)


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
