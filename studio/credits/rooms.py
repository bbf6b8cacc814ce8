"""How much room budgets leave, what each is called, and who can raise it (D6, D8). Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Key, Member, Project, Role
from studio.credits.errors import BudgetExceeded
from studio.credits.models import Budget, Counter, Entry, Scope
from studio.credits.windows import NOW_CALLED, window


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Whose spending something is: what decides which budgets count it, and in which window."""

    member_id: UUID
    project_id: UUID | None
    key_id: UUID | None
    at: datetime

    @classmethod
    def by(cls, entry: Entry) -> "Booked":
        """Return whose spending an entry of a hold is."""
        assert entry.opened_at is not None
        return cls(
            member_id=entry.account_id,
            project_id=entry.project_id,
            key_id=entry.key_id,
            at=entry.opened_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a budget leaves in its window up to `until`, and what it is called. Amounts are credits."""

    budget: Budget
    title: str
    limit: int
    spent: int
    held: int
    until: datetime | None

    @property
    def left(self) -> int:
        """Return what is still free; below zero where more was spent than the limit is now."""
        return self.limit - self.spent - self.held

    @property
    def over(self) -> int:
        """Return by how much more was spent and held than the limit is; 0 where it is not."""
        return max(-self.left, 0)

    @property
    def when(self) -> str:
        """Return which window it is, for the middle of a sentence: “this month”."""
        return NOW_CALLED[self.budget.period]

    @property
    def words(self) -> str:
        """Return what is left, in words: “Project Autumn: 40 of 500 left this month”."""
        return f"{self.title}: {max(self.left, 0):,} of {self.limit:,} left {self.when}"


def applying(member_id: UUID, project_id: UUID | None, key_id: UUID | None) -> list[Room]:
    """Return the room in each budget that counts what a member spends so, at this moment.

    One query where there are no budgets. Another process may take of it the moment after: what a hold
    finds alone decides.
    """
    booked = Booked(member_id=member_id, project_id=project_id, key_id=key_id, at=timezone.now())
    return rooms(counting_it(booked), booked.at)


def counting_it(booked: Booked) -> list[Budget]:
    """Return the budgets that count it, by their ids; one query."""
    return _APPLYING(member=booked.member_id, project=booked.project_id, key=booked.key_id)


def rooms(budgets: Sequence[Budget], now: datetime) -> list[Room]:
    """Return the room in each of these budgets' windows of this moment; a few queries, however many."""
    if not budgets:
        return []
    present = Q(pk__in=[])
    for period in {budget.period for budget in budgets}:
        present |= Q(budget__period=period, window=window(period, now).start)
    found = Counter.objects.filter(present, budget__in=[budget.pk for budget in budgets]).order_by()
    counters = {counter.budget_id: counter for counter in found}
    titles = titles_of(budgets)
    return [room(one, counters.get(one.pk, Counter()), titles[one.pk], now) for one in budgets]


def room(budget: Budget, counter: Counter, title: str, now: datetime) -> Room:
    return Room(
        budget=budget,
        title=title,
        limit=budget.limit,
        spent=counter.spent,
        held=counter.held,
        until=window(budget.period, now).until,
    )


def titles_of(budgets: Iterable[Budget]) -> dict[UUID, str]:
    """Return what each budget is called, as “Project Autumn” or “Ada’s budget”; a query at the most."""
    those = list(budgets)
    subjects = [budget.subject for budget in those if budget.subject]
    names = dict(_names(subjects)) if subjects else {}
    return {
        budget.pk: _title(budget, names.get(budget.subject, "") if budget.subject else "") for budget in those
    }


def _names(subjects: Sequence[UUID]) -> "QuerySet[Member, tuple[UUID, str]]":
    members = Member.objects.filter(pk__in=subjects).values_list("pk", "name").order_by()
    projects = Project.objects.filter(pk__in=subjects).values_list("pk", "name").order_by()
    owner = Coalesce("member__name", Value("The team"))
    keys = Key.objects.filter(pk__in=subjects).order_by()
    return members.union(
        projects, keys.values_list("pk", Concat(owner, Value("’s key …"), "last4")), all=True
    ).order_by()


def _title(budget: Budget, name: str) -> str:
    if budget.own:
        return f"{name}’s own limit"
    if budget.scope == Scope.TEAM:
        return "The team"
    if budget.scope == Scope.KEY:
        return name.removesuffix(" …")  # one that was never sealed has no last characters
    return f"Project {name}" if budget.scope == Scope.PROJECT else f"{name}’s budget"


def ask_for(budgets: Iterable[Budget]) -> str:
    """Return what a person may do who needs more than these budgets leave: whom they ask, or what they do."""
    if any(budget.own for budget in budgets):
        return "Raise your own limit under Credits"
    return f"Ask {whom_to_ask()} for more"


def whom_to_ask() -> str:
    """Return who raises budgets, by name: credit admins before owners, two at the most."""
    asked = Member.objects.filter(is_active=True, role__in=[Role.CREDIT_ADMIN, Role.OWNER])
    names = [member.name for member in asked.order_by("role", "name")[:2]]  # "credit_admin" < "owner"
    return " or ".join(names) or "a credit admin"


def exceeded(full: Sequence[tuple[Budget, Counter]], needed: int, at: datetime) -> BudgetExceeded:
    """Return the refusal that names each of these budgets, and who can raise it (D8)."""
    titles = titles_of(budget for budget, _ in full)
    found = [room(budget, counter, titles[budget.pk], at) for budget, counter in full]
    tightest = min(found, key=lambda one: one.left)
    return BudgetExceeded(
        needed=needed,
        available=tightest.left,
        said=[one.words for one in found],
        ask=ask_for(budget for budget, _ in full),
        advice="make fewer or smaller images" if tightest.left > 0 else "",
        budgets=[one.budget.pk for one in found],
    )


def _counting() -> Q:
    places: Sequence[tuple[Scope, str]] = [
        (Scope.MEMBER, "member"),
        (Scope.PROJECT, "project"),
        (Scope.KEY, "key"),
    ]
    found = Q(scope=Scope.TEAM)
    for scope, name in places:
        found |= Q(scope=scope, subject=prepared.uuid(name))
    return found


_APPLYING = prepared.Rows(lambda: Budget.objects.filter(_counting()).order_by("pk"))
