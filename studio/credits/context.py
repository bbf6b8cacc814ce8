"""The meter of the top bar: what a member has left, asked for only where a page draws it (D27)."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from studio.accounts.models import Member
from studio.credits.models import Account, Oversight
from studio.credits.tariff import Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A member's credits at a glance; `granted` is all that was put in, `percent` what is left of it."""

    balance: int
    held: int
    available: int
    granted: int
    spent: int
    percent: int
    notices: int = 0  # that wait to be read


def meter_of(member: Member) -> Meter:
    """Return the member's figures, in credits."""
    return as_meter(Account.of(member.pk))


def as_meter(account: Account) -> Meter:
    """Return an account's figures."""
    granted = account.balance + account.spent
    left = max(account.available, 0)
    return Meter(
        balance=account.balance,
        held=account.held,
        available=account.available,
        granted=granted,
        spent=account.spent,
        percent=min(100 * left // granted, 100) if granted > 0 else 0,
        notices=account.notices,
    )


def meter(request: HttpRequest) -> dict[str, object]:
    """Return the meter of who is signed in, None for nobody; it costs no query until it is drawn."""
    user = getattr(request, "user", None)
    if not isinstance(user, Member | SimpleLazyObject) or not user.is_authenticated:
        return {"meter": None}
    return {
        "meter": SimpleLazyObject(lambda: meter_of(request.user)),  # type: ignore[arg-type]
        "tariff": SimpleLazyObject(_tariff),
    }


def _tariff() -> Tariff:
    return tariff_of(Oversight.present())


def tariff_of(rules: Oversight) -> Tariff:
    """Return what a credit costs by these rules."""
    return Tariff(price_micros=rules.price_micros, currency=rules.currency)
