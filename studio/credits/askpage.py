"""What the page of requests shows: each beside the member's own use. A handful of queries, however many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import rooms
from studio.credits.askforms import AnswerForm
from studio.credits.models import Account, Ask, Budget
from studio.credits.models.rollups import Rollup, Unit

DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A request, how its member stands, and the form that answers it. Amounts are credits."""

    ask: Ask
    left: int
    held: int
    spent: int
    days: str  # the points of a line: a day each, of 30
    budget: str
    form: AnswerForm


def rows(asks: Sequence[Ask], *, mistaken: Mapping[UUID, AnswerForm]) -> list[Row]:
    """Return what waits, with the form that came back with a mistake where one did."""
    members = {ask.member_id for ask in asks}
    accounts = Account.objects.in_bulk(members)
    spent = spent_by_day(members, timezone.localdate())
    budgets = Budget.objects.filter(pk__in=[ask.budget_id for ask in asks if ask.budget_id])
    words = {room.budget.pk: room.words for room in rooms.rooms(list(budgets), timezone.now())}
    return [
        Row(
            ask=ask,
            left=accounts.get(ask.member_id, Account()).available,
            held=accounts.get(ask.member_id, Account()).held,
            spent=sum(spent.get(ask.member_id, [])),
            days=points(spent.get(ask.member_id, [0] * DAYS)),
            budget=words.get(ask.budget_id, "a budget that is gone") if ask.budget_id else "",
            form=mistaken.get(ask.pk) or _form(ask),
        )
        for ask in asks
    ]


def _form(ask: Ask) -> AnswerForm:
    return AnswerForm(initial={"amount": ask.amount}, auto_id=f"answer-{ask.pk}-%s")


def spent_by_day(member_ids: set[UUID], today: date) -> dict[UUID, list[int]]:
    """Return what each spent on each of the last thirty days, the oldest first; one query."""
    first = today - timedelta(days=DAYS - 1)
    days = Rollup.objects.filter(unit=Unit.DAY, start__gte=first, start__lte=today, member__in=member_ids)
    found: dict[UUID, list[int]] = {}
    for who, start, spent in (
        days.values("member", "start").annotate(n=Sum("spent")).values_list("member", "start", "n")
    ):
        found.setdefault(who, [0] * DAYS)[(start - first).days] = spent
    return found


def points(figures: Sequence[int]) -> str:
    """Return a small line of them in a box of 96 by 24. Pure."""
    most = max([*figures, 1])
    last = max(len(figures) - 1, 1)
    return " ".join(
        f"{96 * place // last},{22 - 20 * max(figure, 0) // most}" for place, figure in enumerate(figures)
    )


def bounding(member: Member, named: UUID | None = None) -> list[rooms.Room]:
    """Return the budgets of others' making that bound a member: what they may ask to have raised."""
    found = rooms.applying(member.pk, None, None)
    extra = Budget.objects.filter(pk=named, own=False) if named else Budget.objects.none()
    known = {room.budget.pk for room in found}
    more = [one for one in extra if one.pk not in known and _counts(one, member)]
    return [room for room in [*found, *rooms.rooms(more, timezone.now())] if not room.budget.own]


def _counts(budget: Budget, member: Member) -> bool:
    """Say whether a project's or a key's budget may bound a member: a stranger's is none of theirs."""
    if budget.subject is None:
        return False
    mine = member.projects.filter(pk=budget.subject).exists()
    return mine or member.keys.filter(pk=budget.subject).exists()
