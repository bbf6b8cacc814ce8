"""Explore small, repeat big: the same recipe at a larger size, with what that costs more (A34).

There is no seed and no upscaler (S91): the picture will be another one, and the page says so.
"""

from dataclasses import dataclass

from studio.accounts.models import Member
from studio.credits.prices import Range, price_ranges
from studio.generation import drafts, sizes
from studio.generation.models import Draft, Image, Visibility
from studio.generation.recipe import Recipe
from studio.generation.sizes import SIZES, fields
from studio.prompts import grammar

SIDES = frozenset({"shape", "size", "width", "height"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Larger:
    """A size at which an image may be repeated: its name, its sides, and what one image costs there."""

    name: str
    label: str
    width: int
    height: int
    price: Range


def larger(image: Image) -> list[Larger]:
    """Return the larger sizes in the image's own shape, the smallest first. One query, for prices."""
    job = image.job
    bigger = sizes.larger(job.width, job.height)
    prices = price_ranges(tuple((*found, job.quality) for found in bigger.values()))
    return [
        Larger(
            name=name,
            label=SIZES[name].label,
            width=width,
            height=height,
            price=prices[width, height, job.quality],
        )
        for name, (width, height) in bigger.items()
    ]


def more(image: Image, at: Larger) -> tuple[int, int]:
    """Return how many credits more it costs there at least and at most than the image did."""
    cost = image.cost or 0
    return at.price.low - cost, at.price.high - cost


def recipe(member: Member, image: Image, at: Larger) -> Recipe:
    """Return the image's recipe at a larger size: one image, in its experiment where it is the member's."""
    run = image.job.run
    own = run.member_id == member.pk
    return Recipe(
        template=grammar.escape(image.prompt),
        width=at.width,
        height=at.height,
        each=1,
        parameters={**run.parameters, **({"quality": image.job.quality} if image.job.quality else {})},
        visibility=image.visibility if own else Visibility.PRIVATE.value,
        experiment_id=run.experiment_id if own else None,
        source_id=image.pk,
        project_id=run.project_id if own else None,
    )


def draft(member: Member, image: Image, at: Larger) -> Draft:
    """Return a new draft of the image at a larger size, to change before it is sent."""
    made = drafts.remix(member, image)
    kept = {name: text for name, text in made.fields.items() if name not in SIDES}
    made.fields = kept | fields(at.width, at.height)
    made.save()
    return made
