"""A run and an experiment as their components draw them. Pure; what they need was read before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from studio.generation import later
from studio.generation.axes import Kind
from studio.generation.models import Experiment, Job, Lane, Run
from studio.generation.states import LIVE, State
from studio.generation.tiles import DRAWN_AS, Surroundings, Tile, tile_of_job
from studio.prompts.expansion import Piece, outline

MOSAIC = 4
STROKES = 400
NEED_A_LOOK = (State.FAILED, State.HELD, State.UNKNOWN, State.OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAction:
    """A button in the head of a run: a link by `href`, or a form that posts to `url`."""

    label: str
    icon: str
    id: str
    url: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A variation of a run and its images."""

    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """The head of a run: what it is, and how far in words."""

    id: str
    title: str
    href: str
    experiment: str
    kind: str
    word: str
    icon: str
    prompt: tuple[Piece, ...]
    states: tuple[str, ...]
    done: int
    total: int
    facts: tuple[str, ...]
    spent: str
    actions: tuple[RunAction, ...]
    failed: int
    unsent: int
    notice: str
    bad: bool
    ended_at: str

    @property
    def summary(self) -> str:
        """Return how far it is in one sentence, for the live region (H3)."""
        return ", ".join([f"{self.done} of {self.total} done", *self.facts])

    stages_label = summary


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCard(RunHead):
    """A run: its head and its tiles by variation."""

    each: int
    columns: tuple[Column, ...]
    more: int = 0  # images that are not drawn here

    @property
    def sheet(self) -> str:
        """Return where all images of a sheet's run are."""
        return reverse("run_sheet", args=[self.id])


class Part(NamedTuple):
    """What the head of a run reads of a job."""

    state: str
    cost: int | None
    charged_late: int
    finished_at: datetime | None


def run_head(run: Run, jobs: Sequence[Part], now: datetime) -> RunHead:
    """Return the head of a run from its jobs, in their order."""
    return RunHead(**_head(run, jobs, now))


def run_card(
    run: Run, jobs: Sequence[Job], around: Surroundings, whole: Sequence[Part] | None = None
) -> RunCard:
    """Return the card of a run from its jobs, in their order; `whole` where it has more than these."""
    parts = whole or [Part(job.state, job.cost, job.charged_late, job.finished_at) for job in jobs]
    columns = _columns(run, jobs, around)
    more = len(parts) - len(jobs)
    return RunCard(**_head(run, parts, around.now), each=run.each, columns=columns, more=more)


def _head(run: Run, jobs: Sequence[Part], now: datetime) -> dict[str, Any]:
    counts = Counter(State(job.state) for job in jobs)
    done = counts[State.DONE]
    waits = run.starts_at is not None and run.starts_at > now and counts[State.QUEUED] > 0
    kind, word, icon = _badge(counts, done, len(jobs))
    if run.starts_at and waits and counts[State.QUEUED] == len(jobs):
        kind, word, icon = "", f"Starts at {later.said(run.starts_at, now)}", "calendar-clock"
    return {
        "id": str(run.pk),
        "title": run.experiment.title,
        "href": reverse("run", args=[run.pk]),
        "experiment": reverse("experiment", args=[run.experiment_id]),
        "kind": kind,
        "word": word,
        "icon": icon,
        "prompt": outline(run.template),
        "states": _thinned([DRAWN_AS[State(job.state)] for job in jobs]),
        "done": done,
        "total": len(jobs),
        "facts": _facts(run, counts, now),
        "spent": _spent(jobs, ended=done + counts[State.FAILED] == len(jobs)),
        "actions": _actions(run, counts, waits=waits),
        "failed": counts[State.FAILED],
        "unsent": counts[State.QUEUED] + counts[State.HELD],
        "notice": _notice(counts, done, len(jobs)),
        "bad": any(counts[state] for state in NEED_A_LOOK),
        "ended_at": str(max((job.finished_at for job in jobs if job.finished_at), default="")),
    }


def _spent(jobs: Sequence[Part], *, ended: bool) -> str:
    """Return what a run cost; of what is done, a price may come later than its picture (S55)."""
    spent = sum((job.cost or 0) + job.charged_late for job in jobs)
    unpriced = sum(job.cost is None for job in jobs if job.state == State.DONE)
    if ended and unpriced:
        coming = "price to come" if len(jobs) == 1 else f"price of {unpriced} to come"
        return f"{spent} credits, {coming}" if spent else coming.capitalize()
    return f"{spent} credits" + ("" if ended else " so far")


