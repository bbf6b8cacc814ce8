"""So many exports at once in a process, and one a member: an export holds a thread while it is sent."""

from collections.abc import Iterator
from threading import Lock
from uuid import UUID

MOST = 4


class Place:
    """A place that was given, until it is left; leaving it twice is harmless."""

    def __init__(self, gate: "Gate", member: UUID) -> None:
        self._gate, self._member = gate, member
        self._left = False

    def leave(self) -> None:
        """Give the place back."""
        if not self._left:
            self._left = True
            self._gate.let_go(self._member)

    def through(self, pieces: Iterator[bytes]) -> "Sending":
        """Return the pieces, which give the place back at their end, whatever ends them."""
        return Sending(self, pieces)


class Sending:
    """Pieces on their way: closed by whoever sends them, also where the reader went away before the first."""

    def __init__(self, place: Place, pieces: Iterator[bytes]) -> None:
        self._place, self._pieces = place, pieces

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        finally:
            self._place.leave()

    def close(self) -> None:
        """Give the place back: Django calls this when the answer is over."""
        self._place.leave()


class Gate:
    """Who has an export under way in this process."""

    def __init__(self, most: int) -> None:
        self._most, self._inside, self._lock = most, set[UUID](), Lock()

    def enter(self, member: UUID) -> Place | None:
        """Give a member a place, None where they have one or none is left."""
        with self._lock:
            if member in self._inside or len(self._inside) >= self._most:
                return None
            self._inside.add(member)
        return Place(self, member)

    def let_go(self, member: UUID) -> None:
        """Take a member's place back."""
        with self._lock:
            self._inside.discard(member)


gate = Gate(MOST)
