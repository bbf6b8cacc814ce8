"""Which images of a plan are made when the credits do not reach for all of them. Pure (D18).

A plan is a grid: its cells, and so many images of each. Trimmed evenly, every cell gets its first image
before any gets its second, and within a round every place of an axis is met about as often.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from studio.generation.cells import PlannedCell
from studio.generation.recipe import Plan


class Short(StrEnum):
    """What is done with a run that the credits do not reach for."""

    REFUSE = ""
    HOLD = "hold"  # start what fits, hold the rest
    FIT = "fit"  # make only what fits


def trimmed(plan: Plan, count: int) -> list[PlannedCell]:
    """Return `count` images spread evenly over the plan's cells, in the plan's order."""
    cells = plan.cells
    return [cells[place] for place in sorted(list(_by_turns(plan))[:count])]


def paid_for(plan: Plan, credits_free: int) -> list[int]:
    """Return for which of the plan's images so many credits reach, by their places in `plan.cells`.

    They are spread evenly; one that is too dear is passed over where a cheaper one still fits.
    """
    if plan.most <= credits_free:
        return list(range(plan.images))
    cells, left, paid = plan.cells, credits_free, []
    cheapest = min(price.low for price in plan.prices.values())
    for place in _by_turns(plan):
        if left < cheapest:
            break
        if cells[place].price.high <= left:
            left -= cells[place].price.high
            paid.append(place)
    return sorted(paid)


def fits(plan: Plan, credits_free: int) -> int:
    """Return for how many of the plan's images so many credits reach."""
    if len(plan.prices) == 1 or not plan.expansion.built:
        return min(plan.images, max(0, credits_free) // plan.price.high)
    return len(paid_for(plan, credits_free))


def instead(fits: int, images: int) -> str:
    """Return what would work, for the end of a sentence: “make 2 instead of 3”; "" where nothing would."""
    return f"make {fits:,} instead of {images:,}" if 0 < fits < images else ""


def _by_turns(plan: Plan) -> Iterator[int]:
    """Yield the places of the plan's images, round by round of its cells."""
    each, order = plan.recipe.each, list(_evenly(plan.variations))
    for turn in range(each):
        for number in order:
            yield number * each + turn


def _evenly(cells: Sequence[PlannedCell]) -> Iterator[int]:
    """Yield the numbers of the cells; the places of axes that were met least often come first.

    Among equals those of one diagonal of the grid do: on it no two share a place.
    """
    weight = [rank * len(cells) + number for number, rank in enumerate(_diagonals(cells))]
    at: dict[tuple[int, str], list[int]] = {}
    for number, cell in enumerate(cells):
        for place in enumerate(cell.picks):
            at.setdefault(place, []).append(number)
    met = max(weight, default=0) + 1  # outweighs any diagonal
    left = set(range(len(cells)))
    while left:
        number = min(left, key=weight.__getitem__)
        left.remove(number)
        for place in enumerate(cells[number].picks):
            for other in at[place]:
                weight[other] += met
        yield number


def _diagonals(cells: Sequence[PlannedCell]) -> list[int]:
    axes = [list(dict.fromkeys(axis)) for axis in zip(*(cell.picks for cell in cells), strict=True)]
    longest = max((len(axis) for axis in axes), default=1)
    return [
        sum(axis.index(pick) for axis, pick in zip(axes, cell.picks, strict=True)) % longest for cell in cells
    ]
