"""What is rung and heard, and what a way of ringing must be able to do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

LONGEST_NOTE = 400  # characters; a note is a word about the bell, not a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """A topic, and a word about it."""

    topic: str
    note: str = ""

    def packed(self) -> bytes:
        """Return it as bytes."""
        return f"{self.topic} {self.note[:LONGEST_NOTE]}".encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """Return the bell of these bytes; what is no text is replaced."""
        topic, _, note = data.decode("utf-8", "replace").partition(" ")
        return cls(topic=topic, note=note)


class Ear(Protocol):
    """One listener's end."""

    def wait(self, seconds: float) -> list[Bell]:
        """Return what was rung, or nothing after so many seconds. Never raises."""

    def close(self) -> None:
        """Stop listening."""


class Transport(Protocol):
    """A way of ringing."""

    def ring(self, bells: Sequence[Bell]) -> None:
        """Ring; may raise where the way is blocked, and never waits for a listener."""

    def listen(self, topics: Sequence[str]) -> Ear:
        """Listen to topics."""