def _thinned(states: Sequence[str]) -> tuple[str, ...]:
    """Return a stroke an image; of very many, as many as can be told apart, spread over them."""
    if len(states) <= STROKES:
        return tuple(states)
    return tuple(states[number * len(states) // STROKES] for number in range(STROKES))


def _notice(counts: Counter[State], done: int, total: int) -> str:
    """Return what a notice says of a run at its end: what was made, and what was not (B19)."""
    others = [f"{count} {state.label.lower()}" for state, count in counts.items() if state != State.DONE]
    return ", ".join([f"{done} of {total} images done" if total > 1 else f"{done} of 1 image done", *others])


def _badge(counts: Counter[State], done: int, total: int) -> tuple[str, str, str]:
    if any(counts[state] for state in LIVE):
        return "live", "Running", ""
    if counts[State.HELD]:
        return "warn", "Held", "hand-coins"
    if counts[State.UNKNOWN] or counts[State.OVERDUE]:
        return "warn", "Needs you", "triangle-alert"
    if counts[State.FAILED]:
        return "bad", f"{counts[State.FAILED]} failed", "circle-alert"
    if done == total:
        return "ok", f"{done} done", "check"
    return "", f"{counts[State.CANCELLED]} cancelled", "ban"


def _facts(run: Run, counts: Counter[State], now: datetime) -> tuple[str, ...]:
    states = [f"{count} {state.label.lower()}" for state, count in counts.items() if state != State.DONE]
    lane = ["in the background"] if run.lane == Lane.BACKGROUND and counts[State.QUEUED] else []
    return (*states, *lane, _size_of(run), when(run.created_at, now))


def _size_of(run: Run) -> str:
    """Return its size and quality, or how many of them where they vary (A12)."""
    varied = {axis["kind"]: len(axis["values"]) for axis in run.axes}
    size = f"{varied[Kind.SIZE]} sizes" if Kind.SIZE in varied else f"{run.width} × {run.height}"
    quality = run.parameters.get("quality", "")
    if Kind.QUALITY in varied:
        quality = f"{varied[Kind.QUALITY]} qualities"
    return f"{size}, {quality}" if quality else size


def _columns(run: Run, jobs: Sequence[Job], around: Surroundings) -> tuple[Column, ...]:
    """Return a column a variation; one column without a name where nothing varies."""
    groups: dict[int, list[Job]] = {}
    for job in jobs:
        groups.setdefault(job.variation, []).append(job)
    return tuple(
        Column(
            name=", ".join(pick or "–" for pick in group[0].picks),
            tiles=tuple(tile_of_job(job, around) for job in group),
        )
        for group in groups.values()
    )


def _actions(run: Run, counts: Counter[State], *, waits: bool) -> tuple[RunAction, ...]:
    actions = []
    if sum(len(axis["values"]) > 1 for axis in run.axes) > 1:
        href = reverse("grid", args=[run.pk])
        actions.append(RunAction(label="Grid", icon="grid-3x3", id=f"grid-run-{run.pk}", href=href))
    if waits:
        url = reverse("run_begin", args=[run.pk])
        actions.append(RunAction(label="Start now", icon="zap", id=f"begin-run-{run.pk}", url=url))
    if counts[State.FAILED]:
        url = reverse("run_retry", args=[run.pk])
        label = f"Retry {counts[State.FAILED]} failed"
        actions.append(RunAction(label=label, icon="rotate-ccw", id=f"retry-run-{run.pk}", url=url))
    if unsent := counts[State.QUEUED] + counts[State.HELD]:
        url = reverse("run_cancel", args=[run.pk])
        actions.append(RunAction(label=f"Stop {unsent}", icon="ban", id=f"stop-run-{run.pk}", url=url))
    return tuple(actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentItem:
    """An experiment in the list beside the composer."""

    id: str
    title: str
    href: str
    meta: str
    when: str
    day: str
    current: bool
    live: bool
    srcs: tuple[str, ...]


def experiment_item(
    experiment: Experiment,
    *,
    images: int,
    done: int,
    live: bool,
    spent: int,
    pictures: Sequence[str],
    current: UUID | None,
) -> ExperimentItem:
    """Return the list's item of an experiment."""
    now = timezone.now()
    return ExperimentItem(
        id=str(experiment.pk),
        title=experiment.title,
        href=reverse("experiment", args=[experiment.pk]),
        meta=f"{done} of {images}" if live else f"{done} image{'s' if done != 1 else ''}, {spent}",
        when=when(experiment.used_at, now),
        day=day(experiment.used_at, now),
        current=current == experiment.pk,
        live=live,
        srcs=tuple(pictures) + ("",) * (MOSAIC - len(pictures) if len(pictures) != 1 else 0),
    )


def when(moment: datetime, now: datetime) -> str:
    """Return how long ago in a few letters: now, 32 min, 2 h, Tue, 3 Nov."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 24 * 3600:
        return f"{int(seconds // 3600)} h"
    local = timezone.localtime(moment)
    return date_format(local, "D") if seconds < 6 * 24 * 3600 else date_format(local, "j M")


def day(moment: datetime, now: datetime) -> str:
    """Return the heading under which a moment is listed."""
    days = (timezone.localdate(now) - timezone.localdate(moment)).days
    return {0: "Today", 1: "Yesterday"}.get(days, "Earlier")
