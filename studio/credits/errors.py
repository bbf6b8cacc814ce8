"""What the ledger refuses. Each error's `sentence` is for the person who asked."""


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


class NoSuchHold(LedgerError):
    """A hold was to end that was never made: a mistake of the caller."""

    sentence = "There is no hold under this reference."


class OtherBooking(LedgerError):
    """The reference was booked before, for another member or amount."""

    sentence = "This was booked before with another amount. Nothing was changed; look at the entries."
