"""The map of states, kept by the map, by the fence, by the database, and among threads (B2)."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from studio.credits import ledger
from studio.credits.models import Account
from studio.generation import steering
from studio.generation.models import Job, Pulse
from studio.generation.states import CAME_FROM, Reason, State
from studio.generation.tiles import Surroundings, tile_of_job
from studio.generation.wording import meaning
from tests.studio.generation.racing import at_once
from tests.studio.generation.rows import a_job, a_key, a_member, a_run, an_image, state_of
from tests.studio.generation.world import World, held, only_job, start


@pytest.fixture
def job(db: None) -> Job:
    return a_job(a_run(a_member(), a_key()))


def put(job: Job, state: State, **fields: object) -> Job:
    """Write a state past the map, as no code of the studio may."""
    Job.objects.filter(pk=job.pk).update(state=state, **fields)
    return Job.objects.select_related("key", "run").get(pk=job.pk)


@pytest.mark.parametrize("to", State)
def test_job_08_a_job_goes_where_the_map_says_and_nowhere_else(job: Job, to: State) -> None:
    moved = {source for source in State if put(job, source).move(to)}
    assert moved == CAME_FROM[to]


@pytest.mark.parametrize("to", State)
def test_a_refused_move_changes_nothing(job: Job, to: State) -> None:
    for source in set(State) - CAME_FROM[to]:
        before = put(job, source, detail="as it was")
        assert not before.move(to, detail="changed", cost=7)
        after = Job.objects.get(pk=job.pk)
        assert (after.state, after.detail, after.cost) == (source, "as it was", None)
        assert (before.state, before.detail) == (source, "as it was")


def test_the_map_itself_lets_nothing_be_sent_or_paid_twice() -> None:
    assert CAME_FROM[State.SENDING] == {State.QUEUED}
    assert CAME_FROM[State.DONE] == {State.SAVING}
    assert not CAME_FROM[State.QUEUED] & {State.PROCESSING, State.SAVING, State.DONE, State.OVERDUE}
    assert all(State.DONE not in sources for sources in CAME_FROM.values())
    assert all(to not in sources for to, sources in CAME_FROM.items())
    assert set(CAME_FROM) == set(State)


def test_the_database_refuses_a_state_that_nobody_knows(job: Job) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="elsewhere")


def test_a_move_is_fenced_by_the_claim(job: Job) -> None:
    mine, other = uuid4(), uuid4()
    before = put(job, State.SENDING, claim=other)
    assert not before.move(State.PROCESSING, held_by=mine)
    assert before.move(State.PROCESSING, held_by=other)


def test_a_move_can_be_narrowed_to_what_was_seen(job: Job) -> None:
    before = put(job, State.SENDING)
    assert not before.move(State.QUEUED, only_from={State.HELD})
    assert not before.move(State.DONE, only_from={State.SENDING})  # never wider than the map
    assert before.move(State.QUEUED, only_from={State.SENDING})


def test_each_move_is_one_more_on_the_members_pulse_and_on_the_job(job: Job) -> None:
    before = Pulse.of(job.member_id)
    assert job.move(State.SENDING)
    assert job.move(State.PROCESSING)
    job.refresh_from_db()
    assert Pulse.of(job.member_id) == job.version == before + 2
    assert Pulse.of(uuid4()) == 0


@pytest.mark.parametrize(
    "reason", [Reason.NONE, Reason.CREDITS, Reason.REFUSED, Reason.SAVE, Reason.GIVEN_UP]
)
@pytest.mark.parametrize("state", State)
def test_every_state_has_words_and_a_tile(job: Job, state: State, reason: Reason) -> None:
    shown = put(job, state, reason=reason, detail="something happened", sent_at=timezone.now())
    if state == State.DONE:
        an_image(shown)
    words = meaning(shown)
    assert words.title
    assert words.why == "" or words.why[-1] in ".!?" or state == State.SAVING
    tile = tile_of_job(shown, Surroundings(now=timezone.now()))
    assert tile.id == f"tile-{job.pk}"
    assert tile.title or tile.state == "done"


@pytest.mark.usefixtures("file_db")
@pytest.mark.parametrize("claims", [2, 6])
def test_of_several_that_move_a_job_at_once_one_wins(claims: int) -> None:
    job = a_job(a_run(a_member(), a_key()))

    def move(claim: object) -> object:
        with transaction.atomic():
            moved = Job.objects.get(pk=job.pk).move(State.SENDING, claim=claim)
        return claim if moved else None

    won = [claim for claim in at_once([partial(move, uuid4()) for _ in range(claims)]) if claim]
    job.refresh_from_db()
    assert [job.claim] == won
    assert job.state == State.SENDING


@pytest.mark.usefixtures("file_db")
def test_a_pulse_counts_every_change_of_every_thread() -> None:
    member, key = a_member(), a_key()
    run = a_run(member, key)
    jobs = [a_job(run) for _ in range(8)]

    def move(job: Job) -> bool:
        with transaction.atomic():
            return job.move(State.SENDING)

    assert all(at_once([partial(move, job) for job in jobs]))
    versions = Job.objects.filter(run=run).values_list("version", flat=True)
    assert sorted(versions) == list(range(1, 9))
    assert Pulse.of(member.pk) == 8


# What a person pressed was decided by what they saw. Where the job went on meanwhile, nothing is
# given back that the provider charges, and nothing is put in line again to be bought twice.
STALE: list[tuple[State, Reason, State, Callable[[Job], bool], State]] = [
    (State.HELD, Reason.CREDITS, State.SENDING, steering.retry, State.SENDING),
    (State.FAILED, Reason.PROVIDER, State.SENDING, steering.retry, State.SENDING),
    (State.UNKNOWN, Reason.NO_ANSWER, State.PROCESSING, steering.retry, State.PROCESSING),
    (State.FAILED, Reason.SAVE, State.DONE, steering.retry, State.DONE),
    (State.QUEUED, Reason.NONE, State.SENDING, steering.cancel, State.SENDING),
    (State.QUEUED, Reason.NONE, State.PROCESSING, steering.cancel, State.CANCELLED),
    (State.UNKNOWN, Reason.NO_ANSWER, State.SAVING, steering.give_up, State.SAVING),
    (State.UNKNOWN, Reason.NO_ANSWER, State.PROCESSING, steering.give_up, State.PROCESSING),
]


@pytest.mark.parametrize(("seen", "reason", "now", "press", "after"), STALE)
def test_a_button_pressed_too_late_buys_and_gives_back_nothing(
    world: World,
    seen: State,
    reason: Reason,
    now: State,
    press: Callable[[Job], bool],
    after: State,
    request: pytest.FixtureRequest,
) -> None:
    designer = request.getfixturevalue("designer")
    job = only_job(start(designer))
    stale = put(job, seen, reason=reason)
    put(job, now, remote_id="job_1")
    press(stale)
    assert (state_of(job.pk), held(designer)) == (after, 20)
    assert job.purchases.count() == 1


@pytest.mark.parametrize("state", sorted(set(State) - {State.UNKNOWN, State.OVERDUE}))
def test_only_what_is_in_doubt_can_be_given_up(
    world: World, state: State, request: pytest.FixtureRequest
) -> None:
    """Otherwise a member could have a picture made and take its credits back."""
    designer = request.getfixturevalue("designer")
    job = put(only_job(start(designer)), state)
    assert not steering.give_up(job)
    assert (state_of(job.pk), Account.objects.get(pk=designer.pk).held) == (state, 20)


@pytest.mark.usefixtures("file_db")
def test_two_who_press_retry_at_once_put_it_in_line_once() -> None:
    member, key = a_member(), a_key()
    ledger.grant(member, 100, actor=member, reason="for the test", reference=uuid4())
    job = a_job(a_run(member, key), State.FAILED, reason=Reason.PROVIDER)
    pressed = [Job.objects.select_related("key", "run").get(pk=job.pk) for _ in range(4)]
    assert sorted(at_once([partial(steering.retry, one) for one in pressed])) == [False, False, False, True]
    assert (job.purchases.count(), held(member)) == (2, 20)
