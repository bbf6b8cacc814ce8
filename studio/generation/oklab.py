"""Colours as eyes tell them apart: OKLab, in which equal distances look alike. Pure arithmetic (C24).

After Björn Ottosson, https://bottosson.github.io/posts/oklab/.
"""

import math

type Lab = tuple[float, float, float]  # lightness 0 to 1; green to red and blue to yellow, -0.4 to 0.4


def of_hex(colour: str) -> Lab:
    """Return the place of a colour written in six hexadecimal digits."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def distance(one: Lab, other: Lab) -> float:
    """Return how far two colours are from each other: black from white 1."""
    return math.dist(one, other)


def _linear(value: float) -> float:
    return float(value / 12.92) if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
