"""The pages of batches put together: a sheet before it is started, and its run while it is made (A28)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import FETCH_RAISE, Count, Q, Sum
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation import batchplan, batchrun
from studio.generation.batchfile import MOST_ROWS
from studio.generation.batchform import BatchForm
from studio.generation.batchrows import Fault
from studio.generation.cells import PlannedCell
from studio.generation.estimate import planned
from studio.generation.models import Batch, Job
from studio.generation.queries import SHEET_TILES, awaits_price, surroundings
from studio.generation.sizes import said
from studio.generation.states import LIVE, State
from studio.generation.tiles import tile_of_job

LISTED = 20
FAULTS_SHOWN = 60  # each is a field of the form
PREVIEWED = 12
TEXTAREAS = frozenset({"prompt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """A cell to mend as the page draws it."""

    fault: Fault
    name: str
    id: str
    large: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An image as it will be asked for."""

    label: str
    prompt: str
    size: str
    quality: str


def listed(member: Member) -> dict[str, Any]:
    """Return what templates/generation/batches.html reads: the member's sheets, the last used first."""
    batches = Batch.objects.filter(member=member).defer("rows").select_related("run")
    found = batches.annotate(
        images=Count("run__jobs"), done=Count("run__jobs", filter=Q(run__jobs__state=State.DONE))
    )
    return {"batches": list(found.order_by("-updated_at")[:LISTED]), "most_rows": MOST_ROWS}


def page(batch: Batch, *, refusal: str = "") -> dict[str, Any]:
    """Return what templates/generation/batch.html reads of a sheet that was not started."""
    checked = batchplan.check(batch)
    estimate = planned(batch.member, checked.plan)
    numbers = sorted({fault.number for fault in checked.faults})
    return {
        "batch": batch,
        "form": BatchForm(initial=batch.defaults, member=batch.member),
        "rows": len(batch.rows),
        "mends": [_mend(fault) for fault in checked.faults[:FAULTS_SHOWN]],
        "faults": len(checked.faults),
        "faulty_rows": numbers,
        "more": _more(checked.faults[FAULTS_SHOWN:]),
        "checked": checked,
        "estimate": estimate,
        "cost": estimate.cost | {"formula": ""} if estimate.plan else None,
        "preview": [_preview(cell) for cell in (checked.plan.cells[:PREVIEWED] if checked.plan else ())],
        "unread": checked.images - PREVIEWED,
        "in_the_way": batchrun.refusal(checked) or estimate.blocked,
        "refusal": refusal,
    }


def _mend(fault: Fault) -> Mend:
    name = f"cell-{fault.number}-{fault.column}"
    return Mend(fault=fault, name=name, id=f"id_{name}", large=fault.column in TEXTAREAS)


def _more(faults: Sequence[Fault]) -> str:
    """Return where the faults are that are not drawn: “12 in quality, 3 in prompt”."""
    columns = Counter(fault.column for fault in faults)
    return ", ".join(f"{count:,} in {column}" for column, count in columns.items())


def _preview(cell: PlannedCell) -> Preview:
    return Preview(
        label=cell.picks[0], prompt=cell.prompt, size=said(cell.width, cell.height), quality=cell.quality
    )


def refused(batch: Batch, posted: dict[str, Any], *, short: bool) -> str:
    """Return why a press of Start is refused before anything is tried, "" where it is not."""
    estimate = planned(batch.member, batchplan.check(batch).plan)
    if estimate.plan is None or (estimate.blocked and not (short and estimate.offers)):
        return estimate.blocked
    typed = str(posted.get("confirm", "")).strip().replace(",", "")
    if estimate.asks and typed != str(estimate.images):
        return f"This makes {estimate.images:,} images. Type {estimate.images} to go on."
    return ""


def progress(batch: Batch) -> dict[str, Any]:
    """Return what templates/generation/batch.html reads of a batch that was started. Three queries.

    It is asked for again while something moves, or a price is still to come.
    """
    assert batch.run is not None
    jobs = Job.objects.filter(run=batch.run)
    by_state = jobs.order_by().values_list("state").annotate(count=Count("pk"))
    counts = Counter({State(state): count for state, count in by_state})
    spent = jobs.aggregate(spent=Sum("cost", default=0) + Sum("charged_late", default=0))["spent"]
    total = counts.total()
    return {
        "batch": batch,
        "rows": len(batch.rows),
        "total": total,
        "done": counts[State.DONE],
        "far": f"{counts[State.DONE]:,} of {total:,} done",
        "spent": spent,
        "states": _states(counts),
        "live": any(counts[state] for state in LIVE) or awaits_price(batch.member, timezone.now()),
        "unsent": counts[State.QUEUED] + counts[State.HELD],
        "stopped": sum(counts[state] for state in batchrun.STOPPED),
    }


def tiles(batch: Batch, start: int) -> dict[str, Any]:
    """Return the images of a started batch from a place on, as many as one page has."""
    jobs = Job.objects.filter(run=batch.run_id).select_related("image", "key", "run").order_by("position")
    shown = list(jobs[start : start + SHEET_TILES + 1].fetch_mode(FETCH_RAISE))
    more, shown = len(shown) > SHEET_TILES, shown[:SHEET_TILES]
    around = surroundings(shown, timezone.now())
    return {
        "tiles": [(job.picks[0] if job.picks else "", tile_of_job(job, around)) for job in shown],
        "first": start + 1,
        "last": start + len(shown),
        "before": max(0, start - SHEET_TILES) if start else None,
        "after": start + SHEET_TILES if more else None,
    }


def _states(counts: Counter[State]) -> list[tuple[str, int]]:
    """Return how many are in each other state than done, in the order of their lives."""
    return [(state.label.lower(), counts[state]) for state in State if counts[state] and state != State.DONE]


def cells_of(posted: Iterable[tuple[str, Any]]) -> dict[tuple[int, str], str]:
    """Return the cells that a form mends: `cell-12-size` is the size of row 12."""
    found = {}
    for name, value in posted:
        head, _, rest = name.partition("-")
        number, _, column = rest.partition("-")
        if head == "cell" and number.isascii() and number.isdigit() and len(number) < 9:
            found[int(number), column] = str(value)
    return found
