"""How long a job takes, in seconds (S3, S56).

`default` is 2 to 6 s by size, quality and job number; `real` a minute as in the
webhook sample; `instant` nothing; or a number of seconds.
"""

from __future__ import annotations

import math

REAL_SECONDS = 60.0
LEAST_SECONDS, MOST_SECONDS = 2.0, 6.0
LARGEST_SIDE = 4096
SHARE_OF_QUALITY = {"draft": 0.0, "standard": 0.5, "high": 1.0}


def checked(latency: str) -> str:
    """The same latency, if it is one.

    Raises:
        ValueError: it is neither a word of ours nor a number of seconds from 0 to 3600.
    """
    if latency in ("default", "real", "instant"):
        return latency
    try:
        seconds = float(latency)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        raise ValueError(
            f"latency must be real, default, instant or a number of seconds up to 3600, not {latency!r}"
        )
    return latency


def seconds(latency: str, *, width: int, height: int, quality: str, number: int) -> float:
    """The seconds that job `number` takes; the same job always takes the same."""
    if latency == "real":
        return REAL_SECONDS
    if latency == "instant":
        return 0.0
    if latency != "default":
        return float(latency)
    size = min(math.sqrt(width * height) / LARGEST_SIDE, 1.0)
    luck = (number * 0.6180339887498949) % 1.0  # the golden ratio spreads neighbours apart
    share = 0.5 * size + 0.25 * SHARE_OF_QUALITY[quality] + 0.25 * luck
    return LEAST_SECONDS + (MOST_SECONDS - LEAST_SECONDS) * share
