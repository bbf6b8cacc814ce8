"""Ready-made pictures, for when not even a sketch may be painted while somebody measures.

Two a size, made at their first use and kept; each job gets one of them with its
own comment inside, so that no two files are equal.  Their grain makes them as
heavy as a photograph: about 350 KB at 1024x1024.
"""

from __future__ import annotations

import random
from functools import lru_cache

from PIL import Image, ImageChops

from studio.sandbox.sketch import as_jpeg, draw, with_comment

PICTURES = 2
GRAIN = 0.28  # share of the full swing
JPEG_QUALITY = 86
USUAL_SIDE = 1024  # pixels


def stock(number: int, width: int, height: int) -> bytes:
    """A JPEG of `width` x `height` pixels for job `number`; no work but a copy from the second time on."""
    return with_comment(_grainy(number % PICTURES, width, height), f"sandbox-1 job {number}".encode())


def make_ready() -> None:
    """Makes the pictures of the usual size now, so that nobody waits for them later."""
    for which in range(PICTURES):
        _grainy(which, USUAL_SIDE, USUAL_SIDE)


@lru_cache(maxsize=24)
def _grainy(which: int, width: int, height: int) -> bytes:
    seed = f"stock {which}"
    noise = random.Random(seed).randbytes(width * height)  # noqa: S311 - repeatable grain
    grain = Image.frombytes("L", (width, height), noise).point(_softly)
    picture = ImageChops.overlay(draw(seed, "standard", width, height), Image.merge("RGB", [grain] * 3))
    return as_jpeg(picture, JPEG_QUALITY)


def _softly(tone: int) -> int:
    return round(128 + (tone - 128) * GRAIN)
