"""JOB-09: a cancel and a completion at one moment: one wins, and the ledger is what the provider charged."""

from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.credits import ledger
from studio.credits.models import Account, Entry
from studio.doitong import Generation, Status
from studio.generation import batches, lifecycle, steering
from studio.generation.batches import Deed
from studio.generation.models import Job
from studio.generation.states import State
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import give_credits

RACES = 200
AT_ONE_TIME = 10
COST = 14


def _job(person: Member, key: Key, state: State, number: int) -> Job:
    job = a_job(a_run(person, key), state, sent_at=timezone.now(), remote_id=f"r{number}")
    ledger.hold(person, [ledger.Hold(reference=job.purchase, amount=20)], key_id=key.pk)
    return job


def _complete(pk: UUID) -> bool:
    job = Job.objects.select_related("key", "member").get(pk=pk)
    url = "https://cdn.doitong.com/x.jpg"
    told = Generation(
        remote_id=job.remote_id, status=Status.COMPLETED, raw_status="completed", url=url, credit_cost=COST
    )
    return lifecycle.absorb(job, told, now=timezone.now())


def _cancel(pk: UUID) -> bool:
    return steering.cancel(Job.objects.select_related("key", "member", "run").get(pk=pk))


def _race(person: Member, key: Key, first: int) -> None:
    jobs = [_job(person, key, State.PROCESSING, first + n) for n in range(AT_ONE_TIME)]
    calls = [partial(one, job.pk) for job in jobs for one in (_complete, _cancel)]
    told = at_once(calls)
    for job, completed in zip(jobs, told[::2], strict=True):
        now = Job.objects.get(pk=job.pk)
        assert completed  # the provider's word always counts: it was charged
        assert now.state in {State.SAVING, State.CANCELLED}
        assert now.cost == COST
        if now.state == State.CANCELLED:
            assert now.finished_at is not None  # nothing of it is waited for any more
        kinds = list(
            Entry.objects.filter(reference=job.purchase).order_by("id").values_list("kind", flat=True)
        )
        assert kinds == ["hold", "settle"]


@pytest.mark.usefixtures("file_db")
def test_job_09_two_hundred_cancels_that_race_a_completion_agree_with_the_ledger() -> None:
    person, key = a_member("races@studio.example"), a_key()
    give_credits(person, 100_000)
    for first in range(0, RACES, AT_ONE_TIME):
        _race(person, key, first)
    account = Account.objects.get(pk=person.pk)
    assert (account.held, account.balance) == (0, 100_000 - RACES * COST)


@pytest.mark.usefixtures("file_db")
def test_batches_that_cross_each_other_do_each_job_once() -> None:
    """Two people, each job asked for twice and the members in opposite order: nobody waits for ever."""
    people = [a_member(f"cross{n}@studio.example") for n in range(2)]
    key, jobs = a_key(), list[Job]()
    for person in people:
        give_credits(person, 10_000)
        jobs += [_job(person, key, State.QUEUED, len(jobs) + n) for n in range(15)]

    def act(order: int) -> int:
        found = list(
            Job.objects.filter(pk__in=[job.pk for job in jobs]).select_related("run", "key", "member")
        )
        return batches.act(Deed.CANCEL, found[::order]).done

    assert sum(at_once([partial(act, 1), partial(act, -1)])) == len(jobs)
    assert {account.held for account in Account.objects.filter(pk__in=[one.pk for one in people])} == {0}
