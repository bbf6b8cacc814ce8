"""An image as a file to take along: as kept, PNG or WebP; with its recipe inside, or clean (C21, C22).

Clean is what a client gets: the picture and its colour profile, upright, and nothing else, whoever wrote it.
Pixels are decoded one picture at a time in a process: a large one is fifty megabytes while it is open.
"""

import io
from collections.abc import Mapping
from enum import StrEnum
from threading import Lock
from typing import Any

from studio.generation import heap
from studio.generation.inscribing import inscribed
from studio.generation.stripping import UPRIGHT, Unstrippable, strip

LARGE = 2_000_000  # pixels, after which memory is given back at once
FORMATS = ("JPEG", "PNG", "WEBP")
MODES = ("RGB", "RGBA", "L", "LA")
OPTIONS: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 95, "subsampling": 0},
    "png": {"compress_level": 4},  # half the time of the usual level for two per cent more bytes
    "webp": {"quality": 92, "method": 3},
}
ORIENTATION = 0x0112
BROKEN = "The file of this image is not a whole picture any more."
_one_at_a_time = Lock()


class Format(StrEnum):
    """What kind of file is wanted."""

    ORIGINAL = "original"
    PNG = "png"
    WEBP = "webp"


class Inside(StrEnum):
    """What the file says beside its picture."""

    AS_KEPT = "kept"
    RECIPE = "recipe"
    CLEAN = "clean"


class Unmade(Exception):
    """The file on the disk is no picture any more; the text is a sentence for a person."""


def kind_of(kept: str, wanted: Format) -> str:
    """Return the kind of the file that is handed out: jpeg, png or webp."""
    return kept if wanted is Format.ORIGINAL else wanted.value


def handed(
    data: bytes,
    kept: str,
    wanted: Format,
    inside: Inside,
    *,
    recipe: Mapping[str, object],
    size: tuple[int, int],
) -> bytes:
    """Return a file's bytes as they are wanted. `data` is of the kind `kept`: jpeg, png or webp.

    `size` is the picture's, in pixels. Raises Unmade where the file is no whole picture any more.
    """
    kind = kind_of(kept, wanted)
    if kind != kept or (inside is Inside.CLEAN and _is_turned(data)):
        data = _drawn_anew(data, kind)
    if inside is Inside.CLEAN:
        return _clean(data)
    return inscribed(data, kind, recipe, size) if inside is Inside.RECIPE else data


def _is_turned(data: bytes) -> bool:
    """Tell whether the file has a browser turn its picture, which nothing says any more once it is clean."""
    from PIL import Image, UnidentifiedImageError  # by those who look into a picture alone

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            return bool(opened.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Unmade(BROKEN) from None


def _clean(data: bytes) -> bytes:
    try:
        return strip(data, UPRIGHT)
    except Unstrippable:
        raise Unmade(BROKEN) from None


def _drawn_anew(data: bytes, kind: str) -> bytes:
    """Return the picture upright, in another kind of file; its colour profile comes along."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # by those who decode alone

    made = io.BytesIO()
    try:
        with _one_at_a_time, Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            picture = ImageOps.exif_transpose(opened)
            profile = picture.info.get("icc_profile") if picture.mode != "CMYK" else None
            picture = picture if picture.mode in MODES else picture.convert("RGB")
            picture.info.clear()  # or Pillow would write what it read
            picture.save(made, kind.upper(), icc_profile=profile or b"", **OPTIONS[kind])
            large = picture.width * picture.height > LARGE
            del picture
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, OverflowError):
        raise Unmade(BROKEN) from None
    if large:
        heap.give_back()
    return made.getvalue()
