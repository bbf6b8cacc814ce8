"""An image as a file to take along: as kept, PNG or WebP; with its recipe inside, or clean (C21, C22).

Clean is what a client gets: the picture and its colour profile, upright, and nothing else, whoever wrote it.
Pixels are decoded one picture at a time in a web process, and large ones in a process of their own.
"""

import io
import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from threading import Lock

from studio.generation.inscribing import inscribed
from studio.generation.stripping import UPRIGHT, Unstrippable, strip

LARGE = 1_500_000  # pixels: a process of its own draws a larger one, whose memory goes with it
PATIENCE = 60  # seconds for one
REDRAWING = Path(__file__).with_name("redrawing.py")
FORMATS = ("JPEG", "PNG", "WEBP")
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
        data = _drawn_anew(data, kind, size[0] * size[1])
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


def _drawn_anew(data: bytes, kind: str, pixels: int) -> bytes:
    """Return the picture upright, in another kind of file; a large one is drawn by a process of its own."""
    from gallery import redrawing  # with Pillow, for those who decode alone

    try:
        with _one_at_a_time:
            return redrawing.redrawn(data, kind) if pixels <= LARGE else _drawn_aside(data, kind)
    except (*redrawing.BROKEN, subprocess.SubprocessError):
        raise Unmade(BROKEN) from None


def _drawn_aside(data: bytes, kind: str) -> bytes:
    command = [sys.executable, "-I", str(REDRAWING), kind]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, timeout=PATIENCE, check=True).stdout  # noqa: S603
