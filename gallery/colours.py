"""Finding by colour: a palette becomes tokens, and a colour asked for the tokens near it (C24).

OKLab is laid out in cells; a token names a cell. What is near is said when a search is read, so that an
image carries one token a colour and a search is a few look-ups in the same index as any other facet.
Pure but for `tokens_of`, which asks one query.
"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from itertools import product
from math import hypot

from studio.generation.models import Image
from studio.generation.oklab import Lab, of_hex

CELL = 0.06  # a cell's sides in OKLab: about three steps that an eye can tell
NEAR = 0.085  # how far a cell's middle may be from what is asked for
SHADES_ALIKE = 0.6  # how much lightness counts: a darker red is nearer to red than a brown as light
GREY, CLEAR = 0.03, 0.10  # chroma: of a grey lightness counts in full, of a clear colour as said above
LEAST_SHARE = 6  # per cent of the picture; what is less does not make it red
HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.ASCII | re.IGNORECASE)
# What people call a colour is wider than one: several shades of it stand behind a name.
NAMED = {
    "red": "d62828 a82a26", "crimson": "b3142c", "orange": "f28c28 d96f1e", "amber": "f5b030",
    "gold": "d4a72c", "yellow": "f6d32d f4e27a", "lime": "a5d63f", "green": "3c9a4b 1f5a36 7fb86a",
    "olive": "78813a", "emerald": "1f9d6b", "teal": "1d8a8a", "turquoise": "3ec9c0", "cyan": "36c5e0",
    "sky": "8cc4ee", "blue": "2f62d0 274a96 5b8fd8", "navy": "1c2b5a", "indigo": "4338a8",
    "purple": "7a3fb0 522a78", "violet": "9a6ad8 6a45c0", "magenta": "cc2f9c", "pink": "f09ab5 e66a9a",
    "rose": "d9607e", "brown": "7b4b2a 5a3a26", "terracotta": "c4603f", "beige": "dcc8a5", "sand": "d8b98a",
    "cream": "f5ecd4", "white": "fafafa", "silver": "c4c6c9", "grey": "808285 a4a6a8 5c5e62",
    "gray": "808285 a4a6a8 5c5e62", "charcoal": "3a3c40", "black": "0c0c0e",
}  # fmt: skip

type Cell = tuple[int, int, int]


def tokens_of(ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the tokens of images' colours by their ids. One query."""
    rows = Image.objects.filter(pk__in=ids).values_list("pk", "palette", "colour")
    return {pk: tokens(line or f"{colour.lstrip('#')}:100") for pk, line, colour in rows}


def tokens(line: str) -> tuple[str, ...]:
    """Return the tokens of a palette's line (“c4512d:62 …”), each once; of one that cannot be read, none."""
    shares = (part.partition(":")[::2] for part in line.split())
    found = [
        colour for colour, share in shares if hex_of(colour) and share.isdigit() and int(share) >= LEAST_SHARE
    ]
    return tuple(dict.fromkeys(_token(_cell(of_hex(colour))) for colour in found))


def near(text: str) -> tuple[str, ...]:
    """Return the tokens of all that looks like a colour: “#c33”, “cc3333”, “teal”; () for no colour."""
    word = text.strip().lower()
    asked = NAMED[word].split() if word in NAMED else [hex_of(word)]
    return tuple(dict.fromkeys(token for colour in asked if colour for token in _near(colour)))


def hex_of(text: str) -> str:
    """Return the six digits of a colour written in three or six, "" for what is none."""
    found = HEX.fullmatch(text)
    if found is None:
        return ""
    digits = found[1].lower()
    return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)


@cache
def _near(colour: str) -> tuple[str, ...]:
    asked = of_hex(colour)
    middle, reach = _cell(asked), range(-4, 5)
    around = (_add(middle, step) for step in product(reach, reach, reach))
    return tuple(_token(cell) for cell in around if cell == middle or _apart(asked, cell) <= NEAR)


def _apart(asked: Lab, cell: Cell) -> float:
    """Return how far a cell's middle is; the clearer the colour asked for, the less its lightness counts."""
    lightness, a, b = (place * CELL - one for place, one in zip(cell, asked, strict=True))
    clear = min(max((hypot(*asked[1:]) - GREY) / (CLEAR - GREY), 0), 1)
    return hypot(lightness * (1 - clear * (1 - SHADES_ALIKE)), a, b)


def _cell(colour: Lab) -> Cell:
    lightness, a, b = (round(one / CELL) for one in colour)
    return lightness, a, b


def _add(cell: Cell, step: Cell) -> Cell:
    return cell[0] + step[0], cell[1] + step[1], cell[2] + step[2]


def _token(cell: Cell) -> str:
    """Return a cell's name: letters and digits only, so that every index takes it as one word."""
    return "_k" + "".join(f"{'n' if place < 0 else ''}{abs(place)}x" for place in cell)
