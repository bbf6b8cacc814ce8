"""What one web process knows of members' counts, and the questions it holds until one of them moves.

The bell “news” tells of a change at once; one read a process every two seconds, for all members who
have a page open, is the net under it. A count that no read has confirmed lately is not known: the
question goes on to the view. A held question takes a thread of the server, so seats are few.
"""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from studio import bells
from studio.generation.models import Pulse
from studio.generation.models.books import PASSING
from studio.generation.passes import Pass

log = logging.getLogger(__name__)

READ_EVERY = 2.0  # seconds
SURE_FOR = 5.0  # seconds after a read that a count is known
FORGET_AFTER = 120.0  # seconds without a question of a member's
HOLD_FOR = 25.0  # seconds; below what proxies wait
MOST_EACH = 8  # seats of one member
TOGETHER = 0.4  # seconds in which a passing change waits for the one that follows it
LOOK_EVERY = 2.0  # seconds between two looks of a held question at whether its count is still known

type Read = Callable[[Collection[UUID]], Mapping[UUID, int]]


def read_counts(members: Collection[UUID]) -> Mapping[UUID, int]:
    """Return the counts of some members. One query."""
    if len(members) == 1:
        [member] = members
        return {member: Pulse.of(member)}
    return dict(Pulse.objects.filter(pk__in=members).values_list("pk", "value"))


class Count:
    """A member's count: its value, when a read last confirmed it, when somebody last asked.

    A passing change is `next`, and becomes the value at `at` unless a lasting one comes before.
    """

    __slots__ = ("asked", "at", "next", "sure", "value")

    def __init__(self) -> None:
        self.value, self.sure, self.asked = 0, float("-inf"), float("-inf")
        self.next, self.at = 0, float("inf")

    def passes(self, value: int, now: float) -> None:
        """Note a passing change; the first one says when all of them are told."""
        if value > self.value:
            self.next, self.at = max(self.next, value), min(self.at, now + TOGETHER)

    def raised(self, value: int) -> bool:
        """Take a higher value; say whether it was one."""
        if value >= self.next:
            self.next, self.at = 0, float("inf")
        if value <= self.value:
            return False
        self.value = value
        return True

    def ripen(self, now: float) -> None:
        """Take the passing change whose time has come."""
        if now >= self.at:
            self.raised(self.next)


