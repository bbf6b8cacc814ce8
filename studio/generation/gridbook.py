"""A grid as something to take along: its sheets in full words, its files' names, what is missing. Pure (A17).

Each export (picture, ZIP, table, page) is drawn from the same book. It reads a Grid that was read before.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from studio.generation.grid import Grid, GridCell, Head
from studio.generation.gridpage import said
from studio.generation.models import Image, Job
from studio.generation.states import State
from studio.generation.zipping import stem
from studio.templatetags.look import credits_, number

ENDINGS = {"jpeg": "jpg"}
STEM = 40  # characters of each part of a file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One image of a cell, or what stands in its place: `image` is None and `why` says why."""

    job: Job
    name: str
    image: Image | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A combination: its prompt and its pictures; without any it was never planned."""

    prompt: str
    label: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a sheet: its label in full, and its cells from left to right."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One tab of the grid; without tabs the only one, with no title."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def across(self) -> int:
        """Return the most pictures in a cell."""
        return max((len(cell.pictures) for row in self.rows for cell in row.cells), default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All of a grid, in words."""

    title: str
    template: str
    facts: str
    axes: tuple[str, ...]
    missing: str
    sheets: tuple[Sheet, ...]

    @property
    def pictures(self) -> Iterator[Picture]:
        """Yield every picture, in the order of the sheets, rows and columns."""
        for sheet in self.sheets:
            for row in sheet.rows:
                for cell in row.cells:
                    yield from cell.pictures


def book_of(grid: Grid) -> Book:
    """Return a grid as a book. A run that varies nothing by axes has a row for each variation."""
    sheets = tuple(_sheets(grid)) if grid.axes else (_list(grid),)
    jobs = [job for cell in grid.cells for job in cell.jobs]
    return Book(
        title=grid.run.experiment.title,
        template=grid.run.template,
        facts=_facts(grid, jobs),
        axes=tuple(axis.label for axis in grid.axes),
        missing=missing(jobs),
        sheets=sheets,
    )


def missing(jobs: list[Job]) -> str:
    """Return how many images are not there and why, "" where all are."""
    states = Counter(State(job.state) for job in jobs if job.state != State.DONE)
    if not states:
        return ""
    count = sum(states.values())
    why = ", ".join(f"{number(many)} {state.label.lower()}" for state, many in states.items())
    return f"{number(count)} of {number(len(jobs))} images {'is' if count == 1 else 'are'} missing: {why}."


def file_name(grid: Grid, ending: str) -> str:
    """Return the name of an export: the experiment's words and the run's short id."""
    words = stem(grid.run.experiment.title) or "run"
    return f"{words}-{str(grid.run.pk)[:8]}.{ending}"


def _facts(grid: Grid, jobs: list[Job]) -> str:
    run = grid.run
    made = date_format(timezone.localtime(run.created_at), "j F Y")
    spent = sum((job.cost or 0) + job.charged_late for job in jobs)
    sizes = sorted({f"{job.width} × {job.height}" for job in jobs})
    qualities = sorted({job.quality for job in jobs if job.quality})
    said = [f"{number(len(jobs))} images", ", ".join(sizes[:4]), ", ".join(qualities), credits_(spent), made]
    return " · ".join(one for one in said if one)


def _sheets(grid: Grid) -> Iterator[Sheet]:
    down, across, tabs, more = grid.layout.sides
    columns = tuple(_label(grid, across, head) for head in grid.columns)
    for place, (tab, second) in enumerate(grid.sheets(), 1):
        parts = [label for label in (_label(grid, tabs, tab), _label(grid, more, second)) if label]
        folder = f"{place:02}-{stem(' '.join(parts))[:STEM]}/" if parts else ""
        rows = tuple(
            Row(label=_label(grid, down, head), cells=tuple(_cell(cell, folder) for cell in cells))
            for head, cells in grid.lines(tab.number, second.number)
        )
        yield Sheet(title=", ".join(parts), columns=columns, rows=rows)


def _label(grid: Grid, axis: int | None, head: Head) -> str:
    """Return a head in words, "" where no axis goes that way."""
    return "" if axis is None else said(grid.axes[axis], head.label)


def _cell(cell: GridCell, folder: str) -> Cell:
    start = f"{folder}{cell.row + 1:02}-{cell.column + 1:02}"
    words = stem(" ".join(cell.picks))[: 2 * STEM]
    pictures = tuple(
        _picture(job, f"{start}-{words or 'image'}-{turn}") for turn, job in enumerate(cell.jobs, 1)
    )
    return Cell(prompt=cell.prompt, label=cell.label, pictures=pictures)


def _list(grid: Grid) -> Sheet:
    """Return a run without axes: a row for each variation, its repeats in one cell."""
    variations: dict[int, list[Job]] = {}
    for job in (job for cell in grid.cells for job in cell.jobs):
        variations.setdefault(job.variation, []).append(job)
    rows = []
    for place, jobs in enumerate(variations.values(), 1):
        label = ", ".join(pick or "–" for pick in jobs[0].picks) or jobs[0].prompt
        start = f"{place:02}-{stem(label)[: 2 * STEM] or 'image'}"
        pictures = tuple(_picture(job, f"{start}-{turn}") for turn, job in enumerate(jobs, 1))
        rows.append(Row(label=label, cells=(Cell(prompt=jobs[0].prompt, label=label, pictures=pictures),)))
    return Sheet(title="", columns=("",), rows=tuple(rows))


def _picture(job: Job, name: str) -> Picture:
    image = job.picture
    if image is None:
        done = job.state == State.DONE
        return Picture(job=job, name="", image=None, why="Thrown away" if done else State(job.state).label)
    ending = ENDINGS.get(image.format, image.format)
    return Picture(job=job, name=f"{name}.{ending}", image=image, why="")
