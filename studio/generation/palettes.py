"""The few colours that a picture is made of, found while its renditions are drawn (C24). No database.

Five colours and their shares stand in one short line, “c4512d:62 1f2a44:21 …”, the largest share first:
what reads it needs no picture and no Pillow.
"""

from collections.abc import Iterator
from itertools import combinations

from PIL import Image

from studio.generation import oklab

MOST = 5
ALIKE = 0.045  # in OKLab: nearer than that nobody calls them two colours
LOOKED_AT = 64  # pixels on the long side: enough for shares of a few per cent
CANDIDATES = 14
LEAST_SHARE = 3  # per cent
SMALL_COUNTS = 0.3  # how little a share weighs beside a difference: a small clear colour is kept apart

type Shade = tuple[float, tuple[float, ...], oklab.Lab]  # its share in per cent; red, green, blue; its place


def palette(picture: Image.Image) -> str:
    """Return the line of an RGB picture's colours: at most five, each with its share in per cent."""
    shades = _shades(picture.reduce(max(1, max(picture.size) // LOOKED_AT)))
    while len(shades) > 1:
        _, near, one, other = min(_pairs(shades))
        if len(shades) <= MOST and near > ALIKE:
            break
        shades = [shade for shade in shades if shade not in (one, other)] + [_mixed(one, other)]
    shades.sort(reverse=True)
    kept = [shade for shade in shades if shade[0] >= LEAST_SHARE] or shades[:1]
    return " ".join(f"{_hex(shade[1])}:{round(shade[0])}" for shade in kept)


def _shades(small: Image.Image) -> list[Shade]:
    counted = small.quantize(CANDIDATES, method=Image.Quantize.MAXCOVERAGE)
    flat, whole = counted.getpalette() or [], small.width * small.height
    colours = ((count, index) for count, index in counted.getcolors() or [] if isinstance(index, int))
    return [_shade(100 * count / whole, tuple(flat[3 * index : 3 * index + 3])) for count, index in colours]


def _shade(share: float, colour: tuple[float, ...]) -> Shade:
    return share, colour, oklab.of_hex(_hex(colour))


def _pairs(shades: list[Shade]) -> Iterator[tuple[float, float, Shade, Shade]]:
    for one, other in combinations(shades, 2):
        near = oklab.distance(one[2], other[2])
        yield near * (one[0] * other[0] / (one[0] + other[0])) ** SMALL_COUNTS, near, one, other


def _mixed(one: Shade, other: Shade) -> Shade:
    share = one[0] + other[0]
    return _shade(
        share, tuple((a * one[0] + b * other[0]) / share for a, b in zip(one[1], other[1], strict=True))
    )


def _hex(colour: tuple[float, ...]) -> str:
    return "".join(f"{round(value):02x}" for value in colour)
