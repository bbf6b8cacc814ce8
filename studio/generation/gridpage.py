"""The grid's page put together: heads, cells with their tiles and spread, and the links that turn it.

Turning only reads: no link of the page asks anything of the provider (A13). What changes while it is open
comes by the page's one poller: the tiles as everywhere, and from here its head, counts and spreads.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from studio.generation import picks, queries
from studio.generation.axes import Axis, Kind
from studio.generation.cards import RunHead
from studio.generation.grid import Grid, GridCell, Head, axes_of
from studio.generation.models import Job, Run
from studio.generation.states import State
from studio.generation.tiles import Surroundings, Tile, tile_of_job

ZOOMS = {"small": "S", "medium": "M", "large": "L"}
SIDES = {"rows": "Rows", "columns": "Columns", "tabs": "Tabs", "more": "Second tabs"}
BADGES = {  # of a status, as components/review.html has them
    "proposed": "review",
    "changes": "work",
    "approved": "approved",
    "final": "approved",
    "rejected": "rejected",
}
OPENED = re.compile(r"\b([0-9])-([0-9]{1,4})\b", re.ASCII)
SAME_ELSEWHERE = "Not made: the same prompt is in another cell, or the credits did not reach for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnHead:
    """A head as it is drawn: `id` is the same however the grid is turned, so that news finds it."""

    id: str
    label: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCell:
    """A cell as it is drawn."""

    id: str
    name: str
    tiles: tuple[Tile, ...]
    spread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row: its head and its cells."""

    head: DrawnHead
    cells: tuple[DrawnCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One of several ways to look at the grid, as segnav.html and tabs.html draw it."""

    text: str
    href: str
    current: bool
    id: str = ""
    count: str = ""
    zoom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the grid is looked at: what the address says, and how an address is made of it."""

    grid: Grid
    tab: int = 0
    second: int = 0
    zoom: str = "medium"

    @property
    def opened(self) -> dict[int, int]:
        """Return which place is open of each axis that goes into tabs, by their numbers."""
        sides = self.grid.layout
        return {
            axis: place
            for axis, place in ((sides.tabs, self.tab), (sides.more, self.second))
            if axis is not None
        }

    @property
    def scope(self) -> str:
        """Return what its poller asks for: the run, and which tabs are open, as `opened_of` reads it."""
        tabs = ".".join(f"{axis}-{place}" for axis, place in self.opened.items())
        return f"grid:{self.grid.run.pk}" + (f":{tabs}" if tabs else "")

    def href(self, **changed: object) -> str:
        """Return the address of this view with something else changed."""
        names = zip(SIDES, self.grid.layout.sides, strict=True)
        said: dict[str, object] = {name: axis for name, axis in names if axis is not None}
        said |= {"tab": self.tab, "second": self.second, "zoom": self.zoom} | changed
        return f"{reverse('grid', args=[self.grid.run.pk])}?{urlencode(said)}"


def view_of(grid: Grid, *, tab: int | None, second: int | None, zoom: str) -> View:
    """Return the view that an address asks for, as far as there is such a one."""
    return View(
        grid=grid,
        tab=tab if tab is not None and 0 <= tab < len(grid.tabs) else 0,
        second=second if second is not None and 0 <= second < len(grid.seconds) else 0,
        zoom=zoom if zoom in ZOOMS else "medium",
    )


def opened_of(scope: str) -> dict[int, int]:
    """Return which tabs a poller's scope says are open; what is no such thing opens none."""
    tabs = scope.split(":")[2:3]
    return {int(axis): int(place) for axis, place in OPENED.findall(tabs[0])} if tabs else {}


def page(view: View, now: datetime) -> dict[str, Any]:
    """Return what templates/generation/grid.html reads. A constant number of queries."""
    grid = view.grid
    lines = list(grid.lines(view.tab, view.second))
    shown = [job for _, cells in lines for cell in cells for job in cell.jobs]
    around = queries.surroundings(shown, now)
    judged = picks.of(grid.run.pk)
    jobs = [job for cell in grid.cells for job in cell.jobs]
    counts = dict(_counts(grid.axes, jobs, judged, view.opened))
    rows, columns = grid.layout.rows, grid.layout.columns
    return {
        "grid": grid,
        "view": view,
        "run": queries.run_heads([grid.run], now)[0],
        "columns": [_head(grid.axes, columns, head, counts) for head in grid.columns],
        "lines": [
            Line(
                head=_head(grid.axes, rows, head, counts),
                cells=tuple(_cell(cell, around, judged) for cell in cells),
            )
            for head, cells in lines
        ],
        "corner": [grid.axes[axis].label for axis in (rows, columns) if axis is not None],
        "tabs": _tabs(view, "tab", grid.layout.tabs, grid.tabs, view.tab, counts),
        "seconds": _tabs(view, "second", grid.layout.more, grid.seconds, view.second, counts),
        "turns": list(_turns(view)) if len(grid.axes) > 2 else [],
        "swap": view.href(rows=columns, columns=rows) if len(grid.axes) == 2 else "",
        "zooms": [
            Link(text=text, href=view.href(zoom=name), current=name == view.zoom, zoom=name)
            for name, text in ZOOMS.items()
        ],
        "again": view.href(),
        "layout": "?" + view.href().partition("?")[2],  # for the exports: laid out as it is seen
    }


def _head(axes: Sequence[Axis], axis: int | None, head: Head, counts: Mapping[str, str]) -> DrawnHead:
    head_id = f"head-{'x' if axis is None else axis}-{head.number}"
    return DrawnHead(
        id=head_id,
        label="" if axis is None else said(axes[axis], head.label),
        count=counts.get(head_id, counted(head.done, head.total)),
    )


def said(axis: Axis, label: str) -> str:
    """Return a place in words: an optional part that is left out is named (A14)."""
    if label:
        return label
    return f"no {axis.label}" if axis.kind == Kind.PART else "–"


def counted(done: int, total: int, picked: int = 0) -> str:
    """Return how many of so many images are done, and how many of them were picked."""
    words = f"{done:,} done" if done == total else f"{done:,} of {total:,} done"
    return f"{words}, {picked:,} pick{'' if picked == 1 else 's'}" if picked else words


def _cell(cell: GridCell, around: Surroundings, judged: Mapping[UUID, str]) -> DrawnCell:
    return DrawnCell(
        id=f"cell-{cell.number}" if cell.jobs else "",
        name=cell.label,
        tiles=tuple(
            replace(tile_of_job(job, around), badge=BADGES.get(judged.get(job.pk, ""), ""))
            for job in cell.jobs
        ),
        spread=spread(cell.jobs) if cell.jobs else SAME_ELSEWHERE,
    )


def spread(jobs: Sequence[Job]) -> str:
    """Return how a cell stands; once all is done, how far its repeats lie apart (A15)."""
    counts = Counter(State(job.state) for job in jobs)
    done = counts[State.DONE]
    if done < len(jobs):
        others = [f"{count} {state.label.lower()}" for state, count in counts.items() if state != State.DONE]
        return ", ".join([*([f"{done} of {len(jobs)} done"] if len(jobs) > 1 else []), *others])
    credits_each = [job.cost for job in jobs if job.cost is not None]
    seconds = [
        round((job.completed_at - job.sent_at).total_seconds())
        for job in jobs
        if job.sent_at and job.completed_at
    ]
    takes = [f"{len(jobs)} takes"] if len(jobs) > 1 else []
    return " · ".join([*takes, *_span(credits_each, "credits"), *_span(seconds, "s")])


def _span(figures: Sequence[int], unit: str) -> list[str]:
    if not figures:
        return []
    low, high = min(figures), max(figures)
    return [f"{low} {unit}" if low == high else f"{low}–{high} {unit}"]


def _tabs(
    view: View,
    name: str,
    axis: int | None,
    heads: Iterable[Head],
    current: int,
    counts: Mapping[str, str],
) -> list[Link]:
    """Return the links of a row of tabs; none where no axis is left for it."""
    if axis is None:
        return []
    return [
        Link(
            id=f"head-{axis}-{head.number}",
            text=said(view.grid.axes[axis], head.label),
            href=view.href(**{name: head.number}),
            current=head.number == current,
            count=counts[f"head-{axis}-{head.number}"],
        )
        for head in heads
    ]


def _turns(view: View) -> Iterator[tuple[str, list[Link]]]:
    """Yield for each side the axes that may be there; the one that was there takes the other's place."""
    sides = dict(zip(SIDES, view.grid.layout.sides, strict=True))
    for side, present in sides.items():
        if present is None:
            continue
        links = []
        for number, axis in enumerate(view.grid.axes):
            other = next(name for name, taken in sides.items() if taken == number)
            href = view.href(**{side: number, other: present, "tab": 0, "second": 0})
            links.append(
                Link(text=axis.label, href=href, current=number == present, id=f"turn-{side}-{number}")
            )
        yield SIDES[side], links


def news(run: Run, head: RunHead, changed: Iterable[Job], opened: Mapping[int, int]) -> dict[str, Any]:
    """Return what an open grid is told besides its tiles: its head, all counts, the spread of changed cells.

    Counts are of the open tabs, as in `page`. One query.
    """
    jobs = list(Job.objects.filter(run=run).order_by("position"))
    numbers = {job.variation for job in changed}
    cells: dict[int, list[Job]] = {number: [] for number in sorted(numbers)}
    for job in jobs:
        if job.variation in cells:
            cells[job.variation].append(job)
    return {
        "run": head,
        "heads": list(_counts(axes_of(run, jobs), jobs, picks.of(run.pk), opened)),
        "cells": [(f"cell-{number}", spread(mine)) for number, mine in cells.items()],
    }


def _counts(
    axes: Sequence[Axis], jobs: Sequence[Job], judged: Mapping[UUID, str], opened: Mapping[int, int]
) -> Iterator[tuple[str, str]]:
    """Yield the id and the words of every head, which counts what stands at it in the open tabs."""
    open_at = {
        number: axes[number].labels[place]
        for number, place in opened.items()
        if number < len(axes) and place < len(axes[number].places)
    }
    for number, axis in enumerate(axes):
        others = [(other, label) for other, label in open_at.items() if other != number]
        mine = [job for job in jobs if all(job.picks[other] == label for other, label in others)]
        total = Counter(job.picks[number] for job in mine)
        done: Mapping[str, int] = Counter(job.picks[number] for job in mine if job.state == State.DONE)
        picked = Counter(job.picks[number] for job in mine if judged.get(job.pk) in picks.PICKED)
        for place, label in enumerate(axis.labels):
            yield f"head-{number}-{place}", counted(done[label], total[label], picked[label])
