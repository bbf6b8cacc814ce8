"""From what was asked (Recipe) to what it would make and cost (Plan). Pure but for learned prices.

The live price under the prompt and the press of Generate call the same `plan`, so the number
previewed is the number queued (A9) and the credits shown are the credits held (A4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from studio.credits.prices import Range, price_range
from studio.generation.axes import Axis
from studio.prompts.expansion import Expansion, Variation, expand


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

    @property
    def quality(self) -> str:
        """Return the quality asked for, "" where none was."""
        return self.parameters.get("quality", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The recipe unfolded: how many images, which prompts first, the least and most they can cost."""

    recipe: Recipe
    expansion: Expansion
    price: Range
    most_images: int

    @property
    def images(self) -> int:
        """Return the number of images: variations times images of each."""
        return self.expansion.count * self.recipe.each

    @property
    def least(self) -> int:
        """Return the fewest credits it can cost."""
        return self.images * self.price.low

    @property
    def most(self) -> int:
        """Return the most credits it can cost: what is held."""
        return self.images * self.price.high

    @property
    def too_many(self) -> int:
        """Return by how many images the plan is over the ceiling (A10); 0 when it fits."""
        return max(0, self.images - self.most_images)

    @property
    def variations(self) -> tuple[Variation, ...]:
        """Return the variations: all of them when the plan fits, else the first twenty."""
        return self.expansion.variations


def plan(recipe: Recipe, *, most_images: int) -> Plan:
    """Unfold a recipe. Raises PromptError where the template cannot be read."""
    expansion = expand(recipe.template, most=max(most_images, 1))
    price = price_range(recipe.width, recipe.height, recipe.quality)
    return Plan(recipe=recipe, expansion=expansion, price=price, most_images=most_images)
