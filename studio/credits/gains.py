"""What was got for the credits, told by the rooms above: this one knows no experiment and no approval (D4).

Each room registers its answer when it starts. Touches nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that credits went to: its name, where it leads, credits."""

    title: str
    href: str
    spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A member's images of a time, and how many of them are approved now."""

    made: int
    approved: int

    def each(self, spent: int) -> float | None:
        """Return how many credits an approved image took; None where there is none yet (D19)."""
        return spent / self.approved if self.approved else None


type Parts = Callable[[UUID, datetime], Sequence[Part]]
type Gains = Callable[[UUID, datetime], Gain]

_parts: list[Parts] = []
_gains: list[Gains] = []


def experiments_told_by(teller: Parts) -> None:
    """Have the teller asked what a member's credits since a moment went to, the most first."""
    _parts[:] = [teller]


def approvals_told_by(teller: Gains) -> None:
    """Have the teller asked how many images a member made since a moment, and how many are approved."""
    _gains[:] = [teller]


def experiments(member: UUID, since: datetime) -> Sequence[Part]:
    """Return what a member's credits went to; nothing where no room knows."""
    return _parts[0](member, since) if _parts else ()


def approvals(member: UUID, since: datetime) -> Gain | None:
    """Return what came of a member's credits; None where no room knows."""
    return _gains[0](member, since) if _gains else None
