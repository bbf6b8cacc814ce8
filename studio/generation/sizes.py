"""Shapes and sizes: how many pixels wide and high a picture of a shape is at a size.

The provider prices by pixels (S28, S29): 512² to 1024² is standard, 2048² and more is high.
So each size keeps to its tier in every shape: "1K" never has more pixels than 1024², and
"512" and "2K" never fewer than 512² and 2048². Sides are multiples of 8.
"""

from dataclasses import dataclass
from math import ceil, floor, sqrt

from studio.generation.capabilities import MOST_SIDE

STEP = 8
CLEARLY = 1.1  # times the pixels: what is hardly larger is not called so


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A ratio of width to height under the name that people know it by."""

    name: str  # "3x2", also the ending of its CSS class
    wide: int
    high: int

    @property
    def label(self) -> str:
        """Return the ratio as it is written: 3:2."""
        return f"{self.wide}:{self.high}"

    @property
    def ratio(self) -> float:
        """Return width divided by height."""
        return self.wide / self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A size: the side, in pixels, of the square with its number of pixels."""

    name: str
    label: str
    side: int
    at_least: bool  # keep at least side² pixels, else at most


SHAPES = {
    f"{wide}x{high}": Shape(name=f"{wide}x{high}", wide=wide, high=high)
    for wide, high in ((1, 1), (4, 5), (2, 3), (9, 16), (3, 2), (16, 9), (21, 9))
}
SIZES = {
    "512": Size(name="512", label="512", side=512, at_least=True),
    "1k": Size(name="1k", label="1K", side=1024, at_least=False),
    "2k": Size(name="2k", label="2K", side=2048, at_least=True),
}


def dimensions(shape: Shape, size: Size) -> tuple[int, int]:
    """Return width and height in pixels."""
    fit = ceil if size.at_least else floor
    width = fit(size.side * sqrt(shape.ratio) / STEP) * STEP
    height = fit(size.side / sqrt(shape.ratio) / STEP) * STEP
    return width, height


def nearest_shape(width: int, height: int) -> Shape:
    """Return the shape whose ratio is nearest, for drawing a placeholder."""
    ratio = width / height
    return min(SHAPES.values(), key=lambda shape: abs(shape.ratio / ratio - 1))


def named(width: int, height: int) -> tuple[Shape, Size] | None:
    """Return the shape and size that have these sides in pixels, None for a size of one's own."""
    return next(
        (
            (shape, size)
            for size in SIZES.values()
            for shape in SHAPES.values()
            if dimensions(shape, size) == (width, height)
        ),
        None,
    )


def larger(width: int, height: int) -> dict[str, tuple[int, int]]:
    """Return the sides at each size that is clearly larger, in the same ratio, by the size's name (A34)."""
    shape = Shape(name="", wide=width, high=height)
    sides = {size.name: dimensions(shape, size) for size in SIZES.values()}
    return {
        name: (wide, high)
        for name, (wide, high) in sides.items()
        if wide * high > CLEARLY * width * height and max(wide, high) <= MOST_SIDE
    }


def said(width: int, height: int) -> str:
    """Return a size in words: “3:2 at 1K”, or its sides where it has no name."""
    found = named(width, height)
    return f"{found[0].label} at {found[1].label}" if found else f"{width} × {height}"


def fields(width: int, height: int) -> dict[str, str]:
    """Return the composer's fields that ask for these sides: shape and size, or a width and a height."""
    found = named(width, height)
    if found is None:
        return {"width": str(width), "height": str(height)}
    return {"shape": found[0].name, "size": found[1].name}
