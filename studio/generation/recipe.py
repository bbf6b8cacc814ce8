"""From what was asked (Recipe) to what it would make and cost (Plan). Pure but for learned prices.

The live price under the prompt and the press of Generate call the same `plan`, so the number
previewed is the number queued (A9) and the credits shown are the credits held (A4).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from studio.credits.prices import Range, price_ranges
from studio.generation.axes import MOST_AXES, Axis
from studio.generation.cells import PlannedCell, Setting, Text, Unfolded, unfold
from studio.prompts import styles
from studio.prompts.grammar import MOST_CHARACTERS
from studio.prompts.lists import NO_LISTS, Lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What was asked: checked fields of the form, sizes in pixels; `starts_at` None is at once (B22)."""

    template: str
    width: int
    height: int
    each: int
    parameters: Mapping[str, str] = field(default_factory=dict)
    visibility: str = "private"
    experiment_id: UUID | None = None
    source_id: int | None = None
    background: bool = False
    starts_at: datetime | None = None
    draw: int = 0  # what random and in-order parts are drawn with (A8)
    styles: tuple[UUID, ...] = ()  # the team's styles it is written in, applied in this order (A18)
    axes: tuple[Axis, ...] = ()  # what varies besides the template's own choices (A12)
    version_id: UUID | None = None  # the saved prompt's version it was started from (A20)
    board_id: UUID | None = None  # where its images are put besides (A1, C6)
    project_id: UUID | None = None  # what it is spent in; None is General (E8)

    @property
    def quality(self) -> str:
        """Return the quality asked for, "" where none was."""
        return self.parameters.get("quality", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The recipe unfolded: its axes and cells, and the least and most they can cost."""

    recipe: Recipe
    expansion: Unfolded
    variations: tuple[PlannedCell, ...]  # one image of each cell, of the first twenty if they are too many
    prices: Mapping[Setting, Range]
    most_images: int

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Return what varies: the axes asked for, then the template's own."""
        return self.expansion.axes

    @property
    def images(self) -> int:
        """Return the number of images: cells times images of each."""
        return self.expansion.count * self.recipe.each

    @property
    def least(self) -> int:
        """Return the fewest credits it can cost."""
        return self._sum(lambda price: price.low)

    @property
    def most(self) -> int:
        """Return the most credits it can cost: what is held."""
        return self._sum(lambda price: price.high)

    @property
    def price(self) -> Range:
        """Return the range of one image; over several sizes or qualities, from the least to the most."""
        ranges = list(self.prices.values())
        if len(ranges) == 1:
            return ranges[0]
        return Range(
            low=min(one.low for one in ranges),
            high=max(one.high for one in ranges),
            documented=all(one.documented for one in ranges),
            label="by size and quality",
        )

    @property
    def too_many(self) -> int:
        """Return by how many images the plan is over the ceiling (A10); 0 when it fits."""
        return max(0, self.images - self.most_images)

    @property
    def cells(self) -> tuple[PlannedCell, ...]:
        """Return every image, the repeats of a cell one after the other (A15)."""
        return tuple(cell.repeated(n) for cell in self.variations for n in range(self.recipe.each))

    @property
    def flaw(self) -> str:
        """Return why what it asks for cannot be sent at all, "" where it can."""
        if len(self.recipe.axes) == MOST_AXES and self.expansion.varies:
            return (
                f"The prompt varies by itself, and {MOST_AXES} axes more are too many. "
                "Take out one axis, or the choices in the prompt."
            )
        for cell in self.cells:
            if not cell.prompt:
                return "One of the variations has no words. Add some to its alternative."
            if len(cell.prompt) > MOST_CHARACTERS:
                return (
                    f"“{cell.prompt[:40]}…” is {len(cell.prompt):,} characters once it is written out: "
                    f"Doitong takes {MOST_CHARACTERS:,}. Shorten the prompt or what is put into it."
                )
        return ""

    def _sum(self, of: Callable[[Range], int]) -> int:
        """Add up a price over all images; where not all are built, each size has the same share of them."""
        if self.expansion.built:
            return self.recipe.each * sum(of(cell.price) for cell in self.variations)
        settings = self.expansion.settings
        return self.images * sum(of(self.prices[one]) for one in settings) // len(settings)


def plan(recipe: Recipe, *, most_images: int, lists: Lists = NO_LISTS) -> Plan:
    """Unfold a recipe. One query for prices, one for styles where it has any.

    Raises PromptError where a template cannot be read, and UnknownStyle where a style is gone.
    """
    text = Text(
        template=recipe.template,
        styles=tuple(style.text for style in styles.get(recipe.styles)),
        lists=lists,
        draw=recipe.draw,
        each=recipe.each,
    )
    setting = (recipe.width, recipe.height, recipe.quality)
    expansion = unfold(text, setting, recipe.axes, most=max(most_images, 1))
    prices = price_ranges(expansion.settings)
    cells = expansion.cells(prices)
    return Plan(recipe=recipe, expansion=expansion, variations=cells, prices=prices, most_images=most_images)
