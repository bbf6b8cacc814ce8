"""When the jobs of a line will be done, by the limits that the studio itself keeps to. Pure (B16).

The line is played through twice, once with quick jobs and few questions and once with slow ones and
more. What really happens lies between the two, if nobody comes and goes. Times in seconds from now.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import cycle

SAVED_WITHIN = (0.1, 1.5)  # from the news to the picture: at best, at worst
SENT_WITHIN = (0.0, 0.1)  # from one send to the next
QUESTIONS = ((1,), (2, 1))  # to hear of those that run at once, by turns
MARGIN = (0.9, 1.15)
FINE_WINDOW = 500  # a larger minute is taken as a pace, not as a window


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the least to the most seconds."""

    low: float
    high: float

    @property
    def words(self) -> str:
        """Return it for a person: “about 40 s”, “about 3–5 min”, “about 2 h”."""
        for unit, seconds in (("h", 3600), ("min", 60), ("s", 1)):
            if self.high >= 1.5 * seconds or seconds == 1:
                low, high = max(1, int(self.low / seconds)), max(1, -int(-self.high // seconds))
                return f"about {low} {unit}" if low == high else f"about {low}–{high} {unit}"
        raise AssertionError("a second is the least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What an account may do: jobs at once, requests in a window and the ages of those it counts now,
    images left today and when the day ends, and how long it is paused. None is unlimited.
    """

    slots: int | None = None
    minute: int | None = None
    window: float = 60.0
    ages: Sequence[float] = ()
    day_left: int | None = None
    day_ends_in: float = 0.0
    paused_for: float = 0.0
    asks: bool = True  # not where webhooks tell


def forecast(capacity: Capacity, running: Sequence[Span], line: Sequence[Span]) -> list[Span]:
    """Return for each job of the line when its picture will be there.

    `running` is what is left of the jobs under way, `line` how long each one that waits takes.
    """
    quick = _Play(capacity, [one.low for one in running], worst=False).through([one.low for one in line])
    slow = _Play(capacity, [one.high for one in running], worst=True).through([one.high for one in line])
    return [
        Span(low=MARGIN[0] * (low + SAVED_WITHIN[0]), high=MARGIN[1] * (max(low, high) + SAVED_WITHIN[1]))
        for low, high in zip(quick, slow, strict=True)
    ]


class _Play:
    """One account's line, played through: each job is sent, asked about with the others, and heard of."""

    def __init__(self, capacity: Capacity, running: Sequence[float], *, worst: bool) -> None:
        self.capacity = capacity
        self.questions = cycle(QUESTIONS[worst] if capacity.asks else (0,))
        self.sending = SENT_WITHIN[worst]
        self.now = capacity.paused_for
        fine = capacity.minute is not None and capacity.minute <= FINE_WINDOW
        self.requests = deque(-age for age in sorted(capacity.ages, reverse=True)) if fine else None
        self.out: list[tuple[float, int]] = []
        self.heard: dict[int, float] = {}
        for end in running:
            heappush(self.out, (end, -1))

    def through(self, line: Sequence[float]) -> list[float]:
        """Return when each job of the line is heard to be done."""
        for number, seconds in enumerate(line):
            self._await_slot()
            self._await_day(number)
            self._request()
            self.now += self.sending
            heappush(self.out, (self.now + seconds, number))
        self._listen_to_all()
        return [self.heard[number] for number in range(len(line))]

    def _await_slot(self) -> None:
        while self.capacity.slots is not None and len(self.out) >= max(1, self.capacity.slots):
            self._listen()

    def _listen(self) -> None:
        """Ask when the next job is done (the slowest, where the minute is what is short), and hear."""
        end = max(self.out)[0] if self._minute_is_short() else self.out[0][0]
        self.now = max(self.now, end)
        for _ in range(next(self.questions)):
            self._request()
        while self.out and self.out[0][0] <= self.now:
            end, number = heappop(self.out)
            self.heard[number] = self.now if self.capacity.asks else end

    def _listen_to_all(self) -> None:
        while self.out:
            self._listen()

    def _minute_is_short(self) -> bool:
        if self.requests is None or self.capacity.minute is None or not self.capacity.asks:
            return False
        longest = max(self.out)[0] - self.now
        return self.capacity.minute * longest < self.capacity.window * (len(self.out) + 1)

    def _request(self) -> None:
        if self.capacity.minute is None:
            return
        if self.requests is None:
            self.now += self.capacity.window / self.capacity.minute
            return
        if len(self.requests) >= self.capacity.minute:
            self.now = max(self.now, self.requests.popleft() + self.capacity.window)
        self.requests.append(self.now)

    def _await_day(self, number: int) -> None:
        if self.capacity.day_left is not None and number == self.capacity.day_left:
            self._listen_to_all()
            self.now = max(self.now, self.capacity.day_ends_in)
