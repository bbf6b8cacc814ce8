"""How running jobs are asked about: all of a key in one question, and no answer breaks anything (B8)."""

from datetime import datetime, timedelta

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts import provider
from studio.accounts.models import Key, KeyState, Member
from studio.accounts.plans import Plan
from studio.doitong import Client, Generation, Secret
from studio.generation import agenda, lifecycle, pricing, steering
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.rows import a_job
from tests.studio.generation.world import (
    BASE,
    World,
    give_credits,
    give_key,
    held,
    only_job,
    spent,
    start,
    states,
)

PATIENT = {"latency": "30"}


@pytest.fixture
def running(world: World, designer: Member) -> Member:
    """Return a designer with four jobs that the provider makes for half a minute."""
    world.control("PUT", "/keys/sbx_enterprise", PATIENT)
    start(designer, "a {red|blue} {dune|sea}")
    world.listen()
    assert set(Job.objects.values_list("state", flat=True)) == {"processing"}
    return designer


def test_all_running_jobs_of_a_key_are_one_question(world: World, running: Member) -> None:
    before = len(world.requests())
    assert world.look() == 0
    [asked] = world.requests()[before:]
    assert (asked["subject"], asked["status"]) == ("status", 200)
    world.clock.ahead += 31
    assert world.look() == 4
    assert len(world.requests()) == before + 2


def test_nothing_is_asked_when_nothing_runs(world: World, designer: Member) -> None:
    start(designer)
    before = len(world.requests())
    assert world.look() == 0
    assert len(world.requests()) == before


def test_more_jobs_than_one_question_takes_are_asked_in_several(
    world: World, running: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "AT_ONCE", 3)
    world.clock.ahead += 31
    before = len(world.requests())
    assert world.look() == 4
    assert len(world.requests()) == before + 2


def test_where_each_job_is_a_question_each_is_granted(
    world: World, running: Member, settings: Settings
) -> None:
    settings.DOITONG_TRANSPORT = "rest"

    def rest(secret: Secret) -> Client:
        return Client(base_url=BASE, key=secret, http=world.http, dialect="rest", allow_private=True)

    asked, granted = len(world.requests()), Request.objects.count()
    with provider.use(rest):
        world.look()
    assert len(world.requests()) - asked == Request.objects.count() - granted == 4


def test_no_more_is_asked_than_is_granted(world: World, running: Member, settings: Settings) -> None:
    settings.DOITONG_TRANSPORT = "rest"
    Key.objects.update(per_minute=Request.objects.count() + 3)
    asked = len(world.requests())
    world.look()
    assert len(world.requests()) - asked == 3


def test_what_is_waited_for_is_asked_before_what_is_overdue(world: World, running: Member) -> None:
    first, *_, last = Job.objects.order_by("position")
    Job.objects.exclude(pk=last.pk).update(state=State.OVERDUE)
    Job.objects.filter(pk=first.pk).update(state=State.CANCELLED)
    order = [one.pk for one in agenda.chosen(Key.objects.get(), timezone.now(), 50, due_only=False)]
    assert (order[0], order[-1], len(order)) == (last.pk, first.pk, 4)


def test_an_id_that_the_provider_does_not_know_leaves_its_job_and_the_others_go_on(
    world: World, running: Member
) -> None:
    lost = Job.objects.order_by("position").first()
    assert lost is not None
    Job.objects.filter(pk=lost.pk).update(remote_id="job_nobody_knows")
    world.clock.ahead += 31
    world.finish()
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "done", "done", "processing"]


