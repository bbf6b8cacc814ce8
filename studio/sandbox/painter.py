"""From a job's words to a JPEG: the thin, typed door to the art.

The number of the job is the seed: the same job always gives the same picture,
and no two jobs the same (S91).  What was asked is written into the file's
comment, not over the picture (S41).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from studio.sandbox.sketch import sketch

JPEG_QUALITY = {"draft": 80, "standard": 86, "high": 92}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """What a painter needs to know of a job; sizes in pixels."""

    prompt: str
    number: int
    width: int
    height: int
    quality: str
    fast: bool


def paint(wanted: Commission) -> bytes:
    """The picture as JPEG bytes of the true size; some milliseconds where `fast`, else about a second."""
    if wanted.fast:
        return sketch(wanted.prompt, wanted.number, wanted.width, wanted.height, wanted.quality)
    held = io.BytesIO()
    note = f"sandbox-1 job {wanted.number} {wanted.width}x{wanted.height} {wanted.quality}: {wanted.prompt}"
    _picture(wanted).save(held, "JPEG", quality=JPEG_QUALITY[wanted.quality], comment=note.encode())
    return held.getvalue()


def _picture(wanted: Commission) -> Image.Image:
    from studio.sandbox.art.pictures import picture  # a third of a second, for painters only

    drawn: Image.Image = picture(wanted.prompt, wanted.number, wanted.width, wanted.height, wanted.quality)
    return drawn
