"""Run later: the time of a run from the form to the line, and begun before it (B22)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation import later, line
from studio.generation.models import Draft, Job, Lane, Run
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.pages import SignedIn, posted, text
from tests.studio.generation.world import World, held, start, states

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def tab(designer: Member, signed_in: SignedIn) -> Client:
    return signed_in(designer)


@pytest.mark.parametrize(
    ("zone", "clock", "expected"),
    [
        ("UTC", time(22), datetime(2026, 11, 23, 22, tzinfo=UTC)),
        ("UTC", time(12), datetime(2026, 11, 24, 12, tzinfo=UTC)),
        ("UTC", time(3, 30), datetime(2026, 11, 24, 3, 30, tzinfo=UTC)),
        ("Europe/Berlin", time(22), datetime(2026, 11, 23, 21, tzinfo=UTC)),
        ("America/New_York", time(6), datetime(2026, 11, 24, 11, tzinfo=UTC)),
    ],
)
def test_tonight_is_the_next_such_time_of_the_studios_clock(
    zone: str, clock: time, expected: datetime
) -> None:
    with timezone.override(zone):
        assert later.starts_at("tonight", clock, NOON) == expected


def test_after_the_daily_limit_is_surely_the_next_day_of_the_provider() -> None:
    with timezone.override("Asia/Tokyo"):
        expected = datetime(2026, 11, 24, tzinfo=UTC) + later.SURELY_PAST
        assert later.starts_at("reset", None, NOON) == expected
    assert later.starts_at("now", time(22), NOON) is None
    assert later.starts_at("", None, NOON) is None


@pytest.mark.parametrize(("hours", "said"), [(10, "22:00"), (14, "tomorrow 02:00"), (96, "27 Nov 12:00")])
def test_a_time_is_said_shortly(hours: int, said: str) -> None:
    assert later.said(NOON + timedelta(hours=hours), NOON) == said


@pytest.mark.django_db(transaction=True)
def test_a_run_waits_for_its_time_and_then_goes(
    world: World, hand: Hand, designer: Member, tab: Client
) -> None:
    answer = tab.post("/runs", posted("a {red|blue} dune", when="tonight", clock="22:00"))
    run = Run.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}"
    assert "Starts at" in text(tab.get(answer["Location"]))
    assert "Starts at" in text(tab.get("/queue"))
    world.tick()
    assert states(run) == ["queued"] * 2
    assert held(designer) == 40
    assert run.starts_at is not None
    hand.at = run.starts_at - timedelta(seconds=1)
    assert line.keys_with_waiting(hand.at) == []
    hand.move(2)
    assert [key.pk for key in line.keys_with_waiting(hand.at)] == [run.key_id]
    assert line.next_job(run.key, hand.at) is not None


def test_a_run_is_begun_before_its_time(world: World, designer: Member, tab: Client) -> None:
    at = timezone.now() + timedelta(hours=5)
    run = start(designer, "a {red|blue} dune", starts_at=at)
    assert "Start now" in text(tab.get(f"/runs/{run.pk}"))
    first = Job.objects.filter(run=run).order_by("position")[0]
    tab.post(f"/jobs/{first.pk}/begin")
    assert list(Job.objects.filter(run=run).order_by("position").values_list("not_before", flat=True)) == [
        None, at,
    ]  # fmt: skip
    tab.post(f"/runs/{run.pk}/begin")
    assert not Job.objects.filter(run=run).exclude(not_before=None).exists()
    assert Run.objects.get().starts_at is None
    world.listen()
    assert set(states(run)) <= {"done", "saving", "processing"}
    assert "Nothing was changed" in text(tab.post(f"/runs/{run.pk}/begin", follow=True))


def test_a_run_that_waits_for_its_time_is_cancelled_for_nothing(
    world: World, designer: Member, tab: Client
) -> None:
    run = start(designer, starts_at=timezone.now() + timedelta(hours=5))
    tab.post(f"/runs/{run.pk}/cancel")
    assert (states(run), held(designer)) == (["cancelled"], 0)


def test_what_was_held_meanwhile_keeps_to_its_time(world: World, designer: Member, tab: Client) -> None:
    at = timezone.now() + timedelta(hours=5)
    run = start(designer, starts_at=at)
    job = Job.objects.get(run=run)
    Job.objects.filter(pk=job.pk).update(state="held", reason="credits")
    tab.post(f"/jobs/{job.pk}/retry")
    job.refresh_from_db()
    assert (job.state, job.not_before) == ("queued", at)


def test_a_background_run_is_in_its_lane_and_taken_out_of_it(
    world: World, designer: Member, tab: Client
) -> None:
    tab.post("/runs", posted("a {red|blue} dune", background="on"))
    run = Run.objects.get()
    assert set(Job.objects.values_list("lane", flat=True)) == {Lane.BACKGROUND}
    tab.post(f"/runs/{run.pk}/lane", {"lane": "normal"})
    assert set(Job.objects.values_list("lane", flat=True)) == {Lane.NORMAL}
    tab.post(f"/runs/{run.pk}/lane", {"lane": "background"})
    run.refresh_from_db()
    assert run.lane == Lane.BACKGROUND
    assert set(Job.objects.values_list("lane", flat=True)) == {Lane.BACKGROUND}


def test_the_draft_keeps_when_and_the_lane(world: World, designer: Member, tab: Client) -> None:
    kept = {"when": "tonight", "clock": "23:15", "background": "on"}
    answer = text(tab.post("/composer/estimate", posted(**kept)))
    assert "Start 1 image at" in answer
    assert {name: Draft.objects.get().fields[name] for name in kept} == kept
    page = text(tab.get("/"))
    assert 'value="23:15"' in page
    assert '<details class="custom" open' in page


@pytest.mark.parametrize("wrong", [{"when": "x"}, {"when": "tonight", "clock": "25:99"}, {"clock": "\x00"}])
def test_a_time_that_is_none_starts_nothing(
    wrong: dict[str, str], world: World, designer: Member, tab: Client
) -> None:
    assert tab.post("/runs", posted(**wrong)).status_code == 422
    assert not Run.objects.exists()


def test_a_colleague_begins_nobodys_run(
    world: World, designer: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    run = start(designer, starts_at=timezone.now() + timedelta(hours=5))
    for role in ("designer", "owner"):
        assert signed_in(member(role)).post(f"/runs/{run.pk}/begin").status_code == 404
