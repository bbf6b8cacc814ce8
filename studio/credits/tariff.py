"""What credits are worth in money, as the admins say it: shown beside credits (D25). Pure.

A price is kept in millionths of its currency, so that no sum is ever a float.
"""

from dataclasses import dataclass
from decimal import Decimal

MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The price of a credit; without one no money is shown."""

    price_micros: int | None
    currency: str

    def worth(self, amount: int | None) -> str:
        """Return what so many credits are worth, as “CHF 1,204.50”; "" where that is not known."""
        if amount is None or not self.price_micros:
            return ""
        cents = (abs(amount) * self.price_micros + 5_000) // 10_000
        sign = "−" if amount < 0 and cents else ""
        return f"{self.currency}\N{NO-BREAK SPACE}{sign}{cents // 100:,}.{cents % 100:02}"


def micros(price: Decimal) -> int:
    """Return a price in millionths."""
    return int(price * MICROS)


def decimal(price_micros: int) -> Decimal:
    """Return a price of millionths as a person writes it."""
    return (Decimal(price_micros).scaleb(-6)).normalize()
