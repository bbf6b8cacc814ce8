"""Which images of a plan are made when the credits do not reach for all of them. Pure (D18).

A plan is a grid: its variations, and so many images of each. Trimmed evenly, every variation gets its
first image before any gets its second, and within a round every alternative is met about as often.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.generation.recipe import Plan
from studio.prompts.expansion import Variation


class Short(StrEnum):
    """What is done with a run that the credits do not reach for."""

    REFUSE = ""
    HOLD = "hold"  # start what fits, hold the rest
    FIT = "fit"  # make only what fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One image of a plan: of which variation, by its number."""

    number: int
    variation: Variation


def cells(plan: Plan) -> list[Cell]:
    """Return every image of the plan, one variation after the other."""
    numbered = enumerate(plan.variations)
    return [Cell(number=n, variation=one) for n, one in numbered for _ in range(plan.recipe.each)]


def trimmed(plan: Plan, count: int) -> list[Cell]:
    """Return `count` images spread evenly over the plan's variations, in the plan's order."""
    rounds, over = divmod(count, max(1, len(plan.variations)))
    taken = Counter(_evenly(plan.variations, over))
    numbered = enumerate(plan.variations)
    return [Cell(number=n, variation=one) for n, one in numbered for _ in range(rounds + taken[n])]


def _evenly(variations: Sequence[Variation], count: int) -> Iterator[int]:
    """Yield so many numbers of variations; the alternatives that were met least often come first.

    Among equals those of one diagonal of the grid do: on it no two share an alternative.
    """
    left = dict(enumerate(variations))
    diagonal = _diagonals(variations)
    met: Counter[tuple[int, str]] = Counter()
    for _ in range(count):
        number = min(
            left, key=lambda n: (sum(met[pick] for pick in enumerate(left[n].picks)), diagonal[n], n)
        )
        met.update(enumerate(left.pop(number).picks))
        yield number


def _diagonals(variations: Sequence[Variation]) -> list[int]:
    axes = [list(dict.fromkeys(axis)) for axis in zip(*(one.picks for one in variations), strict=False)]
    longest = max((len(axis) for axis in axes), default=1)
    return [
        sum(axis.index(pick) for axis, pick in zip(axes, one.picks, strict=False)) % longest
        for one in variations
    ]
