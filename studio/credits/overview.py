"""The team's credits at a glance: members, projects and keys with what is left, spent, budgeted (D5, D20).

Reads. A fixed number of queries, however many members and entries there are; the clock is an argument.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from studio import prepared
from studio.accounts.models import Key, Member, Project
from studio.accounts.models.key import KeyState
from studio.accounts.models.project import GENERAL
from studio.credits import spending
from studio.credits.forecast import Forecast, forecast
from studio.credits.models import Account, Budget, Scope
from studio.credits.models.rollups import NONE
from studio.credits.rollups import day_of
from studio.credits.spending import Spending, Used
from studio.credits.windows import NOW_CALLED

NOTHING = Used()
UNSHOWN = ("sealed", "sealed_hook_secret", "sealed_former_hook_secret", "hook_secret_at", "fingerprint")
"""What of a key no page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A budget and what of it is not free any more in its window, in credits."""

    limit: int
    taken: int
    period: str

    @property
    def left(self) -> int:
        """Return what is still free; below zero where more was spent than the limit is now."""
        return self.limit - self.taken

    @property
    def when(self) -> str:
        """Return which window it is: “this month”."""
        return NOW_CALLED[self.period]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody or something stands. A project and a key have no credits of their own, only budgets."""

    name: str
    used: Used
    bound: Bound | None
    member: Member | None = None
    account: Account | None = None
    key: Key | None = None
    project: UUID | None = None

    @property
    def left(self) -> int | None:
        """Return what can still be spent: the credits, or the rest of the budget, whichever is less."""
        both = (self.account.available if self.account else None, self.bound.left if self.bound else None)
        return min((one for one in both if one is not None), default=None)

    @property
    def days(self) -> int | None:
        """Return for how many days it lasts at the pace of the last fortnight; None: nothing is spent."""
        left = self.left
        return None if left is None or not self.used.burn else floor(max(left, 0) / self.used.burn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything the team's page draws of the ledger."""

    members: tuple[Standing, ...]
    projects: tuple[Standing, ...]
    keys: tuple[Standing, ...]
    figures: Mapping[str, int]
    accounts: Mapping[UUID, Account]
    spending: Spending
    forecast: Forecast


ORDERS: dict[str, Callable[[Standing], object]] = {
    "spent": lambda one: (-one.used.month, one.name.casefold()),
    "name": lambda one: one.name.casefold(),
    "left": lambda one: (one.left if one.left is not None else 0, one.name.casefold()),
    "held": lambda one: (-(one.account.held if one.account else 0), one.name.casefold()),
    "burn": lambda one: (-one.used.burn, one.name.casefold()),
    "days": lambda one: (one.days is None, one.days or 0, one.name.casefold()),
}


def overview(now: datetime, *, order: str = "spent", text: str = "") -> Overview:
    """Return how all stand, in an order and narrowed to names with a text in them; five queries, seldom six.

    Raises KeyError for an unknown order.
    """
    people = _PEOPLE()  # all: who left may have credits still
    accounts = {one.pk: one.account for one in people if hasattr(one, "account")}
    keys = _keys_of({one.pk: one for one in people})
    (used, month), bounds = spending.of_everybody(now), _bounds(now)
    members = _members(people, keys, used.members, bounds)
    figures = {
        name: sum(getattr(one, name) for one in accounts.values()) for name in ("balance", "held", "spent")
    }
    wanted = text.casefold().strip()
    chosen = [one for one in members if wanted in one.name.casefold()]
    return Overview(
        members=_sorted(chosen, order),
        projects=_sorted(_projects(used.projects, bounds), "spent"),
        keys=_sorted(_keys(keys, used.keys, bounds), "spent"),
        figures=figures,
        accounts=accounts,
        spending=month,
        forecast=team_forecast(figures, month, now),
    )


def team_forecast(figures: Mapping[str, int], month: Spending, now: datetime) -> Forecast:
    """Return how long everybody's credits last together."""
    recent = [one.spent for one in month.days[-spending.FORTNIGHT :]]
    return forecast(figures["balance"] - figures["held"], recent, day_of(now))


def _keys_of(people: Mapping[UUID, Member]) -> list[Key]:
    """Return all keys with their members, who are known already."""
    keys = _KEYS()
    for key in keys:
        key.member = people[key.member_id] if key.member_id else None
    return keys


def _members(
    people: Iterable[Member],
    keys: Iterable[Key],
    used: Mapping[UUID, Used],
    bounds: Mapping[UUID, Bound],
) -> list[Standing]:
    own = {key.member_id: key for key in keys if key.member_id and key.state != KeyState.DISABLED}
    return [
        Standing(
            name=member.name,
            member=member,
            account=getattr(member, "account", None) or Account(member=member),
            used=used.get(member.pk, NOTHING),
            bound=bounds.get(member.pk),
            key=own.get(member.pk),
        )
        for member in people
        if member.is_active
    ]


def _projects(used: Mapping[UUID, Used], bounds: Mapping[UUID, Bound]) -> list[Standing]:
    names = dict(Project.objects.values_list("pk", "name"))
    shown = [pk for pk in names if pk in used or pk in bounds]
    found = [
        Standing(name=names[pk], project=pk, used=used.get(pk, NOTHING), bound=bounds.get(pk)) for pk in shown
    ]
    general = used.get(NONE)
    return [*found, Standing(name=GENERAL, used=general, bound=None)] if general else found


def _keys(keys: Iterable[Key], used: Mapping[UUID, Used], bounds: Mapping[UUID, Bound]) -> list[Standing]:
    return [
        Standing(
            name=key.owner,
            key=key,
            used=used.get(key.pk, NOTHING),
            bound=bounds.get(key.pk),
        )
        for key in keys
        if key.state != KeyState.DISABLED or key.pk in used
    ]


def _bounds(now: datetime) -> dict[UUID, Bound]:
    """Return the tightest budget of each member, project and key: that with the least left."""
    this = Q(counters__window__lte=now) & (Q(counters__until=None) | Q(counters__until__gt=now))
    rows = (
        Budget.objects.filter(own=False)
        .exclude(scope=Scope.TEAM)
        .annotate(this=FilteredRelation("counters", condition=this))
        .order_by()
    )
    found: dict[UUID, Bound] = {}
    for subject, limit, period, held, spent in rows.values_list(
        "subject", "limit", "period", F("this__held"), F("this__spent")
    ):
        one = Bound(limit=limit, taken=(held or 0) + (spent or 0), period=period)
        if subject not in found or one.left < found[subject].left:
            found[subject] = one
    return found


_PEOPLE = prepared.Rows(
    lambda: Member.objects.select_related("account").defer("password", "last_login", "joined_at")
)
_KEYS = prepared.Rows(lambda: Key.objects.defer(*UNSHOWN))


def _sorted(those: Iterable[Standing], order: str) -> tuple[Standing, ...]:
    return tuple(sorted(those, key=ORDERS[order]))  # type: ignore[arg-type]
