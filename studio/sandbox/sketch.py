"""Coarse pictures for when the sandbox must not be what is measured: a sky, a sun and hills.

Some milliseconds of one core each, with nothing loaded but Pillow.  Drawn small
and enlarged; above two megapixels a few backgrounds are made once and each job
gets one of them with its own comment inside, so that no two files are equal.
"""

from __future__ import annotations

import colorsys
import io
import random
from functools import lru_cache

from PIL import Image, ImageDraw

DRAWN = 96  # pixels of the longer side before it is enlarged
LARGE = 2_000_000  # pixels
BACKGROUNDS = 4
JPEG_QUALITY = 75

Colour = tuple[int, int, int]


def sketch(prompt: str, number: int, width: int, height: int, quality: str) -> bytes:
    """A JPEG of `width` x `height` pixels; the same for the same five, and for no other `number`."""
    note = f"sandbox-1 job {number} {quality}".encode()
    if width * height > LARGE:
        return with_comment(_background(number % BACKGROUNDS, width, height), note)
    return with_comment(as_jpeg(draw(f"{prompt}:{number}", quality, width, height)), note)


@lru_cache(maxsize=32)
def _background(which: int, width: int, height: int) -> bytes:
    return as_jpeg(draw(f"background {which}", "standard", width, height))


def draw(seed: str, quality: str, width: int, height: int) -> Image.Image:
    """A sky, a sun and hills; the same for the same four."""
    luck = random.Random(seed)  # noqa: S311 - repeatable luck
    scale = DRAWN / max(width, height)
    small = Image.new("RGB", (max(8, round(width * scale)), max(8, round(height * scale))))
    pen, hue = ImageDraw.Draw(small), luck.random()
    _sky(pen, small, hue)
    _sun(pen, small, luck, hue)
    for layer in range({"draft": 2, "standard": 3, "high": 5}.get(quality, 3)):
        _hills(pen, small, luck, hue, layer)
    return small.resize((width, height), Image.Resampling.BILINEAR)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _sky(pen: ImageDraw.ImageDraw, small: Image.Image, hue: float) -> None:
    for row in range(small.height):
        share = row / small.height
        pen.line(
            (0, row, small.width, row), _colour(hue + 0.12 * share, 0.55 - 0.3 * share, 0.6 + 0.35 * share)
        )


def _sun(pen: ImageDraw.ImageDraw, small: Image.Image, luck: random.Random, hue: float) -> None:
    across, down = luck.random() * small.width, luck.random() * small.height * 0.5
    radius = max(2.0, small.height * (0.06 + 0.08 * luck.random()))
    pen.ellipse(
        (across - radius, down - radius, across + radius, down + radius), _colour(hue + 0.15, 0.2, 1.0)
    )


def _hills(pen: ImageDraw.ImageDraw, small: Image.Image, luck: random.Random, hue: float, layer: int) -> None:
    level = small.height * (0.5 + 0.12 * layer)
    points = [
        (small.width * step / 6, level + small.height * 0.1 * (luck.random() - 0.5)) for step in range(7)
    ]
    shape = [(0.0, float(small.height)), *points, (float(small.width), float(small.height))]
    pen.polygon(shape, _colour(hue + 0.05 * layer, 0.5, max(0.1, 0.55 - 0.12 * layer)))


def as_jpeg(image: Image.Image, quality: int = JPEG_QUALITY) -> bytes:
    """The picture as JPEG bytes."""
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality)
    return held.getvalue()


def with_comment(jpeg: bytes, note: bytes) -> bytes:
    """The same JPEG with a note in its comment."""
    segment = b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note
    return jpeg[:2] + segment + jpeg[2:]
