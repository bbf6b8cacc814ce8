"""Jobs go on by themselves: with the key that took the place of theirs, and as far as credits reach."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studio.accounts import keys
from studio.accounts.models import Key, KeyState, Member
from studio.accounts.plans import Plan
from studio.credits import ledger
from studio.generation import resuming, sweep
from studio.generation.models import Job, Pulse
from studio.generation.states import Reason, State
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import World, give_credits, give_key, held, start, states


def test_what_is_in_line_for_a_replaced_key_goes_on_with_the_new_one(
    world: World, designer: Member, member: MakeMember
) -> None:
    run = start(designer, "a {red|blue} dune")
    seen = Pulse.of(designer.pk)
    new = give_key(world, member("owner"), "sbx_pro", Plan.PRO)
    assert states(run) == ["queued"] * 2
    assert set(Job.objects.values_list("key", flat=True)) == {new.pk}
    assert set(Job.objects.values_list("version", flat=True)) == {seen + 1}
    world.finish()
    assert (states(run), held(designer)) == (["done"] * 2, 0)


def test_the_sweep_takes_over_what_came_into_the_line_of_a_replaced_key(hand: Hand, db: None) -> None:
    member = a_member()
    former, key = a_key(state=KeyState.DISABLED), a_key()
    job = a_job(a_run(member, former))
    sweep.sweep(hand.at)
    job.refresh_from_db()
    assert (job.state, job.key_id) == (State.QUEUED, key.pk)


@pytest.mark.parametrize("state", [KeyState.REFUSED, KeyState.NO_CREDITS])
def test_what_is_in_line_is_held_where_the_new_key_does_not_work(
    hand: Hand, db: None, state: KeyState
) -> None:
    former = a_key(state=KeyState.DISABLED, state_reason="Replaced by a newer key.")
    a_key(state=state)
    job = a_job(a_run(a_member(), former))
    sweep.sweep(hand.at)
    job.refresh_from_db()
    assert (job.state, job.reason, job.key_id) == (State.HELD, Reason.KEY, former.pk)


def test_nobodys_jobs_go_on_with_the_key_of_another(hand: Hand, db: None) -> None:
    person = a_member()
    own = a_key(person, state=KeyState.DISABLED)
    a_key()  # the team's
    a_key(a_member("other@studio.example"))
    job = a_job(a_run(person, own))
    sweep.sweep(hand.at)
    job.refresh_from_db()
    assert (job.state, job.key_id) == (State.HELD, own.pk)


@pytest.mark.parametrize("key_state", [KeyState.OK, KeyState.NO_CREDITS])
def test_a_partial_top_up_resumes_as_many_as_it_pays_for_the_oldest_first(
    world: World, designer: Member, key_state: KeyState
) -> None:
    run = start(designer, "a {red|blue|green|black} dune")
    held_for_credits(run.key, key_state)
    ledger.correct_to(designer, 20, reason="the provider's figure")
    give_credits(designer, 30)
    assert states(run) == ["queued", "queued", "held", "held"]  # 20 each, of 50


def held_for_credits(key: Key, state: KeyState) -> None:
    Job.objects.update(state=State.HELD, reason=Reason.CREDITS)
    Key.objects.filter(pk=key.pk).update(state=state)


def test_what_jobs_under_way_will_cost_pays_for_no_other(world: World, designer: Member) -> None:
    run = start(designer, "a {red|blue|green} dune")
    held_for_credits(run.key, KeyState.OK)
    Job.objects.filter(run=run, position=0).update(state=State.PROCESSING)
    ledger.correct_to(designer, 10, reason="the provider's figure")
    give_credits(designer, 29)
    assert states(run) == ["processing", "held", "held"]
    give_credits(designer, 1)
    assert states(run) == ["processing", "queued", "held"]


def test_a_key_that_was_tested_good_asks_where_the_books_say_that_nothing_is_left(
    world: World, designer: Member
) -> None:
    run = start(designer, "a {red|blue} dune")
    held_for_credits(run.key, KeyState.NO_CREDITS)
    ledger.correct_to(designer, 5, reason="the provider's figure")
    keys.mark_ok(Key.objects.get())
    assert states(run) == ["queued"] * 2


def test_hundreds_of_held_jobs_resume_in_a_few_transactions(db: None) -> None:
    member, key = a_member(), a_key()
    run = a_run(member, key)
    for _ in range(resuming.AT_ONCE * 2 + 1):
        a_job(run, State.HELD, reason=Reason.KEY)
    with CaptureQueriesContext(connection) as asked:
        resuming.key_works(key)
    assert not Job.objects.filter(state=State.HELD).exists()
    assert sum(query["sql"].startswith("SAVEPOINT") for query in asked) <= 3
