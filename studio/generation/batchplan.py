"""From the rows of a sheet to the plan of one run: every image, and the least and most it can cost (A28).

Each row is a template of its own: it may vary, draw and name the team's lists as a prompt in the composer
does. Two queries for the price and the lists, one for styles where rows name some.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from studio.credits.prices import Range, price_ranges
from studio.generation.axes import Asked, Axis, Kind, Place
from studio.generation.batchfile import MOST_ROWS, Row
from studio.generation.batchrows import Fault, Line, Usual, read
from studio.generation.cells import PlannedCell, Reading, Setting, Unfolded
from studio.generation.models import Batch
from studio.generation.recipe import Plan, Recipe
from studio.prompts import styles, styling
from studio.prompts.expansion import Variation, expand
from studio.prompts.grammar import MOST_CHARACTERS, PromptError
from studio.prompts.lists import Lists
from studio.prompts.models import Style
from studio.prompts.wordlists import team_lists

DRAWS = 2**62


def most_images() -> int:
    """Return how many images a batch may make: one for each row at least, whatever a run may."""
    return max(MOST_ROWS, settings.RUN_MOST_IMAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A sheet looked through: what is wrong with it, and what it makes when nothing is.

    `images` counts also what is beyond the ceiling; `plan` is None while there are faults or too many.
    """

    faults: tuple[Fault, ...]
    images: int
    plan: Plan | None

    @property
    def too_many(self) -> int:
        """Return by how many images the sheet is over the ceiling (A10)."""
        return max(0, self.images - most_images())


def usual(batch: Batch) -> Usual:
    """Return what holds where a cell of the batch is empty."""
    kept = batch.defaults
    return Usual(shape=kept["shape"], size=kept["size"], quality=kept.get("quality", ""))


def check(batch: Batch) -> Checked:
    """Look through the rows of a batch, and plan what they make. Raises nothing that a row can cause."""
    rows = [Row(number=number, cells=tuple(cells)) for number, *cells in batch.rows]
    lines, faults = read(batch.columns, rows, usual(batch), _styles_for(batch.columns, rows))
    places = {row.number: place for place, row in enumerate(rows)}
    images, found = _Images(lists=team_lists(), draw=batch.pk.int % DRAWS), list[_Image]()
    for line in lines:
        try:
            found += images.of(line)
        except PromptError as error:
            faults.append(_fault(places[line.number], line, error.sentence))
    faults.sort(key=lambda fault: fault.place)
    ready = not faults and images.count <= most_images()
    return Checked(
        faults=tuple(faults), images=images.count, plan=_plan(batch, found) if ready and found else None
    )


def _styles_for(columns: Sequence[str], rows: Iterable[Row]) -> Mapping[str, Style]:
    """Return the team's styles by their folded names; none are asked for where no row names one."""
    if "style" not in columns or not any(row.cells[columns.index("style")] for row in rows):
        return {}
    return {style.name.casefold(): style for style in styles.listed()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """One image of a row: its label, the number of its cell, and its exact prompt."""

    line: Line
    cell: int
    label: str
    prompt: str


@dataclass(slots=True, kw_only=True)
class _Images:
    """Unfolds lines one after the other; past the ceiling it counts and builds no more."""

    lists: Lists
    draw: int
    count: int = 0
    cells: int = 0

    def of(self, line: Line) -> list[_Image]:
        """Return the images of a line. Raises PromptError, also where a prompt comes out empty or long."""
        template = line.template
        for style in line.styles:
            template = styling.apply(style, template)
        left = max(0, most_images() - self.count)
        unfolded = expand(
            template, most=left, lists=self.lists, draw=self.draw + line.number, each=line.repeats
        )
        self.count += unfolded.count * line.repeats
        if not unfolded.built or self.count > most_images():
            return []
        return list(self._images(line, unfolded.variations))

    def _images(self, line: Line, variations: Sequence[Variation]) -> Iterator[_Image]:
        for variation in variations:
            picks = ", ".join(pick for pick in variation.picks if pick)
            label = f"{line.label}: {picks}" if len(variations) > 1 and picks else line.label
            for repeat in range(line.repeats):
                yield _Image(
                    line=line, cell=self.cells, label=label, prompt=_sendable(variation.take(repeat))
                )
            self.cells += 1


def _sendable(prompt: str) -> str:
    if not prompt:
        raise PromptError("One of its variations has no words. Add some to its alternative.", 0)
    if len(prompt) > MOST_CHARACTERS:
        raise PromptError(
            f"It is {len(prompt):,} characters once it is written out: Doitong takes {MOST_CHARACTERS:,}.", 0
        )
    return prompt


def _fault(place: int, line: Line, sentence: str) -> Fault:
    return Fault(place=place, number=line.number, column="prompt", text=line.template, sentence=sentence)


def _plan(batch: Batch, images: Sequence[_Image]) -> Plan:
    settings_ = dict.fromkeys((one.line.width, one.line.height, one.line.quality) for one in images)
    prices = price_ranges(tuple(settings_))
    width, height, quality = next(iter(settings_))  # of its first image, where they differ
    labels = _labels(images)
    cells = tuple(_cell(image, labels[image.cell], prices) for image in images)
    recipe = Recipe(
        template=f"{batch.name}: {len(batch.rows):,} row{'s' if len(batch.rows) != 1 else ''}",
        width=width,
        height=height,
        each=1,
        parameters={"quality": quality} if quality else {},
        visibility=batch.defaults.get("visibility", "private"),
        background=bool(batch.defaults.get("background", "1")),
        draw=batch.pk.int % DRAWS,
        project_id=UUID(kept) if (kept := batch.defaults.get("project")) else None,
    )
    return Plan(
        recipe=recipe,
        expansion=_unfolded(cells, tuple(settings_), tuple(labels.values())),
        variations=cells,
        prices=prices,
        most_images=most_images(),
    )


def _labels(images: Sequence[_Image]) -> dict[int, str]:
    """Return a label for each cell, none of them twice: the same name again has its row beside it."""
    wanted = {image.cell: image for image in images}
    often = Counter(image.label for image in wanted.values())
    labels = {
        cell: image.label if often[image.label] == 1 else f"{image.label} (row {image.line.number})"
        for cell, image in wanted.items()
    }
    met = Counter[str]()
    for cell, label in labels.items():
        met[label] += 1
        if met[label] > 1:
            labels[cell] = f"{label}, {met[label]}"
    return labels


def _cell(image: _Image, label: str, prices: Mapping[Setting, Range]) -> PlannedCell:
    line = image.line
    return PlannedCell(
        number=image.cell,
        prompt=image.prompt,
        width=line.width,
        height=line.height,
        quality=line.quality,
        picks=(label,),
        price=prices[line.width, line.height, line.quality],
        variation=Variation(prompt=image.prompt, picks=()),
    )


def _unfolded(cells: Sequence[PlannedCell], found: tuple[Setting, ...], labels: tuple[str, ...]) -> Unfolded:
    """Return the rows as the one axis of the run."""
    axis = Axis(kind=Kind.CHOICE, label="Row", places=tuple(Place(label=label, does="") for label in labels))
    readings = tuple(
        Reading(
            places=axis.places[cell.number : cell.number + 1],
            asked=Asked(template=cell.prompt, width=cell.width, height=cell.height, quality=cell.quality),
            variation=cell.variation,
        )
        for cell in cells
    )
    return Unfolded(axes=(axis,), readings=readings, count=len(cells), built=True, settings=found)
