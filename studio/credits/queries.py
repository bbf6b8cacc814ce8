"""What the credits pages read. Amounts are whole credits; the clock is an argument."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from studio.accounts.models import Member
from studio.credits.models import ENDS, SPENDS, Account, Entry, Kind
from studio.credits.models.rollups import Rollup, Unit
from studio.credits.rollups import day_of, midnight
from studio.credits.subjects import Subject, subjects_of

PAGE = 40
POSTS = [kind for kind in Kind if kind not in {Kind.HOLD, Kind.RELEASE}]  # the others only put aside

SHOWS: dict[str, Q] = {
    "all": Q(),
    "spent": Q(kind__in=SPENDS),
    "held": Q(kind=Kind.HOLD),
    "added": Q(kind__in=[Kind.GRANT, Kind.ADJUST]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the ledger as a page shows it; `left` is the balance after it, in a list of all."""

    entry: Entry
    subject: Subject | None
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, newest first, where the next ones begin, and the account as it was with them, if any."""

    lines: tuple[Line, ...]
    before: int | None
    account: Account | None = None


def page(member: Member, *, show: str = "all", before: int | None = None) -> Page:
    """Return a page of the member's lines; a hold that has ended is told by its ending alone.

    The account comes with the lines, in one statement, so that the newest balance needs no sum.
    """
    entries = _shown(member, show)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("actor", "account")[: PAGE + 1])
    shown = found[:PAGE]
    subjects = subjects_of({entry.reference for entry in shown})
    if show != "all" or not shown:
        lines = _bare(shown, subjects)
    else:
        newest = shown[0].account.balance if before is None else _balance_after(member, shown[0])
        lines = _lines(shown, newest, subjects)
    return Page(
        lines=tuple(lines),
        before=shown[-1].pk if len(found) > PAGE else None,
        account=shown[0].account if shown else None,
    )


def _shown(member: Member, show: str) -> QuerySet[Entry]:
    ended = Entry.objects.filter(reference=OuterRef("reference"), kind__in=ENDS)
    lines = Entry.objects.filter(SHOWS[show], account=member.pk)
    return lines.filter(~Q(kind=Kind.HOLD) | ~Exists(ended)).order_by("-pk")


def _bare(entries: list[Entry], subjects: dict[UUID, Subject]) -> list[Line]:
    return [Line(entry=entry, subject=subjects.get(entry.reference)) for entry in entries]


def _lines(entries: list[Entry], newest: int, subjects: dict[UUID, Subject]) -> list[Line]:
    """Walk down from the balance after the first line.

    Lines that the list leaves out (a hold that has ended) posted nothing, so the page's own lines
    are all that is between its first and its last.
    """
    lines, left = [], newest
    for entry in entries:
        lines.append(Line(entry=entry, subject=subjects.get(entry.reference), left=left))
        left -= entry.posted
    return lines


def _balance_after(member: Member, entry: Entry) -> int:
    """Return the balance less all that is newer than the entry: one query, as cheap at any depth.

    Whole months and days are taken from the sums, and entries only from the days around the entry's own:
    one that was begun before midnight may have been booked after it.
    """
    soon = day_of(entry.created_at) + timedelta(days=2)
    month = (soon.replace(day=1) + timedelta(days=31)).replace(day=1)
    months = Q(unit=Unit.MONTH, start__gte=month) | Q(unit=Unit.DAY, start__gte=soon, start__lt=month)
    summed = Rollup.objects.filter(months, member=OuterRef("pk")).order_by()
    around = Entry.objects.annotate(number=F("pk") + 0).filter(  # the days decide, not the number's index
        account=OuterRef("pk"),
        kind__in=POSTS,
        created_at__gte=midnight(soon - timedelta(days=3)),
        created_at__lt=midnight(soon),
        number__gt=entry.pk,
    )
    left = F("balance") - _total(summed.values("member")) - _total(around.order_by().values("account"))
    return int(Account.objects.annotate(left=left).values_list("left", flat=True).get(pk=member.pk))


def _total(rows: "QuerySet[Any, Any]") -> Coalesce:
    return Coalesce(Subquery(rows.annotate(total=Sum("posted")).values("total")), 0)
