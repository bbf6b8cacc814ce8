"""What a member does with a sheet: keep it, mend it, start it, stop it, go on with it (A28).

Touches Batch, and through the verbs of runs and batches everything that a run touches.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from studio.accounts.models import Member
from studio.generation import batches, batchplan, runs
from studio.generation.batches import Deed, Tally
from studio.generation.batchfile import MOST_CELL, Sheet, read
from studio.generation.fitting import Short
from studio.generation.models import Batch, Job, Run
from studio.generation.runs import CannotStart
from studio.generation.states import BEFORE_SENDING, State
from studio.templatetags import look

KEPT = 20  # sheets of a member that were not started; the oldest goes first
MOST_NAME = 100
STOPPED = frozenset({State.CANCELLED, State.FAILED, State.HELD})


class NotReady(CannotStart):
    """The sheet has faults, no rows or too many images."""


def keep(member: Member, name: str, data: bytes, defaults: Mapping[str, str]) -> Batch:
    """Read a file and keep its rows. Raises NotASheet; nothing is kept then."""
    sheet = read(data)
    _make_room(member)
    return Batch.objects.create(
        member=member,
        name=named(name),
        read_as=_told(sheet),
        columns=list(sheet.columns),
        rows=[[row.number, *row.cells] for row in sheet.rows],
        defaults=dict(defaults),
    )


def named(name: str) -> str:
    """Return a file's name as it is shown and kept: without a path, without what no text has."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable())
    return " ".join(plain.split())[:MOST_NAME] or "sheet.csv"


def _told(sheet: Sheet) -> str:
    left = ", ".join(f"“{name}”" for name in sheet.unknown[:4])
    more = f" and {len(sheet.unknown) - 4} more" if len(sheet.unknown) > 4 else ""
    return (f"{sheet.read_as}. Not used: {left}{more}" if left else sheet.read_as)[:200]


def _make_room(member: Member) -> None:
    """Let no member keep sheets without end; what was started stays."""
    unsent = Batch.objects.filter(member=member, run=None).order_by("-updated_at")
    Batch.objects.filter(pk__in=list(unsent.values_list("pk", flat=True)[KEPT - 1 :])).delete()


@transaction.atomic
def mend(batch: Batch, cells: Mapping[tuple[int, str], str], defaults: Mapping[str, str]) -> Batch:
    """Write texts into cells, each by its row's number and its column; what is not there is passed over."""
    kept = _unsent(batch)
    places = {number: place for place, (number, *_) in enumerate(kept.rows)}
    columns = _columns_with(kept, (column for _, column in cells))
    for (number, column), text in cells.items():
        if number in places and column in columns:
            kept.rows[places[number]][1 + columns.index(column)] = _plain(text)
    kept.defaults = dict(defaults)
    kept.save()
    return kept


def _columns_with(batch: Batch, wanted: Iterable[str]) -> list[str]:
    """Return the batch's columns; one that a mend needs and the sheet had not is added to every row."""
    for column in ("width", "height"):
        if column in set(wanted) - set(batch.columns):
            batch.columns.append(column)
            for row in batch.rows:
                row.append("")
    return list(batch.columns)


def _plain(text: str) -> str:
    return text[:MOST_CELL].replace("\0", "").encode("utf-8", "ignore").decode().strip()


@transaction.atomic
def leave_out(batch: Batch, numbers: Iterable[int]) -> int:
    """Take rows out by their numbers; return how many went. One row stays at least."""
    kept, gone = _unsent(batch), set(numbers)
    left = [row for row in kept.rows if row[0] not in gone]
    if not left:
        return 0
    went = len(kept.rows) - len(left)
    kept.rows = left
    kept.save()
    return went


def faulty(batch: Batch) -> list[int]:
    """Return the numbers of the rows that cannot be made as they are."""
    return sorted({fault.number for fault in batchplan.check(batch).faults})


def again(batch: Batch) -> Batch:
    """Return a new batch with the rows of one, to start it once more or to change it."""
    _make_room(batch.member)
    return Batch.objects.create(
        member=batch.member,
        name=batch.name,
        read_as=batch.read_as,
        columns=batch.columns,
        rows=batch.rows,
        defaults=batch.defaults,
    )


@transaction.atomic
def start(batch: Batch, *, short: Short = Short.REFUSE) -> Run:
    """Start what the batch asks for, once: said twice it returns the same run.

    Raises NotReady, CannotStart and NotEnoughCredits; nothing is held or queued then.
    """
    kept = Batch.objects.select_for_update(of=("self",)).select_related("run").get(pk=batch.pk)
    if kept.run is not None:
        return kept.run
    checked = batchplan.check(kept)
    if checked.plan is None:
        raise NotReady(refusal(checked))
    kept.run = runs.begin(kept.member, checked.plan, token=token_of(kept.pk), short=short)
    kept.save(update_fields=["run", "updated_at"])
    return kept.run


def refusal(checked: batchplan.Checked) -> str:
    """Return why a sheet cannot be started as it is, "" where it can."""
    if checked.faults:
        count = len(checked.faults)
        return f"{count:,} cell{'s' if count != 1 else ''} cannot be read yet. Mend them first."
    if checked.too_many:
        images, too_many = look.number(checked.images), look.number(checked.too_many)
        return (
            f"{images} images are {too_many} more than a batch may have. "
            "Lower the repeats, take out alternatives, or split the sheet."
        )
    return "" if checked.plan else "There are no rows to make."


def token_of(pk: UUID) -> str:
    """Return the token of a batch's run: whatever is pressed how often, there is one."""
    return pk.hex


def stop(batch: Batch) -> Tally:
    """Cancel what of a batch that was started is not sent yet."""
    return batches.act(Deed.CANCEL, _jobs(batch, BEFORE_SENDING))


def resume(batch: Batch) -> Tally:
    """Put back into the line what of a batch that was started was stopped, held or failed."""
    return batches.act(Deed.RETRY, _jobs(batch, STOPPED))


def _jobs(batch: Batch, states: Iterable[State]) -> QuerySet[Job]:
    jobs = Job.objects.filter(run=batch.run_id, state__in=states).select_related("run", "key", "member")
    return jobs.order_by("position")


def _unsent(batch: Batch) -> Batch:
    kept = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if kept.run_id is not None:
        raise NotReady("This batch was started. Use it again to change it.")
    return kept
