"""What the ledger refuses. Each error's `sentence` is for the person who asked."""

from collections.abc import Sequence
from uuid import UUID


class LedgerError(Exception):
    """Something that the ledger does not do; nothing was booked."""

    sentence = "The credits could not be booked. Nothing was changed."

    def __str__(self) -> str:
        return self.sentence


class NotEnoughCredits(LedgerError):
    """More was asked for than is available (D8). Amounts are credits."""

    def __init__(self, *, needed: int, available: int) -> None:
        self.needed = needed
        self.available = available
        super().__init__(needed, available)
        self.sentence = (
            f"This needs up to {self.needed:,} credits and you have {max(self.available, 0):,} available. "
            "Make fewer or smaller images, or ask a credit admin for more."
        )


class BudgetExceeded(NotEnoughCredits):
    """A budget has no room for what was asked; `said` tells what each has left, `ask` what may help (D8).

    `available` is what the tightest has left. `advice` is one thing that would work, from who knows
    what the credits are for: “make 2 instead of 3”.
    """

    def __init__(
        self,
        *,
        needed: int,
        available: int,
        said: Sequence[str],
        ask: str,
        advice: str,
        budgets: Sequence[UUID],
    ) -> None:
        super().__init__(needed=needed, available=available)
        self.said, self.ask, self.budgets = said, ask, budgets
        self.advise(advice)

    def advise(self, advice: str) -> None:
        """Say what would work instead; "" where nothing would."""
        told = f"{'; '.join(self.said)}. This needs up to {self.needed:,}. {self.ask}"
        self.sentence = f"{told}, or {advice}." if advice else f"{told}."


class ProjectArchived(NotEnoughCredits):
    """What was asked for is of a project that was archived: it spends nothing more (E8)."""

    def __init__(self, name: str, *, needed: int) -> None:
        super().__init__(needed=needed, available=0)
        self.sentence = f"“{name}” is archived: nothing more is spent in it. A credit admin can reopen it."


class TooHigh(LedgerError):
    """A member's own limit above the one that the team set for them (D22)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(limit)
        self.sentence = (
            f"Your team set {limit:,} credits for you in this time: your own limit can only be lower."
        )


class NoSuchHold(LedgerError):
    """A hold was to end that was never made: a mistake of the caller."""

    sentence = "There is no hold under this reference."


class OtherBooking(LedgerError):
    """The reference was booked before, for another member or amount."""

    sentence = "This was booked before with another amount. Nothing was changed; look at the entries."
