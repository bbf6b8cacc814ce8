"""What the credits pages read. Amounts are whole credits; the clock is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.accounts.models.key import IN_USE
from studio.credits.models import ENDS, SPENDS, Account, Entry, Kind
from studio.credits.subjects import Subject, subjects_of

PAGE = 40

SHOWS: dict[str, Q] = {
    "all": Q(),
    "spent": Q(kind__in=SPENDS),
    "held": Q(kind=Kind.HOLD),
    "added": Q(kind__in=[Kind.GRANT, Kind.ADJUST]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was spent since midnight in the team's time zone, in the last 7 and the last 30 days."""

    today: int
    week: int
    month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the ledger as a page shows it; `left` is the balance after it, in a list of all."""

    entry: Entry
    subject: Subject | None
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, newest first, and where the next ones begin."""

    lines: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a member stands: their account (an empty one where they have none), what they spent, their key."""

    member: Member
    account: Account
    spent: int
    key: Key | None


def midnight(now: datetime) -> datetime:
    """Return the beginning of the day in the team's time zone."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def spent(member: Member, now: datetime) -> Spent:
    """Return what the member spent; one query."""
    today = midnight(now)
    since = {"today": today, "week": today - timedelta(days=6), "month": today - timedelta(days=29)}
    settled = Entry.objects.filter(account=member.pk, kind__in=SPENDS, created_at__gte=since["month"])
    sums = settled.aggregate(
        **{name: Coalesce(Sum("posted", filter=Q(created_at__gte=day)), 0) for name, day in since.items()}
    )
    return Spent(**{name: -total for name, total in sums.items()})


def page(member: Member, *, show: str = "all", before: int | None = None) -> Page:
    """Return a page of the member's lines; a hold that has ended is told by its ending alone."""
    entries = _shown(member, show)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("actor")[: PAGE + 1])
    shown = found[:PAGE]
    subjects = subjects_of({entry.reference for entry in shown})
    lines = tuple(_lines(member, shown, subjects) if show == "all" else _bare(shown, subjects))
    return Page(lines=lines, before=shown[-1].pk if len(found) > PAGE else None)


def team(now: datetime) -> list[Standing]:
    """Return how each member stands, who spent most in the last 30 days first; two queries."""
    since = midnight(now) - timedelta(days=29)
    recent = Q(account__entries__kind__in=SPENDS, account__entries__created_at__gte=since)
    own_keys = Prefetch("keys", Key.objects.filter(IN_USE), to_attr="keys_in_use")
    members = Member.objects.filter(is_active=True).select_related("account").prefetch_related(own_keys)
    total = Sum("account__entries__posted", filter=recent, output_field=IntegerField())
    found = members.annotate(spent30=-Coalesce(total, 0)).order_by("-spent30", "name")
    return [_standing(member, member.spent30) for member in found]


def team_figures() -> dict[str, int]:
    """Return the sums of all accounts: balance, held, spent."""
    sums = {name: Coalesce(Sum(name), 0) for name in ("balance", "held", "spent")}
    return Account.objects.aggregate(**sums)


def _standing(member: Member, spent: int) -> Standing:
    own: list[Key] = getattr(member, "keys_in_use", [])
    account = getattr(member, "account", None) or Account(member=member)
    return Standing(member=member, account=account, spent=spent, key=own[0] if own else None)


def _shown(member: Member, show: str) -> QuerySet[Entry]:
    ended = Entry.objects.filter(reference=OuterRef("reference"), kind__in=ENDS)
    lines = Entry.objects.filter(SHOWS[show], account=member.pk)
    return lines.filter(~Q(kind=Kind.HOLD) | ~Exists(ended)).order_by("-pk")


def _bare(entries: list[Entry], subjects: dict[UUID, Subject]) -> list[Line]:
    return [Line(entry=entry, subject=subjects.get(entry.reference)) for entry in entries]


def _lines(member: Member, entries: list[Entry], subjects: dict[UUID, Subject]) -> list[Line]:
    after = _balances_after(member, entries) if entries else {}
    return [Line(entry=e, subject=subjects.get(e.reference), left=after[e.pk]) for e in entries]


def _balances_after(member: Member, entries: list[Entry]) -> dict[int, int]:
    """Begin with the balance less all that is newer than the page, and walk down it.

    Lines that the list leaves out (a hold that has ended) posted nothing, so the page's own lines
    are all that is between its first and its last. The sum is one query, at any depth.
    """
    newer = Entry.objects.filter(account=OuterRef("pk"), pk__gt=entries[0].pk).order_by()
    posted = newer.values("account").annotate(total=Sum("posted")).values("total")
    account = Account.objects.annotate(left=F("balance") - Coalesce(Subquery(posted), 0)).get(pk=member.pk)
    left, after = account.left, dict[int, int]()
    for entry in entries:
        after[entry.pk] = left
        left -= entry.posted
    return after
