"""The room's rows: accounts and their entries, the prices learned from them, what was checked."""

from studio.credits.models.checking import Anchor, Checkup, Source
from studio.credits.models.learned import Charge, Price
from studio.credits.models.ledger import ENDS, SIGNS, SPENDS, Account, Entry, Kind

__all__ = [
    "ENDS",
    "SIGNS",
    "SPENDS",
    "Account",
    "Anchor",
    "Charge",
    "Checkup",
    "Entry",
    "Kind",
    "Price",
    "Source",
]