def test_news_that_cannot_be_taken_in_keeps_no_other_job_from_its_own(
    world: World, running: Member, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Job.objects.order_by("sent_at")[1]
    absorb = lifecycle.absorb

    def absorbed(job: Job, generation: Generation, *, now: datetime) -> bool:
        if job.pk == broken.pk:
            raise DataError("a value that no column takes")
        return absorb(job, generation, now=now)

    monkeypatch.setattr(lifecycle, "absorb", absorbed)
    world.clock.ahead += 31
    assert world.look() == 3
    assert f"job {broken.pk}" in caplog.text
    assert Job.objects.get(state=State.PROCESSING).pk == broken.pk


@pytest.mark.parametrize(
    "fault",
    [
        "http_500",
        "http_502",
        "html",
        "invalid_json",
        "empty_body",
        "json_list",
        "missing_fields",
        "wrong_types",
    ],
)
def test_a_question_that_fails_costs_nothing_and_is_asked_again(
    world: World, running: Member, fault: str
) -> None:
    world.clock.ahead += 31
    world.fault(fault, on="status")
    world.look()
    assert set(Job.objects.values_list("state", flat=True)) == {"processing"}
    assert (held(running), Key.objects.get().state) == (80, KeyState.OK)
    world.clear()
    world.finish()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert (held(running), spent(running)) == (0, world.charged())


def test_prv_09_a_key_refused_on_a_question_is_marked_and_its_running_jobs_stay(
    world: World, running: Member
) -> None:
    world.fault("http_401", on="status")
    world.look()
    before = len(world.requests())
    assert Key.objects.get().state == KeyState.REFUSED
    assert set(Job.objects.values_list("state", flat=True)) == {"processing"}
    assert world.look() == 0
    assert len(world.requests()) == before  # PRV-09: no hammering


def test_a_429_on_a_question_pauses_the_key_as_long_as_it_says(
    hand: Hand, world: World, running: Member
) -> None:
    world.fault("http_429", on="status", count=1, retry_after=20)
    world.look()
    paused = Governor.objects.get().paused_until
    assert paused is not None
    assert 20 <= (paused - hand.at).total_seconds() <= 62
    before = len(world.requests())
    start(running)
    world.tick()
    assert len(world.requests()) == before
    for _ in range(2):  # the one that waited is made for half a minute too
        hand.move(62)
        world.finish()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_what_a_member_stopped_waiting_for_is_asked_about_until_it_is_paid(
    world: World, running: Member
) -> None:
    job = Job.objects.order_by("position").first()
    assert job is not None
    assert steering.cancel(job)
    assert not steering.retry(job)
    assert world.look() == 0
    world.clock.ahead += 31
    assert world.look() == 4
    job.refresh_from_db()
    assert (job.state, job.cost) == (State.CANCELLED, job.cost or 0)
    assert job.finished_at
    assert steering.retry(job)


def test_the_overdue_are_asked_about_for_a_day(world: World, running: Member) -> None:
    now = timezone.now()
    Job.objects.update(state=State.OVERDUE, sent_at=now - timedelta(hours=23))
    assert len(agenda.chosen(Key.objects.get(), now, 50, due_only=False)) == 4
    assert agenda.next_due(now)
    assert agenda.next_due(now + timedelta(hours=2)) is None


def test_each_key_is_asked_about_its_own_jobs_with_itself(
    world: World, running: Member, member: MakeMember
) -> None:
    other = member("designer")
    give_key(world, other, "sbx_starter", Plan.STARTER, own=True)
    give_credits(other, 100)
    run = start(other)
    world.finish()
    assert states(run) == ["done"]
    assert {one["key"] for one in world.requests("status")} == {"sbx_enterprise", "sbx_starter"}
    assert only_job(run).key.member == other


def running_for(hand: Hand, world: World, member: MakeMember, *, prompts: str, latency: str = "120") -> Key:
    """Return a key with a Pro plan whose jobs the provider makes so long."""
    person = member("designer")
    key = give_key(world, person, "sbx_enterprise", Plan.PRO, own=True)
    give_credits(person, 1_000)
    world.control("PUT", "/keys/sbx_enterprise", {"latency": latency})
    start(person, prompts)
    world.listen()
    return key


def test_ten_jobs_of_unknown_length_are_asked_about_thirty_times_a_minute_at_most(
    hand: Hand, world: World, member: MakeMember
) -> None:
    """Asked one by one every two seconds they would cost 300 requests."""
    running_for(hand, world, member, prompts="a {1|2|3|4|5|6|7|8|9|10} dune")
    assert Job.objects.filter(state=State.PROCESSING).count() == 10
    for _ in range(240):
        world.tick()
        hand.move(0.25)
    assert 10 <= len(world.requests("status")) <= 30


def test_where_it_is_known_how_long_they_take_nothing_is_asked_before(
    hand: Hand, world: World, member: MakeMember
) -> None:
    key = running_for(hand, world, member, prompts="a {1|2|3|4} dune", latency="20")
    done_before(key, seconds=20)
    before = len(world.requests("status"))
    for _ in range(70):
        world.tick()
        hand.move(0.25)
    assert len(world.requests("status")) == before
    for _ in range(14):
        world.tick()
        hand.move(0.25)
    assert len(world.requests("status")) - before <= 12
    assert Job.objects.filter(state=State.PROCESSING).count() == 0


def test_where_webhooks_come_a_question_waits_for_them_and_makes_up_for_a_lost_one(
    hand: Hand, world: World, member: MakeMember
) -> None:
    key = running_for(hand, world, member, prompts="a {1|2|3|4} dune", latency="20")
    done_before(key, seconds=20)
    Governor.objects.update(hooked_at=hand.at)
    before = len(world.requests("status"))
    for _ in range(99):
        world.tick()
        hand.move(0.25)
    assert len(world.requests("status")) == before
    for _ in range(4):
        world.tick()
        hand.move(0.25)
    assert len(world.requests("status")) == before + 1
    assert Job.objects.filter(state=State.PROCESSING).count() == 0
    assert (
        Governor.objects.get(pk=key.account).hooked_at is None
    )  # none came: the next is asked about in time


def done_before(key: Key, *, seconds: float) -> None:
    """Have five jobs like the running ones done, each of which took that long."""
    run = Job.objects.filter(key=key).first().run  # type: ignore[union-attr]
    ended = timezone.now()
    sent = ended - timedelta(seconds=seconds)
    for position in range(100, 105):
        done = {"sent_at": sent, "completed_at": ended, "finished_at": ended, "cost": 10}
        a_job(run, State.DONE, position=position, **done)


def test_a_price_that_was_not_named_is_asked_for_in_passing(world: World, running: Member) -> None:
    world.clock.ahead += 31
    assert world.look() == 4
    priced = Job.objects.order_by("position").first()
    assert priced is not None
    Job.objects.filter(pk=priced.pk).update(cost=None)
    asked = agenda.chosen(Key.objects.get(), timezone.now(), 50)
    assert [one.pk for one in asked] == [priced.pk]
    [(due, key)] = agenda.agenda(timezone.now())
    assert key == priced.key
    assert due > timezone.now()  # at leisure


def test_a_price_that_a_question_did_not_bring_is_asked_for_again_ever_more_rarely(
    world: World, hand: Hand, running: Member
) -> None:
    world.clock.ahead += 31
    world.look()
    told = hand.at
    Governor.objects.update(looked_at=None)
    Job.objects.update(cost=None, completed_at=told)
    asked = []
    while hand.at < told + pricing.ASKED_FOR:
        [(due, _)] = agenda.agenda(hand.at)
        hand.move((due - hand.at).total_seconds())
        Governor.objects.update(looked_at=due)  # by a question that failed, say
        asked.append((due - told).total_seconds())
    assert asked == [10, 20, 40, 80, 120]


def test_many_jobs_cost_the_agenda_no_more_queries(world: World, running: Member) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert agenda.agenda(timezone.now())
        return len(caught)

    few = queries()
    one = Job.objects.select_related("run", "member").filter(state=State.PROCESSING)[0]
    for number in range(60):
        sent = {"sent_at": timezone.now(), "remote_id": f"more_{number}"}
        a_job(one.run, State.PROCESSING, position=100 + number, **sent)
    assert queries() <= few <= 9
