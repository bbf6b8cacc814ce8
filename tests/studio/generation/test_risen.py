"""A price that rises while jobs wait: none of them is sent before its person was asked (JOB-15)."""

import pytest
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import prices
from studio.credits.check import check
from studio.generation import steering, submission, sweep
from studio.generation.models import Job, Run
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
from tests.studio.generation.pages import SignedIn, text
from tests.studio.generation.world import World, held, start, states


def rise(to: int = 26) -> None:
    """Have an image of 512 x 512 cost so many credits once."""
    prices.learn(512, 512, "draft", to)


def look() -> None:
    sweep.sweep(timezone.now())


@pytest.fixture
def waiting(designer: Member) -> Run:
    """Return a run of three in line, of which 20 credits each were approved and are held."""
    return start(designer, "a {red|blue|green} dune")


def test_job_15_what_waits_is_held_with_the_question_and_its_credits_are_free(
    waiting: Run, designer: Member
) -> None:
    rise()
    look()
    assert states(waiting) == ["held"] * 3
    first = waiting.jobs.get(position=0)
    assert first.reason == Reason.PRICE
    assert meaning(first).title == "Held: the price rose"
    assert meaning(first).why == "An image of this size now costs up to 26 credits; up to 20 were approved."
    assert held(designer) == 0
    assert check().differences == ()


def test_job_15_what_costs_no_more_than_approved_stays_in_line(waiting: Run, designer: Member) -> None:
    rise(to=20)
    look()
    assert (states(waiting), held(designer)) == (["queued"] * 3, 60)


def test_job_15_a_press_approves_the_new_price_and_that_job_alone_goes(
    world: World, waiting: Run, designer: Member
) -> None:
    rise()
    look()
    assert steering.retry(waiting.jobs.get(position=1))
    assert held(designer) == 26
    look()
    assert states(waiting) == ["held", "queued", "held"]  # it is not asked for again
    world.finish()
    assert states(waiting) == ["held", "done", "held"]
    assert check().differences == ()


def test_job_15_it_is_asked_for_again_where_the_price_rises_once_more(waiting: Run) -> None:
    rise()
    look()
    steering.retry(waiting.jobs.get(position=0))
    rise(to=30)
    look()
    assert "now costs up to 30 credits; up to 26 were approved" in waiting.jobs.get(position=0).detail


def test_job_15_other_sizes_and_what_is_under_way_go_on(waiting: Run, designer: Member) -> None:
    other = start(designer, width=1024, height=1024)
    Job.objects.filter(run=waiting, position=2).update(state=State.PROCESSING, sent_at=timezone.now())
    rise()
    look()
    assert states(waiting) == ["held", "held", "processing"]
    assert states(other) == ["queued"]


def test_job_15_an_older_job_has_what_its_run_approved(waiting: Run) -> None:
    Job.objects.filter(run=waiting).update(approved=None)
    Run.objects.filter(pk=waiting.pk).update(most_each=30)
    rise()
    look()
    assert states(waiting) == ["queued"] * 3
    Run.objects.filter(pk=waiting.pk).update(most_each=25)
    look()
    assert states(waiting) == ["held"] * 3


def test_job_15_no_worker_sends_it_in_the_moment_before_the_sweep(world: World, waiting: Run) -> None:
    rise()
    world.listen()
    assert states(waiting) == ["queued"] * 3
    assert world.submissions() == 0
    look()
    assert states(waiting) == ["held"] * 3


def test_job_15_a_surge_at_the_provider_stops_what_waits_behind_it(world: World, designer: Member) -> None:
    """The first one is charged what the provider took; the others ask."""
    world.fault("price_change", value=300)
    run = start(designer, "a {red|blue|green} dune")
    submission.send_next(run.key_id)
    world.look()
    world.tick()
    assert sorted(states(run)) == ["done", "held", "held"]
    assert world.charged() == 30
    assert check().differences == ()


def test_job_15_the_queue_page_asks(waiting: Run, designer: Member, signed_in: SignedIn) -> None:
    tab: Client = signed_in(designer)
    rise()
    look()
    page = text(tab.get("/queue"))
    assert page.count("Held: the price rose") == 3
    assert "Make it at this price" in page
