"""How long a job takes, in seconds (S3, S56).

`default` is 2 to 6 s by size, quality and job number; `real` a minute as in the
webhook sample; `instant` nothing; a number of seconds; or two of them, such as
`0.5-1.5`: anything between, each as likely as the next.
"""

from __future__ import annotations

import math
import random
import re

REAL_SECONDS = 60.0
LEAST_SECONDS, MOST_SECONDS = 2.0, 6.0
LARGEST_SIDE = 4096
LONGEST_SECONDS = 3600.0
TWO = re.compile(r"[0-9.]+-[0-9.]+")
SHARE_OF_QUALITY = {"draft": 0.0, "standard": 0.5, "high": 1.0}


def checked(latency: str) -> str:
    """The same latency, if it is one.

    Raises:
        ValueError: it is neither a word of ours, nor seconds from 0 to 3600, nor two of those.
    """
    if latency in ("default", "real", "instant"):
        return latency
    least, most = _bounds(latency)
    if not 0 <= least <= most <= LONGEST_SECONDS:
        raise ValueError(
            "latency must be real, default, instant, seconds up to 3600, or two such as 0.5-1.5,"
            f" not {latency!r}"
        )
    return latency


def _bounds(latency: str) -> tuple[float, float]:
    """The least and the most seconds; not a number where it is none."""
    least, dash, most = latency.partition("-") if TWO.fullmatch(latency) else (latency, "", "")
    try:
        return float(least), float(most if dash else least)
    except ValueError:
        return math.nan, math.nan


def seconds(latency: str, *, width: int, height: int, quality: str, number: int) -> float:
    """The seconds that job `number` takes; the same job always takes the same."""
    if latency == "real":
        return REAL_SECONDS
    if latency == "instant":
        return 0.0
    if latency != "default":
        least, most = _bounds(latency)
        luck = random.Random(f"latency:{number}").random()  # noqa: S311 - repeatable luck
        return least + (most - least) * luck
    size = min(math.sqrt(width * height) / LARGEST_SIDE, 1.0)
    luck = (number * 0.6180339887498949) % 1.0  # the golden ratio spreads neighbours apart
    share = 0.5 * size + 0.25 * SHARE_OF_QUALITY[quality] + 0.25 * luck
    return LEAST_SECONDS + (MOST_SECONDS - LEAST_SECONDS) * share
