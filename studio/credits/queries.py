"""What the credits pages read. Amounts are whole credits; the clock is an argument."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from studio.accounts.models import Member
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
