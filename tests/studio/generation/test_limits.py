"""The governor of a key: no plan's limit is ever run into, whoever asks at once (S59 to S66, B6, B7)."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from studio.accounts import keys, provider, sharing
from studio.accounts.models import Key, KeyState
from studio.accounts.plans import PRESETS, Plan
from studio.doitong import RateLimit
from studio.generation import counts, limits, looking, runs, submission, sweep
from studio.generation.limits import Verdict
from studio.generation.models import Governor, Job, Request
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_job, a_key, a_member, a_run
from tests.studio.generation.world import World, give_credits, give_key, held, recipe, start, states

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
GENERATE, LOOK = Request.Verb.GENERATE, Request.Verb.LOOK


def ask(key: Key, now: datetime, verb: Request.Verb = GENERATE) -> Verdict:
    with transaction.atomic():
        return limits.grant(key, verb, now)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.usefixtures("db")
def test_a_minute_has_its_requests_and_the_next_frees_as_the_first_leaves_the_window() -> None:
    key = a_key(per_minute=3)
    granted = [ask(key, NOON + seconds(10 * number)).granted for number in range(5)]
    assert granted == [True, True, True, False, False]
    refused = ask(key, NOON + seconds(50))
    assert (refused.why, refused.until) == ("minute", NOON + counts.window())
    assert not ask(key, NOON + seconds(60)).granted  # the provider's minute is not a second too short
    assert ask(key, NOON + counts.window()).granted
    assert not ask(key, NOON + counts.window() + seconds(1)).granted


@pytest.mark.usefixtures("db")
def test_questions_count_as_requests_but_need_no_slot_and_no_day() -> None:
    key = a_key(per_minute=4, at_once=1, per_day=1)
    assert ask(key, NOON).granted
    assert not ask(key, NOON).granted
    assert [ask(key, NOON, LOOK).granted for _ in range(4)] == [True, True, True, False]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("refusal", range(3))
def test_a_refused_grant_is_not_written_down(refusal: int) -> None:
    key = a_key(per_minute=2) if refusal == 0 else a_key(per_day=2)
    for _ in range(2 + refusal):
        ask(key, NOON)
    assert Request.objects.filter(account=key.account).count() == 2


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("state", "fields", "busy"),
    [
        (State.SENDING, {}, True),
        (State.PROCESSING, {}, True),
        (State.CANCELLED, {"finished_at": None, "sent_at": NOON - seconds(599)}, True),  # still being made
        (State.CANCELLED, {"finished_at": None, "sent_at": NOON - seconds(601)}, False),  # B20
        (State.CANCELLED, {"finished_at": NOON}, False),
        (State.UNKNOWN, {"sent_at": NOON - seconds(60)}, True),
        (State.UNKNOWN, {"sent_at": NOON - seconds(121)}, False),
        (State.OVERDUE, {}, False),
        (State.SAVING, {}, False),
        (State.QUEUED, {}, False),
        (State.HELD, {}, False),
        (State.DONE, {}, False),
        (State.FAILED, {}, False),
    ],
)
def test_a_job_holds_a_slot_as_long_as_the_provider_makes_it(
    state: State, fields: dict[str, datetime | None], busy: bool
) -> None:
    key = a_key(at_once=1)
    a_job(a_run(a_member(), key), state, **fields)
    verdict = ask(key, NOON)
    assert verdict.granted is not busy
    assert verdict.why == ("slots" if busy else "")


@pytest.mark.usefixtures("db")
def test_a_persons_tests_of_a_key_are_of_its_minute(world: World, member: MakeMember) -> None:
    """Otherwise the last requests of the minute would meet a 429."""
    key = give_key(world, member("designer"), "sbx_free", Plan.FREE)
    assert counts.asked(key.account, timezone.now()) == 1
    keys.try_key(key, actor=member("owner"), client_factory=provider.client_for)
    assert counts.asked(key.account, timezone.now()) == 2


@pytest.mark.usefixtures("db")
def test_a_day_is_that_of_utc() -> None:
    key = a_key(per_day=2)
    evening = datetime(2031, 5, 6, 23, 59, tzinfo=UTC)
    assert [ask(key, evening).granted for _ in range(3)] == [True, True, False]
    refused = ask(key, evening)
    assert (refused.why, refused.until) == ("day", datetime(2031, 5, 7, tzinfo=UTC))
    assert ask(key, datetime(2031, 5, 7, tzinfo=UTC)).granted


@pytest.mark.usefixtures("db")
def test_a_pause_is_for_the_key_and_is_only_ever_lengthened() -> None:
    key, other = a_key(), a_key(a_member())
    limits.pause(key, NOON + seconds(30))
    limits.pause(key, NOON + seconds(10))
    refused = ask(key, NOON + seconds(29))
    assert (refused.granted, refused.why, refused.until) == (False, "paused", NOON + seconds(30))
    assert not ask(key, NOON, LOOK).granted
    assert ask(other, NOON).granted
    assert ask(key, NOON + seconds(30)).granted


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("state", sorted(set(KeyState) - {KeyState.OK}))
def test_a_key_that_does_not_work_is_granted_nothing(state: KeyState) -> None:
    verdict = ask(a_key(state=state), NOON)
    assert (verdict.granted, verdict.why) == (False, state)


@pytest.mark.usefixtures("db")
def test_headers_teach_a_lower_limit_and_later_a_higher_one() -> None:
    key = a_key(per_minute=30)
    limits.lock(key)
    for taught, expected in ((6, 6), (60, 30), (0, 30), (12, 12)):
        limits.learn(key, RateLimit(limit=taught), NOON)
        assert counts.per_minute(key, Governor.objects.get(pk=key.account)) == (expected if taught else 30)


@pytest.mark.usefixtures("db")
def test_a_learned_limit_holds_where_the_plan_has_none() -> None:
    key = a_key()
    limits.lock(key)
    limits.learn(key, RateLimit(limit=2), NOON)
    assert [ask(key, NOON).granted for _ in range(3)] == [True, True, False]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("rate", "paused"),
    [
        (RateLimit(limit=30, remaining=0, reset_at=NOON + seconds(20)), NOON + seconds(20)),
        (RateLimit(limit=30, remaining=1, reset_at=NOON + seconds(20)), None),
        (RateLimit(limit=30, remaining=0, reset_at=NOON - seconds(1)), None),
        (RateLimit(remaining=0), None),
        (None, None),
    ],
)
def test_an_empty_window_is_waited_out(rate: RateLimit | None, paused: datetime | None) -> None:
    key = a_key(per_minute=30)
    limits.lock(key)
    limits.learn(key, rate, NOON)
    assert Governor.objects.get(pk=key.account).paused_until == paused


@pytest.mark.usefixtures("file_db")
@pytest.mark.parametrize(("limit", "granted"), [({"per_minute": 7}, 7), ({"per_day": 5}, 5)])
def test_threads_that_ask_at_once_are_never_granted_more(limit: dict[str, Any], granted: int) -> None:
    key = a_key(**limit)

    def some() -> int:
        return sum(ask(Key.objects.get(pk=key.pk), NOON).granted for _ in range(4))

    assert sum(at_once([some] * 6)) == granted == Request.objects.count()


@pytest.mark.usefixtures("file_db")
def test_threads_that_claim_at_once_never_take_more_slots_than_there_are() -> None:
    key = a_key(at_once=3)
    run = a_run(a_member(), key)
    for _ in range(8):
        a_job(run)
    claims = at_once([partial(submission._claim, key.pk)] * 8)
    taken = [claimed.job.pk for claimed in claims if claimed]
    assert len(taken) == len(set(taken)) == 3
    assert Job.objects.filter(state=State.SENDING).count() == 3


@pytest.mark.usefixtures("db")
def test_what_is_forgotten_is_counted_by_no_window() -> None:
    key = a_key()
    for age in (timedelta(), timedelta(days=1), timedelta(days=2, seconds=1)):
        Request.objects.create(account=key.account, verb=GENERATE, at=NOON - age)
    for verb in (LOOK, Request.Verb.TURNED_AWAY):
        for age in (counts.window(), timedelta(seconds=121)):
            Request.objects.create(account=key.account, verb=verb, at=NOON - age)
    sweep.prune(NOON)
    kept = Request.objects.order_by("verb").values_list("verb", flat=True)
    assert list(kept) == [GENERATE, GENERATE, LOOK, Request.Verb.TURNED_AWAY]


@pytest.mark.usefixtures("db")
def test_sends_come_before_questions_and_one_request_is_kept_for_a_question() -> None:
    key = a_key(per_minute=4, at_once=4)
    run = a_run(a_member(), key)
    a_job(run, State.PROCESSING, sent_at=NOON, remote_id="one")
    for _ in range(2):
        a_job(run)
    limits.lock(key)
    Governor.objects.update(looked_at=NOON)
    assert [ask(key, NOON).granted for _ in range(2)] == [True, True]
    refused = ask(key, NOON, LOOK)
    assert (refused.granted, refused.why) == (False, "sends")  # two wait, and two requests are left
    assert ask(key, NOON).granted
    assert ask(key, NOON).why == "minute"  # the last one is the question's
    Job.objects.filter(state=State.QUEUED).delete()
    assert ask(key, NOON, LOOK).granted


@pytest.mark.usefixtures("db")
def test_where_webhooks_come_no_request_is_kept() -> None:
    key = a_key(per_minute=2)
    a_job(a_run(a_member(), key), State.PROCESSING, sent_at=NOON, remote_id="one")
    limits.lock(key)
    Governor.objects.update(hooked_at=NOON)
    assert [ask(key, NOON).granted for _ in range(3)] == [True, True, False]


@pytest.mark.usefixtures("db")
def test_questions_do_not_starve_where_sends_would_take_every_request() -> None:
    key = a_key(per_minute=30)
    run = a_run(a_member(), key)
    a_job(run, State.PROCESSING, sent_at=NOON, remote_id="one")
    for _ in range(40):
        a_job(run)
    limits.lock(key)
    Governor.objects.update(looked_at=NOON)
    assert not ask(key, NOON + seconds(5), LOOK).granted
    assert ask(key, NOON + seconds(13), LOOK).granted


@pytest.mark.usefixtures("db")
def test_many_questions_are_granted_at_once_as_far_as_the_minute_goes() -> None:
    key = a_key(per_minute=10)
    a_job(a_run(a_member(), key), State.PROCESSING, sent_at=NOON, remote_id="one")
    with transaction.atomic():
        assert limits.grant_questions(key, 4, NOON) == 4
        assert limits.grant_questions(key, 40, NOON) == 6
        assert limits.grant_questions(key, 1, NOON) == 0
    assert Governor.objects.get().looked_at == NOON


@pytest.mark.usefixtures("db")
def test_the_keys_of_an_account_share_its_minute_its_slots_its_day_and_its_pauses() -> None:
    first = a_key(per_minute=3, at_once=2, per_day=5)
    second = a_key(a_member(), per_minute=3, at_once=2, per_day=5, account=first.account)
    assert [ask(key, NOON).granted for key in (first, second, first, second)] == [True, True, True, False]
    assert ask(second, NOON + seconds(62)).granted
    for key in (first, second):
        a_job(a_run(key.member or a_member("x@studio.example"), key), State.PROCESSING, sent_at=NOON)
    assert ask(first, NOON + seconds(130)).why == "slots"
    Job.objects.update(state=State.DONE, finished_at=NOON)
    assert ask(first, NOON + seconds(130)).granted
    assert ask(second, NOON + seconds(200)).why == "day"
    limits.pause(second, NOON + timedelta(days=2))
    assert ask(first, NOON + timedelta(days=1)).why == "paused"


def submitted(world: World, *, ticks: int, step: float, hand: Hand) -> int:
    """Let the studio work for `ticks` turns of `step` seconds; return how many turns it took to end."""
    for tick in range(ticks):
        world.tick()
        if not Job.objects.exclude(state=State.DONE).exists():
            return tick
        hand.move(step)
    return ticks


@pytest.mark.parametrize(
    ("text", "plan", "step", "most_minutes"),
    [("sbx_starter", Plan.STARTER, 2.5, 6), ("sbx_free", Plan.FREE, 4, 16)],
)
def test_prv_13_sixty_jobs_of_a_plan_never_meet_a_429(
    hand: Hand, world: World, member: MakeMember, text: str, plan: Plan, step: float, most_minutes: int
) -> None:
    person = member("designer")
    world.control("PUT", f"/keys/{text}", {"credits": 5_000, "latency": "default"})
    give_key(world, person, text, plan, own=True)
    give_credits(person, 5_000)
    run = start(person, "a {1|2|3} {4|5|6|7|8} dune", each=4)
    turns = submitted(world, ticks=int(most_minutes * 60 / step), step=step, hand=hand)
    counts = world.summary(text)
    assert states(run) == ["done"] * 60
    assert turns * step < most_minutes * 60
    assert counts["refused_by_limits"] == 0
    assert counts["busiest_minute"] <= (PRESETS[plan].per_minute or 0)
    assert counts["most_jobs_at_once"] <= (PRESETS[plan].at_once or 0)
    assert held(person) == 0


def test_prv_13_two_keys_of_one_account_share_its_limits_at_the_provider(
    hand: Hand, world: World, member: MakeMember
) -> None:
    """S96: the sandbox counts both keys together, and refuses neither."""
    people = [member("designer"), member("designer")]
    world.control("PUT", "/keys/sbx_starter", {"credits": 5_000, "latency": "default"})
    mine, theirs = (
        give_key(world, person, text, Plan.STARTER, own=True)
        for person, text in zip(people, ("sbx_starter", "sbx_starter_b"), strict=True)
    )
    sharing.share_account(theirs, mine, member("owner"))
    for person in people:
        give_credits(person, 1_000)
    both = [start(person, "a {1|2|3} {4|5|6|7} dune") for person in people]
    submitted(world, ticks=200, step=2.5, hand=hand)
    assert [states(run) for run in both] == [["done"] * 12] * 2
    counts = world.control("GET", "/summary?account=sbx_starter")
    assert counts["refused_by_limits"] == 0
    assert counts["busiest_minute"] <= 30
    assert counts["most_jobs_at_once"] <= 3


def test_a_limit_lowered_in_mid_run_is_obeyed_after_the_first_answer_that_says_so(
    hand: Hand, world: World, member: MakeMember
) -> None:
    person = member("designer")
    give_key(world, person, "sbx_starter", Plan.STARTER, own=True)
    give_credits(person, 1_000)
    run = start(person, "a {1|2|3|4|5|6} dune")
    world.tick()
    world.fault("lowered_limit", key="sbx_starter")
    submitted(world, ticks=240, step=2, hand=hand)
    assert states(run) == ["done"] * 6
    assert world.summary("sbx_starter")["refused_by_limits"] <= 1


def test_prv_08_a_429_pauses_every_job_of_the_key_until_it_says(
    hand: Hand, world: World, member: MakeMember
) -> None:
    person = member("designer")
    give_key(world, person, "sbx_starter", Plan.STARTER, own=True)
    give_credits(person, 1_000)
    world.fault("http_429", key="sbx_starter", count=1, on="submit", retry_after=40)
    run = runs.start(person, recipe("a {red|blue} dune"), token="a" * 32)
    world.tick()
    asked = len(world.requests())
    for _ in range(39):
        hand.move(1)
        world.tick()
    assert len(world.requests()) == asked
    submitted(world, ticks=30, step=1, hand=hand)
    assert states(run) == ["done"] * 2
    assert set(Job.objects.values_list("tries", flat=True)) == {1}


def test_the_request_is_counted_when_its_turn_is_had(hand: Hand, world: World, member: MakeMember) -> None:
    person = member("designer")
    key = give_key(world, person, "sbx_starter", Plan.STARTER, own=True)
    give_credits(person, 1_000)
    start(person)
    hand.move(5)
    world.listen()
    assert Request.objects.get(verb=GENERATE).at == hand.at == timezone.now()
    hand.move(5)
    looking.look(key)
    assert Request.objects.filter(verb=LOOK).latest("at").at == hand.at
    assert keys.key_for(person) == key
