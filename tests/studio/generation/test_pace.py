"""When running jobs are asked about: timed by what such jobs took, within the plan's minute (S71, S83)."""

from datetime import UTC, datetime, timedelta

import pytest

from studio.generation import pace
from studio.generation.durations import Usual
from studio.generation.pace import Out, Pace

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
USUAL = Usual(p10=2.0, p50=3.0, p90=4.0, n=40)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def due(
    *ages: float, now: float = 10.0, looked: float | None = None, usual: Usual | None = USUAL, **how: object
) -> float:
    """Return in how many seconds from `now` jobs of these ages are asked about."""
    out = [Out(sent_at=at(now - age), usual=usual) for age in ages]
    found = pace.due_at(out, Pace(**how), None if looked is None else at(looked), at(now))  # type: ignore[arg-type]
    return round((found - at(now)).total_seconds(), 3)


@pytest.mark.parametrize(("age", "first"), [(0.0, 1.8), (1.0, 0.8), (1.8, 0.0)])
def test_the_first_question_comes_a_little_before_the_earliest_likely_end(age: float, first: float) -> None:
    assert due(age) == first


def test_while_an_end_is_likely_the_steps_are_short() -> None:
    assert due(3.0, looked=10.0) == pace.LEAST
    assert due(4.5, looked=10.0) == pace.LEAST


@pytest.mark.parametrize(("age", "step"), [(10.0, 1.0), (64.0, 10.0), (3600.0, pace.MOST)])
def test_what_is_late_is_asked_about_ever_more_rarely(age: float, step: float) -> None:
    assert due(age, now=4000.0, looked=4000.0) == step


def test_a_young_job_is_not_kept_from_its_question_by_an_old_one() -> None:
    assert due(3600.0, 1.0, now=4000.0, looked=4000.0) == 0.8
    assert due(3600.0, 3.0, now=4000.0, looked=4000.0) == pace.LEAST


@pytest.mark.parametrize(("age", "step"), [(1.0, 0.5), (6.0, 1.0), (60.0, 10.0)])
def test_where_nothing_is_known_the_steps_grow_with_the_age(age: float, step: float) -> None:
    assert due(age, now=100.0, looked=100.0, usual=None) == step
    assert due(0.1, usual=None) == 0.4


def test_a_webhook_is_waited_for_and_then_made_up_for() -> None:
    assert due(0.0, hooked=True) == USUAL.p90 + pace.HOOK_GRACE
    assert due(0.0, hooked=True, usual=None) == pace.HOOK_UNKNOWN
    assert due(20.0, now=30.0, looked=30.0, hooked=True) == pace.HOOK_GRACE


def test_where_requests_are_what_jobs_wait_for_one_question_is_for_all_that_runs() -> None:
    assert due(3.0, 1.0, 0.5, short=True) == 3.5
    assert due(3.0, 1.0, 0.5, short=True, usual=None) < 1.0  # nothing is known: asked as usual


def test_no_two_questions_come_closer_than_the_budget_allows() -> None:
    assert due(3.0, looked=10.0, every=7.5) == 7.5
    assert due(1.7, looked=10.0, every=7.5) == 7.5
    assert due(5.0, looked=10.0, short=True, every=2.0) == 2.0


@pytest.mark.parametrize("limit", [1, 6, 10, 30, 60, 6_000])
@pytest.mark.parametrize("cost", [1, 4])
def test_asking_without_end_never_uses_up_a_minute(limit: int, cost: int) -> None:
    asked: list[float] = []
    now, most = 0.0, 0
    while now < 300:
        used = sum(1 for one in asked if one > now - 61) * cost
        most = max(most, used)
        asked.append(now)
        now += pace.budget(limit, used, 61.0, cost=cost)
    assert most <= 0.8 * limit + cost


def test_a_plan_without_limits_has_the_shortest_steps() -> None:
    assert pace.budget(None, 10_000, 61.0) == pace.budget(0, 5, 61.0) == pace.LEAST


@pytest.mark.parametrize(
    ("limit", "out", "longest", "short"),
    [
        (30, 3, 3.5, True),
        (30, 3, 60.0, False),
        (60, 10, 4.0, True),
        (6_000, 100, 4.0, False),
        (None, 1, 1.0, False),
    ],
)
def test_the_minute_is_short_where_slots_free_faster_than_requests(
    limit: int | None, out: int, longest: float, short: bool
) -> None:
    assert pace.minute_is_short(limit, 61.0, out=out, longest=longest) is short
