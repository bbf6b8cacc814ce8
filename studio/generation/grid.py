"""A run as a grid: which axis goes down, which across, which into tabs, and what is in each cell (A12, A13).

    grid = grid_of(run, rows=0, columns=1, tabs=2, member=member)

The face that the grid page, exports and comparing share. One query however many cells; nothing is asked
of the provider, so turning the grid costs nothing. `rows`, `columns`, `tabs` and `more` are numbers of the
run's axes; what is not said is filled up in order. Reads jobs and their images; changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from django.db import models

from studio.accounts.models import Member
from studio.generation import access
from studio.generation.axes import MOST_AXES, Axis, Kind, Place, read
from studio.generation.models import Image, Job, Run
from studio.generation.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which axis goes where, by its number; None where there is none left."""

    rows: int | None = None
    columns: int | None = None
    tabs: int | None = None
    more: int | None = None  # a second row of tabs, for the fourth axis

    @property
    def sides(self) -> tuple[int | None, ...]:
        """Return the numbers in the order down, across, tabs, second tabs."""
        return self.rows, self.columns, self.tabs, self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One combination: its repeats in order, and where it stands. A combination never planned has no jobs.

    `picks` is a label for each of the grid's axes; `row`, `column`, `tab` and `second` are places from 0.
    """

    picks: tuple[str, ...]
    row: int
    column: int
    tab: int = 0
    second: int = 0
    jobs: tuple[Job, ...] = ()

    @property
    def number(self) -> int | None:
        """Return the cell's number in its run, None where it was never planned."""
        return self.jobs[0].variation if self.jobs else None

    @property
    def images(self) -> tuple[Image, ...]:
        """Return the pictures that are done, in order."""
        return tuple(job.picture for job in self.jobs if job.picture is not None)

    @property
    def prompt(self) -> str:
        """Return the exact prompt of its first image."""
        return self.jobs[0].prompt if self.jobs else ""

    @property
    def label(self) -> str:
        """Return its picks in words: “red, dunes, 1:1 at 1K”."""
        return ", ".join(pick or "–" for pick in self.picks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A place of an axis as the head of a row, a column or a tab, with what is done of its images."""

    number: int
    label: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The axes of a run, where they go, and its cells in the order of tabs, rows and columns.

    `cells` are those that were planned, of all tabs; `lines` draws one tab with its holes.
    """

    run: Run
    axes: tuple[Axis, ...]
    layout: Layout
    cells: tuple[GridCell, ...]

    @cached_property
    def rows(self) -> tuple[Head, ...]:
        """Return the heads of the rows; one without a label where no axis goes down."""
        return self._heads(self.layout.rows, "row")

    @cached_property
    def columns(self) -> tuple[Head, ...]:
        """Return the heads of the columns; one without a label where no axis goes across."""
        return self._heads(self.layout.columns, "column")

    @cached_property
    def tabs(self) -> tuple[Head, ...]:
        """Return the heads of the tabs, of the third axis."""
        return self._heads(self.layout.tabs, "tab")

    @cached_property
    def seconds(self) -> tuple[Head, ...]:
        """Return the heads of the second row of tabs, of the fourth axis."""
        return self._heads(self.layout.more, "second")

    def lines(self, tab: int = 0, second: int = 0) -> Iterator[tuple[Head, tuple[GridCell, ...]]]:
        """Yield each row's head and its cells in one tab, from left to right."""
        for row in self.rows:
            at = ((row.number, column.number, tab, second) for column in self.columns)
            yield row, tuple(self._at.get(place) or self._hole(place) for place in at)

    def sheets(self) -> Iterator[tuple[Head, Head]]:
        """Yield every tab with every second tab: what an export goes through."""
        yield from product(self.tabs, self.seconds)

    @cached_property
    def _at(self) -> dict[tuple[int, int, int, int], GridCell]:
        return {(cell.row, cell.column, cell.tab, cell.second): cell for cell in self.cells}

    def _hole(self, place: tuple[int, int, int, int]) -> GridCell:
        row, column, tab, second = place
        at = dict(zip(self.layout.sides, place, strict=True))
        picks = tuple(axis.labels[at[number]] for number, axis in enumerate(self.axes))
        return GridCell(picks=picks, row=row, column=column, tab=tab, second=second)

    def _heads(self, axis: int | None, side: str) -> tuple[Head, ...]:
        labels = ("",) if axis is None else self.axes[axis].labels
        found: list[list[Job]] = [[] for _ in labels]
        for cell in self.cells:
            found[getattr(cell, side)] += cell.jobs
        return tuple(
            Head(
                number=number,
                label=label,
                done=sum(job.state == State.DONE for job in found[number]),
                total=len(found[number]),
            )
            for number, label in enumerate(labels)
        )


def grid_of(
    run: Run,
    *,
    member: Member,
    rows: int | None = None,
    columns: int | None = None,
    tabs: int | None = None,
    more: int | None = None,
) -> Grid:
    """Return a run as a grid, as far as the member may see it: all of their own, of others' the team's."""
    jobs = list(_jobs(run, member).fetch_mode(models.FETCH_RAISE))
    axes = axes_of(run, jobs)
    layout = layout_of(len(axes), rows, columns, tabs, more)
    return Grid(run=run, axes=axes, layout=layout, cells=tuple(_cells(jobs, axes, layout)))


def _jobs(run: Run, member: Member) -> models.QuerySet[Job]:
    jobs = Job.objects.filter(run=run).select_related("image", "key", "run")
    if run.member_id != member.pk:
        jobs = jobs.filter(image__in=access.visible_images(member))
    return jobs.order_by("position")


def axes_of(run: Run, jobs: Sequence[Job]) -> tuple[Axis, ...]:
    """Return what a run varied; of an older one, what its jobs picked."""
    if run.axes:
        return read(run.axes)
    picks = [job.picks for job in jobs]
    if not picks or len({len(one) for one in picks}) > 1:
        return ()
    met = [tuple(dict.fromkeys(side)) for side in zip(*picks, strict=True)]
    if len(met) > MOST_AXES or prod(len(labels) for labels in met) > len(jobs):
        return ()
    return tuple(
        Axis(
            kind=Kind.CHOICE,
            label=f"{labels[0] or '–'}…",
            places=tuple(Place(label=one, does="") for one in labels),
        )
        for labels in met
    )


def layout_of(count: int, *asked: int | None) -> Layout:
    """Return where so many axes go: as asked, as far as that makes sense, the others in order."""
    chosen: list[int | None] = []
    for axis in (*asked, *[None] * (MOST_AXES - len(asked))):
        known = axis is not None and 0 <= axis < count and axis not in chosen
        chosen.append(axis if known else None)
    left = [axis for axis in range(count) if axis not in chosen]
    filled = [left.pop(0) if axis is None and left else axis for axis in chosen]
    return Layout(rows=filled[0], columns=filled[1], tabs=filled[2], more=filled[3])


def _cells(jobs: Sequence[Job], axes: Sequence[Axis], layout: Layout) -> Iterator[GridCell]:
    """Yield each combination that was planned, in the order of tabs, rows and columns."""
    found: dict[tuple[int, ...], list[Job]] = {}
    known = [{label: number for number, label in enumerate(axis.labels)} for axis in axes]
    for job in jobs:
        picks = job.picks if axes else ()
        where = [places[pick] for places, pick in zip(known, picks, strict=True)]
        at = tuple(0 if axis is None else where[axis] for axis in layout.sides)
        found.setdefault(at, []).append(job)
    for at in sorted(found, key=lambda at: (at[3], at[2], at[0], at[1])):
        row, column, tab, second = at
        mine = found[at]
        yield GridCell(
            picks=tuple(mine[0].picks if axes else ()),
            row=row,
            column=column,
            tab=tab,
            second=second,
            jobs=tuple(mine),
        )
