"""The night's self-check ends what was left over with an entry, and tells the rest (D14, LED-03, LED-04)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from studio.accounts.models import Event, Member, Verb
from studio.credits import ledger
from studio.credits.check import open_holds
from studio.credits.models import Account, Checkup, Entry
from studio.generation import runs, selfcheck, watcher
from studio.generation.fitting import Short
from studio.generation.models import Job
from studio.generation.states import State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, held, recipe, start

DAY = 24 * 3600


def later(hand: Hand) -> datetime:
    """Move on to two hours from now: entries of the ledger are dated by the machine's own clock."""
    passed = (datetime.now(UTC) - hand.at).total_seconds()
    return hand.move(max(0, passed) + 2 * 3600)


def end(job: Job, state: State, **fields: object) -> None:
    """End a job by other hands than the studio's: its hold stays open."""
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=job.created_at, **fields)


def test_books_that_are_whole_are_left_alone(world: World, designer: Member, hand: Hand) -> None:
    start(designer, "a {red|blue} dune")
    world.finish()
    runs.start(designer, recipe("a {c|d} sea"), token=uuid4().hex, short=Short.HOLD)
    before = Entry.objects.count()
    found = selfcheck.check(later(hand))
    assert (found.findings, found.ended, found.entries) == ([], 0, before)
    assert Entry.objects.count() == before
    assert not Event.objects.filter(verb=Verb.LEDGER_MENDED).exists()


@pytest.mark.parametrize(
    ("state", "cost", "kind", "spent"),
    [
        (State.FAILED, 0, "release", 0),
        (State.FAILED, None, "release", 0),
        (State.CANCELLED, None, "release", 0),
        (State.DONE, 13, "settle", 13),
        (State.FAILED, 7, "settle", 7),
    ],
)
def test_a_hold_that_outlived_its_job_is_ended_with_an_entry(
    world: World, designer: Member, hand: Hand, state: State, cost: int | None, kind: str, spent: int
) -> None:
    (job,) = start(designer).jobs.all()
    end(job, state, cost=cost)
    found = selfcheck.check(later(hand))
    entry = Entry.objects.get(reference=job.purchase, kind=kind)
    assert (entry.reason, -entry.posted, held(designer)) == (selfcheck.WHY, spent, 0)
    assert (found.ended, found.findings) == (1, [])
    assert selfcheck.check(hand.at).ended == 0
    assert Event.objects.filter(verb=Verb.LEDGER_MENDED).count() == 1


def test_a_hold_of_nobodys_is_released(world: World, designer: Member, hand: Hand) -> None:
    ledger.hold(designer, [ledger.Hold(reference=uuid4(), amount=20)], key_id=None)
    assert selfcheck.check(later(hand)).ended == 1
    assert not open_holds().exists()


def test_what_ended_just_now_or_still_has_to_be_priced_is_waited_for(
    world: World, designer: Member, hand: Hand
) -> None:
    first, second = start(designer, "a {red|blue} dune").jobs.all()
    end(first, State.FAILED, cost=0)
    end(second, State.DONE, cost=None, completed_at=hand.at)
    assert selfcheck.check(hand.at).ended == 0
    assert selfcheck.check(later(hand)).ended == 1
    assert held(designer) == 20


def test_a_total_that_was_changed_by_other_hands_is_told(world: World, designer: Member, hand: Hand) -> None:
    Account.objects.filter(pk=designer.pk).update(balance=7)
    assert selfcheck.check(hand.at).findings == [f"balance of {designer.pk}: kept 7, counted 1000."]


def test_led_04_a_job_whose_entries_say_another_cost_is_told(
    world: World, designer: Member, hand: Hand
) -> None:
    (job,) = start(designer).jobs.all()
    world.finish()
    Job.objects.filter(pk=job.pk).update(cost=99)
    (said,) = selfcheck.check(later(hand)).findings
    assert said == f"Job {job.pk}: its entries do not say what it cost."


def test_led_03_a_job_that_goes_on_without_a_hold_is_told(world: World, designer: Member, hand: Hand) -> None:
    (job,) = start(designer).jobs.all()
    ledger.release(job.purchase, reason="by other hands")
    (said,) = selfcheck.check(later(hand)).findings
    assert said == f"Job {job.pk} waits or runs, and nothing is held for it."


def test_it_is_done_once_a_night_at_three_in_the_teams_zone(hand: Hand, db: None, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    hand.at = datetime(2026, 11, 23, 2, 1, tzinfo=UTC)  # 03:01 there
    assert selfcheck.nightly(hand.at)
    for _ in range(47):
        assert selfcheck.nightly(hand.move(DAY // 48)) is None
    assert selfcheck.nightly(hand.move(DAY // 48))
    assert Checkup.objects.count() == 2


def test_the_watcher_asks_for_it() -> None:
    every = dict(watcher.DUTIES)[selfcheck.nightly]
    assert every <= timedelta(minutes=10)
