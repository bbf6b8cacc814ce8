"""What the pages of budgets read: each with its bar, and those that bound one member. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from studio.accounts.access import open_projects
from studio.accounts.models import Key, Member
from studio.credits.models import Budget, Scope
from studio.credits.rooms import Room, rooms

ORDER = list(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A budget as a page draws it."""

    room: Room

    @property
    def parts(self) -> list[tuple[str, float]]:
        """Return the parts of its bar, in per cent: what is spent, then what is held."""
        whole = max(self.room.limit, self.room.spent + self.room.held, 1)
        return [("f1", 100 * self.room.spent / whole), ("f2", 100 * self.room.held / whole)]

    @property
    def label(self) -> str:
        """Return what the bar says, in words."""
        return f"{self.room.spent:,} spent and {self.room.held:,} held of {self.room.limit:,}"

    @property
    def state(self) -> str:
        """Return "bad" where nothing is left, "warn" where it is a fifth or less, "" otherwise."""
        if self.room.left <= 0:
            return "bad"
        return "warn" if self.room.left * 5 <= self.room.limit else ""


def every() -> list[Row]:
    """Return all budgets, the widest first: team, projects, members, keys; three queries."""
    return _rows(list(Budget.objects.select_related("by")))


def of(member: Member, key: Key | None) -> list[Row]:
    """Return the budgets that may bound what a member spends, in whatever project."""
    mine = Q(scope=Scope.TEAM) | Q(scope=Scope.MEMBER, subject=member.pk)
    mine |= Q(scope=Scope.PROJECT, subject__in=open_projects(member).values("pk"))
    mine |= Q(scope=Scope.KEY, subject=key.pk if key else None)
    return _rows(list(Budget.objects.filter(mine)))


def one(budget: Budget) -> Row:
    """Return a budget's row."""
    return _rows([budget])[0]


def _rows(budgets: Sequence[Budget]) -> list[Row]:
    found = rooms(budgets, timezone.now())
    found.sort(
        key=lambda room: (ORDER.index(Scope(room.budget.scope)), room.title.casefold(), room.budget.period)
    )
    return [Row(room=room) for room in found]
