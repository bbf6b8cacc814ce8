"""Moves the counters of budgets, together with the entries that they are the sums of (D6, LED-07).

Everybody locks in one order: the account, then the counters by their budget's id; so no two bookings can
wait for each other. A window's counter is made at its first use, with what the ledger says of the
window, before any that stands is locked. A hold passes only where every budget has room; what ends
one is booked though it exceeds. Called inside a transaction, after the account was locked. Touches counters.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio import prepared
from studio.credits import alerts
from studio.credits.models import Account, Budget, Counter, Entry, Scope
from studio.credits.rooms import Booked, counting_it
from studio.credits.windows import Window, window


def hold(booked: Booked, amount: int) -> list[tuple[Budget, Counter]]:
    """Hold so many credits in all budgets that count it; return those without room for them.

    Where any is returned the caller rolls back: others may have been moved.
    """
    full = []
    for budget, counter in standing(booked):
        if _HELD(counter=counter.pk, amount=amount, most=budget.limit - amount):
            _tell(budget, counter, held=amount, spent=0)
        else:
            full.append((budget, counter))
    return full


def follow(entry: Entry) -> None:
    """Move the counters by an entry that ends a hold or comes after one, in the window of its hold.

    A window whose counter was never made is not counted: it was over before the budget was.
    """
    if entry.opened_at is None:
        return
    booked = Booked.by(entry)
    late_alone = entry.opened_at == entry.created_at  # its hold was never made: this opens the window
    for budget, counter in standing(booked, make=late_alone):
        _MOVED(counter=counter.pk, held=entry.held, spent=-entry.posted)
        _tell(budget, counter, held=entry.held, spent=-entry.posted)


def standing(booked: Booked, *, make: bool = True) -> list[tuple[Budget, Counter]]:
    """Return the budgets that count it with their counters, locked until the commit, by the budgets' ids.

    One that was never used in the window gets its counter, unless none are to be made.
    """
    budgets = counting_it(booked)
    if not budgets:
        return []
    windows = {budget.pk: window(budget.period, booked.at) for budget in budgets}
    if make:
        made = set(_of(windows).values_list("budget_id", flat=True))
        begin((budget, windows[budget.pk]) for budget in budgets if budget.pk not in made)
    locked = _of(windows).select_for_update().order_by("budget_id")
    counters = {counter.budget_id: counter for counter in locked}
    return [(budget, counters[budget.pk]) for budget in budgets if budget.pk in counters]


def begin(those: Iterable[tuple[Budget, Window]]) -> None:
    """Make the counters of windows, with what the ledger says of them; one made meanwhile stands."""
    made = []
    for budget, during in those:
        held, spent = counted(budget, during)
        made.append(Counter(budget=budget, window=during.start, until=during.until, held=held, spent=spent))
    if made:
        Counter.objects.bulk_create(made, ignore_conflicts=True)


def counted(budget: Budget, during: Window) -> tuple[int, int]:
    """Return what the ledger says is held and spent of a budget in a window."""
    sums = (
        _within(during)
        .filter(of(budget))
        .aggregate(held=Coalesce(Sum("held"), 0), posted=Coalesce(Sum("posted"), 0))
    )
    return sums["held"], -sums["posted"]


def wrong() -> Iterator[tuple[Counter, int, int]]:
    """Yield the counters that are not what the ledger says, with what it says is held and spent.

    One walk over the entries of each window, however many budgets count it.
    """
    every = Counter.objects.select_related("budget").order_by("window", "until")
    for (start, until), those in groupby(every, key=lambda one: (one.window, one.until)):
        sums = list(_sums(Window(start=start, until=until)))
        for counter in those:
            mine = [(held, posted) for who, held, posted in sums if _counts(counter.budget, who)]
            held, spent = sum(held for held, _ in mine), -sum(posted for _, posted in mine)
            if (counter.held, counter.spent) != (held, spent):
                yield counter, held, spent


@transaction.atomic
def rebuild() -> int:
    """Make the counters of the present windows anew; return how many. For a changed time zone."""
    stop_bookings()
    Counter.objects.all().delete()
    now = timezone.now()
    begin((budget, window(budget.period, now)) for budget in Budget.objects.all())
    return Counter.objects.count()


def _sums(during: Window) -> Iterator[tuple[Booked, int, int]]:
    rows = _within(during).values_list("account", "project_id", "key_id")
    for member, project, key, held, posted in rows.annotate(a=Sum("held"), b=Sum("posted")):
        booked = Booked(member_id=member, project_id=project, key_id=key, at=during.start)
        yield booked, held, posted


def _counts(budget: Budget, booked: Booked) -> bool:
    subjects = {Scope.MEMBER: booked.member_id, Scope.PROJECT: booked.project_id, Scope.KEY: booked.key_id}
    return budget.subject == subjects.get(Scope(budget.scope))


def _within(during: Window) -> QuerySet[Entry]:
    entries = Entry.objects.filter(opened_at__gte=during.start).order_by()
    return entries if during.until is None else entries.filter(opened_at__lt=during.until)


def of(budget: Budget) -> Q:
    """Return which entries a budget counts."""
    column = {Scope.MEMBER: "account", Scope.PROJECT: "project_id", Scope.KEY: "key_id"}.get(
        Scope(budget.scope)
    )
    return Q(**{column: budget.subject}) if column else Q()


def stop_bookings() -> None:
    """Let no credits be held or spent until the commit: budgets are made and changed by themselves.

    Every booking locks an account first. SQLite lets one write at a time anyhow.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Account._meta.db_table} IN EXCLUSIVE MODE")


def _of(windows: dict[UUID, Window]) -> QuerySet[Counter]:
    those = Q(pk__in=[])
    for budget_id, during in windows.items():
        those |= Q(budget_id=budget_id, window=during.start)
    return Counter.objects.filter(those).order_by()


def _tell(budget: Budget, counter: Counter, *, held: int, spent: int) -> None:
    before = counter.used
    after = before + held + spent
    if after != before:
        alerts.crossed(budget.pk, counter.window, before, after, budget.limit)


_MINE = prepared.number("counter")
_HELD = prepared.Change(
    lambda: Counter.objects.filter(pk=_MINE, held__lte=prepared.number("most") - F("spent")),
    held=F("held") + prepared.number("amount"),
)
_MOVED = prepared.Change(
    lambda: Counter.objects.filter(pk=_MINE),
    held=F("held") + prepared.number("held"),
    spent=F("spent") + prepared.number("spent"),
)
