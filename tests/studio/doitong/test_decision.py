import random
from datetime import UTC, datetime, timedelta

import pytest

from studio.doitong import (
    Ambiguous,
    BadAnswer,
    Decision,
    DoitongError,
    Exchange,
    HostRefused,
    InsufficientCredits,
    NotSent,
    RateLimit,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
    UnusableKey,
    decide,
)

NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


def exchange(rate: RateLimit | None = None) -> Exchange:
    return Exchange(
        method="POST",
        url="https://api.doitong.com/graphql",
        status=500,
        started_at=NOW,
        duration_ms=1,
        request_body=None,
        response_text="",
        rate=rate,
        sent=True,
    )


def seconds_until(decision: Decision) -> float:
    assert decision.not_before is not None
    return (decision.not_before - NOW).total_seconds()


def after(error: DoitongError, attempt: int = 1, seed: int = 0) -> Decision:
    return decide(error, attempt=attempt, now=NOW, rng=random.Random(seed))


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (Refused("x"), Decision(kind="fail")),
        (Unauthorized("x"), Decision(kind="hold_key")),
        (UnusableKey("x"), Decision(kind="hold_key")),
        (InsufficientCredits("x"), Decision(kind="hold_credits")),
        (Ambiguous("x"), Decision(kind="unknown", possibly_charged=True)),
        (BadAnswer("x"), Decision(kind="unknown", possibly_charged=True)),
        (HostRefused("x"), Decision(kind="fail")),
    ],
)
@pytest.mark.parametrize("attempt", [1, 4, 100])
def test_what_does_not_depend_on_the_attempt(error: DoitongError, wanted: Decision, attempt: int) -> None:
    assert after(error, attempt) == wanted


@pytest.mark.parametrize("seed", range(50))
def test_prv_11_a_server_error_is_tried_three_times_more(seed: int) -> None:
    decisions = [after(ServerError("x"), attempt, seed) for attempt in (1, 2, 3, 4)]
    assert [decision.kind for decision in decisions] == ["retry", "retry", "retry", "fail"]
    assert all(decision.possibly_charged for decision in decisions)
    for decision, least in zip(decisions, (1, 2, 4), strict=False):
        assert least <= seconds_until(decision) <= least * 1.25


def test_the_dice_spread_the_tries() -> None:
    assert len({after(ServerError("x"), 1, seed).not_before for seed in range(20)}) == 20


def test_a_server_that_says_when_is_heard() -> None:
    error = ServerError("x", exchange=exchange(RateLimit(retry_after=20.0)))
    assert seconds_until(after(error)) == 20
    error = ServerError("x", exchange=exchange(RateLimit(retry_after=3600.0)))
    assert seconds_until(after(error)) == 300


@pytest.mark.parametrize(
    ("rate", "least", "most"),
    [
        (RateLimit(retry_after=7.0), 7.1, 8),
        (RateLimit(reset_at=NOW + timedelta(seconds=30)), 30.1, 31),
        (RateLimit(retry_after=7.0, reset_at=NOW + timedelta(seconds=30)), 7.1, 8),
        (RateLimit(reset_at=NOW - timedelta(days=1)), 0.1, 1),
        (RateLimit(retry_after=0.0), 0.1, 1),
        (RateLimit(retry_after=3600.0), 300, 300),
        (RateLimit(reset_at=NOW + timedelta(hours=1)), 300, 300),
        (RateLimit(limit=10), 60.1, 61),
        (None, 60.1, 61),
    ],
)
@pytest.mark.parametrize("attempt", [1, 50])
def test_prv_08_a_429_waits_as_long_as_it_is_told(
    rate: RateLimit | None, least: float, most: float, attempt: int
) -> None:
    decision = after(RateLimited("x", exchange=exchange(rate)), attempt)
    assert decision.kind == "wait"
    assert not decision.possibly_charged
    assert least <= seconds_until(decision) <= most


def test_a_429_without_an_exchange_waits_a_window() -> None:
    assert 60 < seconds_until(after(RateLimited("x"))) <= 61


@pytest.mark.parametrize(("attempt", "least"), [(0, 1), (1, 1), (2, 2), (3, 4), (7, 60), (10_000, 60)])
def test_what_was_not_sent_is_sent_again_without_end(attempt: int, least: float) -> None:
    decision = after(NotSent("x"), attempt)
    assert (decision.kind, decision.possibly_charged) == ("retry", False)
    assert least <= seconds_until(decision) <= least * 1.25
