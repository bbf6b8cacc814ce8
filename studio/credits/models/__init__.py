"""The room's rows: accounts and entries, budgets, prices learned, what was checked, asked for and told."""

from studio.credits.models.alerting import THRESHOLDS, About, Alert, Delivery, Notice, Oversight, Way
from studio.credits.models.asking import Ask, AskState, TopUp
from studio.credits.models.budget import Budget, Counter, Scope
from studio.credits.models.checking import Anchor, Checkup, Source
from studio.credits.models.learned import Charge, Price
from studio.credits.models.ledger import ENDS, SIGNS, SPENDS, Account, Entry, Kind
from studio.credits.models.rollups import Rollup

__all__ = [
    "ENDS",
    "SIGNS",
    "SPENDS",
    "THRESHOLDS",
    "About",
    "Account",
    "Alert",
    "Anchor",
    "Ask",
    "AskState",
    "Budget",
    "Charge",
    "Checkup",
    "Counter",
    "Delivery",
    "Entry",
    "Kind",
    "Notice",
    "Oversight",
    "Price",
    "Rollup",
    "Scope",
    "Source",
    "TopUp",
    "Way",
]
