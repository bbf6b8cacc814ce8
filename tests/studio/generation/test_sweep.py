"""What the sweep costs a studio in which nothing is under way; what it finds, the tests of that tell."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.generation import counts, sweep, watcher
from studio.generation.models import Governor, Request
from studio.generation.states import State
from tests.studio.generation import ringing
from tests.studio.generation.rows import a_job, a_key, a_member, a_run


@pytest.mark.django_db
def test_where_nothing_is_open_a_sweep_asks_four_questions() -> None:
    run = a_run(a_member(), a_key())
    for position, state in enumerate((State.DONE, State.CANCELLED, State.FAILED)):
        a_job(run, state, position=position, finished_at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        sweep.sweep(timezone.now())
    assert len(asked) == 4


def test_every_state_that_goes_on_by_itself_is_looked_through() -> None:
    looked = {state for state, _ in sweep.LOOKS}
    assert looked == {State.QUEUED, State.SENDING, State.PROCESSING, State.SAVING, State.CANCELLED}


@pytest.mark.django_db
def test_the_watcher_rings_just_when_a_minute_frees_that_jobs_wait_for() -> None:
    key, now = a_key(per_minute=2, at_once=3), timezone.now()
    a_job(a_run(a_member(), key))
    ages = (timedelta(seconds=20), timedelta(seconds=3))
    Request.objects.bulk_create(Request(account=key.account, verb="generate", at=now - age) for age in ages)
    frees = now - ages[0] + counts.window()
    assert sweep.sweep(now) == frees
    assert not ringing.waiting()
    at = iter([now, now, frees, frees + timedelta(seconds=0.1)])
    watching = watcher.Watcher(clock=lambda: next(at))
    watching.due = [one for one in watching.due if one.every == watcher.SWEEP_EVERY]
    watching.due[0].every = timedelta(hours=1)  # it is not by this that it rings in time
    assert watching.turn() == watcher.NET  # a minute frees later than it looks anyhow
    assert watching.turn() == sweep.AFTER_A_BELL.total_seconds()  # what then is sent, frees again soon
    assert [bell["args"] for bell in ringing.waiting()] == [(str(key.pk),)]
    assert watching.turn() < sweep.AFTER_A_BELL.total_seconds()


@pytest.mark.django_db
def test_what_waits_for_a_slot_is_not_looked_for_again_and_again() -> None:
    key, now = a_key(at_once=1), timezone.now()
    run = a_run(a_member(), key)
    a_job(run)
    a_job(run, State.PROCESSING, sent_at=now, remote_id="job_1")
    assert sweep.sweep(now) is None
    Governor.objects.create(account=key.account, paused_until=now + timedelta(seconds=9))
    assert sweep.sweep(now) == now + timedelta(seconds=9)
