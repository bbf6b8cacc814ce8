"""What the sweep costs a studio in which nothing is under way; what it finds, the tests of that tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.generation import sweep
from studio.generation.states import State
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