class Seat:
    """One held question. It waits on a plain lock, which is the lightest thing that can be woken."""

    __slots__ = ("_lock", "left", "ticket")

    def __init__(self, ticket: Pass) -> None:
        self.ticket = ticket
        self.left = False  # another question of the same page has taken its place
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until woken; say whether it was woken."""
        return self._lock.acquire(timeout=max(0.0, seconds))

    def wake(self) -> None:
        """Wake the one who waits."""
        try:
            self._lock.release()
        except RuntimeError:  # woken twice
            return


class Newsroom:
    """The counts and the seats of one process. `clock` is monotonic, `wall` Unix seconds."""

    def __init__(
        self,
        seats: int,
        *,
        read: Read = read_counts,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.seats = seats
        self._read, self._clock, self._wall = read, clock, wall
        self._lock = threading.Lock()
        self._counts: dict[UUID, Count] = {}
        self._held: dict[str, Seat] = {}
        self._stopping = False

    @property
    def full(self) -> bool:
        """Say whether every seat is taken."""
        return len(self._held) >= self.seats

    def ask(self, ticket: Pass) -> float | None:
        """Return None when the view must answer, else in how many seconds to ask again.

        Holds the question while there is nothing new and a seat is free.
        """
        if ticket.left(self._wall()) <= 0:
            return None
        known = self._learn(ticket)
        if known is None:
            return None
        with self._seat(ticket) as seat:
            if seat is None:
                return None if known > ticket.since else ticket.pace(self._wall())
            return self._hold(seat)

    def _learn(self, ticket: Pass) -> int | None:
        """Return the count of a pass's member, read where this process does not know it yet."""
        known = self.count(ticket.member)
        if known is None:
            self._look_safely([ticket.member])
        self._raise_to(ticket.member, ticket.since)  # told by another process before this one heard of it
        return self.count(ticket.member) if known is None else max(known, ticket.since)

    def _hold(self, seat: Seat) -> float | None:
        ticket = seat.ticket
        end = self._wall() + min(HOLD_FOR, ticket.left(self._wall()))
        while not (seat.left or self._stopping):
            known, now = self.count(ticket.member), self._wall()
            if known is None or (known > ticket.since and now >= ticket.news_at()):
                return None
            if now >= end:
                return 0
            until = end if known <= ticket.since else ticket.news_at()
            coming = self._coming(ticket.member)
            if not seat.wait(min(until - now, coming, LOOK_EVERY)) and coming > LOOK_EVERY:
                connections.close_all()  # a thread that waits for long keeps no connection meanwhile
        return ticket.pace(self._wall())

    @contextmanager
    def _seat(self, ticket: Pass) -> Iterator[Seat | None]:
        """Take a seat, in place of an older question of the same page; None when there is none."""
        with self._lock:
            older = self._held.pop(ticket.page, None)
            mine = sum(seat.ticket.member == ticket.member for seat in self._held.values())
            seat = None if self.full or mine >= MOST_EACH else Seat(ticket)
            if seat is not None:
                self._held[ticket.page] = seat
        if older is not None:
            older.left = True
            older.wake()
        try:
            yield seat
        finally:
            with self._lock:
                if seat is not None and self._held.get(ticket.page) is seat:
                    del self._held[ticket.page]

    def count(self, member: UUID) -> int | None:
        """Return a member's count, None when it is not known for sure."""
        now = self._clock()
        with self._lock:
            count = self._counts.setdefault(member, Count())
            count.asked = now
            count.ripen(now)
            return count.value if now - count.sure <= SURE_FOR else None

    def expect(self, member: UUID) -> None:
        """Hear from now on what is rung of a member, whose count is about to be read for a page."""
        with self._lock:
            self._counts.setdefault(member, Count()).asked = self._clock()

    def know(self, member: UUID, value: int) -> int:
        """Take a count that was read for a page, and return the highest that is known.

        So the page's first question waits for what comes after, instead of being told of what passes.
        """
        self.expect(member)
        self._raise_to(member, value, sure=self._clock())
        count = self.count(member)
        return value if count is None else count

    def _coming(self, member: UUID) -> float:
        """Return the seconds until a passing change is told; infinite where there is none."""
        with self._lock:
            count = self._counts.get(member)
            return max(0.0, count.at - self._clock()) if count else float("inf")

    def heard(self, note: str) -> None:
        """Take what a bell says: “MEMBER:COUNT”, “~” behind it. Anything else is left to the next read."""
        name, _, value = note.partition(":")
        try:
            member, number = UUID(name), int(value.removesuffix(PASSING))
        except ValueError:
            return
        self._raise_to(member, number, passing=value.endswith(PASSING))

    def _raise_to(
        self, member: UUID, value: int, sure: float | None = None, *, passing: bool = False
    ) -> None:
        with self._lock:
            count = self._counts.get(member)
            if count is None:
                return  # nobody asks
            count.sure = count.sure if sure is None else sure
            if passing:
                count.passes(value, self._clock())
            elif not count.raised(value):
                return
            woken = [seat for seat in self._held.values() if seat.ticket.member == member]
        for seat in woken:
            seat.wake()

    def look(self, members: Collection[UUID] | None = None) -> None:
        """Read the counts of these members, or of all who asked lately; the others are forgotten."""
        now = self._clock()
        if members is None:
            with self._lock:
                for member, count in list(self._counts.items()):
                    if now - count.asked > FORGET_AFTER:
                        del self._counts[member]
                members = list(self._counts)
        found = self._read(members) if members else {}
        for member in members:
            self._raise_to(member, found.get(member, 0), sure=now)

    def stop(self) -> None:
        """Answer every held question, and hold none any more."""
        self._stopping = True
        for seat in list(self._held.values()):
            seat.wake()

    def listen(self) -> None:
        """Hear bells and look every so often, until stopped."""
        with bells.listen(bells.NEWS) as listener:
            due = self._clock()
            while not self._stopping:
                for bell in listener.wait(due - self._clock()):
                    self.heard(bell.note)
                if self._clock() >= due:
                    due = self._clock() + READ_EVERY
                    close_old_connections()
                    self._look_safely()

    def _look_safely(self, members: Collection[UUID] | None = None) -> None:
        try:
            self.look(members)
        except DatabaseError:  # nothing is known for sure then, and the views say what is wrong
            log.warning("the counts of news could not be read", exc_info=True)


@cache
def room() -> Newsroom:
    """Return this process's own; it begins to listen when it is first asked for.

    Without seats (`settings.HELD_QUESTIONS` 0) it never knows anything, and every question is the view's.
    """
    opened = Newsroom(settings.HELD_QUESTIONS)
    if opened.seats:
        threading.Thread(target=opened.listen, name="news", daemon=True).start()
    return opened


def stop_when_told() -> None:
    """Have held questions answered as soon as the process is told to end; called by its main thread.

    The server's own handler runs besides: it waits for what is being answered.
    """
    if settings.HELD_QUESTIONS and threading.current_thread() is threading.main_thread():
        heard, told = socket.socketpair()
        told.setblocking(False)
        signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=_stop_when, args=(heard, told), name="end of news", daemon=True).start()


def _stop_when(heard: socket.socket, told: socket.socket) -> None:
    """Read the numbers of signals as they arrive; `told` is only kept from being closed."""
    while number := heard.recv(1):
        if number[0] in {signal.SIGTERM, signal.SIGINT}:
            room().stop()
            return
