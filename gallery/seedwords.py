"""The words of made-up prompts: some everywhere, most seldom, one in a few images, one in old ones alone.

Pure: the same number always gives the same prompt.
"""

from bisect import bisect
from functools import cache
from itertools import accumulate
from random import Random

COMMON = "light"  # in one of five
SECOND = "linen"  # in one of a hundred
RARE = "zoetrope"  # in twenty images, however many there are
OLD = "tintype"  # in one of ten of the oldest fifth, and nowhere else
RARE_IMAGES = 20
WORDS = 4_000
SCENES = (
    *("dune", "fjord", "harbour", "orchard", "glacier", "alley", "cloister", "meadow", "canyon", "lagoon"),
    *("still life", "portrait", "street at night", "kitchen table", "paper boat", "stone bridge"),
    "lighthouse",
)
STYLES = ("risograph", "oil on board", "35mm film", "gouache", "linocut", "studio photograph", "wash")
MOODS = ("at dusk", "in fog", "after rain", "at first snow", "under neon", "in morning haze", "by candle")
PALETTE = ("red", "blue", "golden", "green", "violet", "amber", "teal", "black", "white", "rose")
HEADS = (
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
)
TAILS = ("an", "ar", "el", "en", "il", "im", "on", "or", "um", "us")


def prompt(number: int, total: int) -> str:
    """Return the prompt of an image; number: its place of all, the oldest 0."""
    draw = Random(number)  # noqa: S311 - the same each time, and nothing to guard
    pick = draw.choice
    parts = [f"{pick(PALETTE)} {pick(SCENES)} {pick(MOODS)}", pick(STYLES)]
    parts += [word(draw) for _ in range(draw.randint(3, 9))]
    if number % 5 == 0:
        parts.append(f"soft {COMMON}")
    if number % 100 == 7:
        parts.append(f"folded {SECOND}")
    if number % max(1, total // RARE_IMAGES) == total // RARE_IMAGES // 2:
        parts.append(RARE)
    if number < total // 5 and number % 10 == 3:
        parts.append(OLD)
    return ", ".join(parts)


def word(draw: Random) -> str:
    """Return a word, the first of the list far more often than the last."""
    names, weights = _words()
    return names[bisect(weights, draw.random() * weights[-1])]


@cache
def _words() -> tuple[list[str], list[float]]:
    draw = Random(1)  # noqa: S311
    names: dict[str, None] = {}
    while len(names) < WORDS:
        names["".join(draw.choice(HEADS) + draw.choice(TAILS) for _ in range(draw.randint(2, 3)))] = None
    return list(names), list(accumulate(1 / (rank + 4) for rank in range(WORDS)))
