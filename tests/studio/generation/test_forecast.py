"""The time told to who waits is honest: the truth lies in it for nine of ten (B16)."""

import random
from collections import deque

import pytest

from studio.generation import forecast
from studio.generation.forecast import Capacity, Span

PLANS = {"free": (10, 1), "starter": (30, 3), "pro": (60, 10), "enterprise": (6_000, 100)}
WINDOW = 61.0
QUICK, SLOW = 2.35, 3.15  # a tenth of the sandbox's small drafts take less, a tenth more


class Provider:
    """An account that keeps to the sandbox's rules in steps of a twentieth of a second, and its studio."""

    def __init__(self, limit: int, slots: int, seed: int, *, asks: bool) -> None:
        self.limit, self.slots, self.asks = limit, slots, asks
        self.luck = random.Random(seed)
        self.requests: deque[float] = deque()
        self.out: dict[int, float] = {}
        self.sent_at: dict[int, float] = {}
        self.shown: dict[int, float] = {}
        self.looked_at = -9.0

    def left(self, now: float) -> int:
        while self.requests and self.requests[0] <= now - WINDOW:
            self.requests.popleft()
        return self.limit - len(self.requests)

    def run(self, jobs: int) -> dict[int, float]:
        """Work a line off as the studio does; return when each picture was there."""
        waiting, step = deque(range(jobs)), 0
        while len(self.shown) < jobs:
            step += 1
            now = step / 20
            kept = 1 if self.asks and self.out else 0
            while waiting and len(self.out) < self.slots and self.left(now) > kept:
                self.requests.append(now)
                number = waiting.popleft()
                self.sent_at[number] = now
                self.out[number] = now + 2.25 + self.luck.random()
            self._hear(now, waiting=bool(waiting))
        return self.shown

    def _hear(self, now: float, *, waiting: bool) -> None:
        if self.asks:
            if not self.out or now < self.looked_at + max(0.25, WINDOW / self.limit if waiting else 0.25):
                return
            short = waiting and self.limit * SLOW < WINDOW * (len(self.out) + 1)
            ages = [now - self.sent_at[number] for number in self.out]
            if (min(ages) < SLOW if short else max(ages) < 0.9 * QUICK) or self.left(now) < 1:
                return
            self.requests.append(now)
            self.looked_at = now
        for number in [number for number, end in self.out.items() if end <= now]:
            del self.out[number]
            self.shown[number] = now + self.luck.uniform(0.1, 0.8)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("asks", [True, False])
def test_of_two_hundred_jobs_nine_of_ten_are_done_when_it_was_said(plan: str, *, asks: bool) -> None:
    limit, slots = PLANS[plan]
    told = forecast.forecast(
        Capacity(slots=slots, minute=limit, window=WINDOW, asks=asks), [], [Span(low=QUICK, high=SLOW)] * 200
    )
    right = 0
    for seed in range(3):
        done = Provider(limit, slots, seed, asks=asks).run(200)
        right += sum(told[number].low <= at <= told[number].high for number, at in done.items())
    assert right >= 0.9 * 600


@pytest.mark.parametrize("plan", ["free", "starter", "pro"])
def test_what_is_told_is_worth_telling(plan: str) -> None:
    limit, slots = PLANS[plan]
    told = forecast.forecast(
        Capacity(slots=slots, minute=limit, window=WINDOW), [], [Span(low=QUICK, high=SLOW)] * 200
    )
    assert all(span.high <= 2.2 * span.low + 1.2 * WINDOW for span in told)
    assert [span.low for span in told] == sorted(span.low for span in told)


def test_a_pause_the_requests_of_before_and_the_day_are_waited_for() -> None:
    one = [Span(low=3.0, high=3.0)]
    assert forecast.forecast(Capacity(paused_for=30.0), [], one)[0].low > 25
    full = Capacity(minute=2, window=60.0, ages=[10.0, 20.0], asks=False)
    assert 0.9 * 43 <= forecast.forecast(full, [], one)[0].low <= 44
    day = Capacity(day_left=1, day_ends_in=3_600.0)
    first, second = forecast.forecast(day, [], one * 2)
    assert first.high < 60
    assert second.low > 3_000


def test_a_slot_is_waited_for() -> None:
    told = forecast.forecast(Capacity(slots=1), [Span(low=20.0, high=40.0)], [Span(low=3.0, high=3.0)])
    assert 20 < told[0].low < 23 < told[0].high < 53


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (40, 41, "about 40–41 s"),
        (3.2, 3.9, "about 3–4 s"),
        (170, 290, "about 2–5 min"),
        (0.1, 0.5, "about 1 s"),
        (7_300, 7_900, "about 2–3 h"),
        (60, 120, "about 1–2 min"),
    ],
)
def test_a_time_is_told_in_one_unit(low: float, high: float, words: str) -> None:
    assert Span(low=low, high=high).words == words
