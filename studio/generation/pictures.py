"""Picture files: is it a picture, how large, what colour; and its small renditions. No database.

What came over the network is doubted: the format is told by the bytes, sizes are checked before
a pixel is decoded, every byte of the picture is decoded before it counts as one, and everything
Pillow may raise becomes one `BadPicture` (IMG-01 to IMG-05). What is not picture is taken out of
the file that is kept (IMG-07, IMG-08). Renditions are 512, 256 and 128 pixels on the long side:
a JPEG is decoded once, scaled by the decoder itself, which is the check and the base in one.
"""

import hashlib
import io
import os
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import (
    Image,
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401 - or Pillow imports forty formats at the first WebP
)

from studio.generation.picturefacts import RENDITIONS, BadPicture, CannotWrite, Facts
from studio.generation.stripping import Unstrippable, strip

__all__ = ["RENDITIONS", "BadPicture", "CannotWrite", "Facts", "Verified", "draw", "verify"]

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 4096 * 4096
MOST_SIDE = 8192
WEBP = {"quality": 80, "method": 1}  # a third of the default's work for 7 to 22 % more bytes
COLOURED = 16  # pixels on the long side of what the colour is taken from
LIKE_SENT = 95  # the quality of a JPEG or WebP that had to be written anew
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = {TURNS[5], TURNS[6], TURNS[7], TURNS[8]}
BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    MemoryError,
    struct.error,
    OverflowError,
    EOFError,
    IndexError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A picture that was decoded to its end: what it is, and itself at the largest rendition's size."""

    facts: Facts
    small: Image.Image


def verify(path: Path, clean: Path) -> Verified:
    """Decode a picture to its end, and write what is picture of it into the new file `clean`, synced.

    Raises BadPicture when it is none, is larger than 4096² pixels or cannot be decoded to the end,
    and CannotWrite when the disk takes no file.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            data = _stripped(path)
            with ThreadPoolExecutor(1) as aside:  # the disk takes as long as the decoder
                written = aside.submit(_write_synced, clean, data)
                verified = _verified(data)
        except BROKEN as error:
            raise BadPicture(f"What Doitong sent is not a whole picture ({type(error).__name__}).") from None
    written.result()
    return verified


def draw(small: Image.Image, folder: Path) -> None:
    """Write the renditions into a new folder, each from the one before. Raises CannotWrite."""
    image = small
    try:
        folder.mkdir(parents=True)
        for side in RENDITIONS:
            image = _within(image, side)
            _write(image, folder / f"{side}.webp")
    except OSError as error:
        raise CannotWrite(f"The picture could not be written: {error.strerror or error}.") from None


def _stripped(path: Path) -> bytes:
    """Return the file as it is kept; its header was looked at, nothing was decoded."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _check_size(image.size)
        turn = _orientation(image)
        try:
            return strip(data, turn)
        except Unstrippable:
            return _written_anew(image)


def _verified(data: bytes) -> Verified:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        _check_size(image.size)
        name = (image.format or "").lower()
        image.draft("RGB", (RENDITIONS[0], RENDITIONS[0]))  # JPEG only; every byte is still decoded
        image.load()
        turn = TURNS.get(_orientation(image))
        small = _as_seen(image)
    if turn is not None:
        small = small.transpose(turn)
    if turn in ON_ITS_SIDE:
        width, height = height, width
    facts = Facts(
        format=name,
        width=width,
        height=height,
        colour=_dominant(small),
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return Verified(facts=facts, small=small)


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and width * height <= MOST_PIXELS):
        raise BadPicture(f"The picture is {width} x {height}: larger than the studio keeps.")


def _written_anew(image: Image.Image) -> bytes:
    """Return a file of the same format with the picture alone, where it could not be taken out as it is."""
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    image.load()
    buffer = io.BytesIO()
    image.save(
        buffer, kind, quality=LIKE_SENT, exif=_only_turn(image), icc_profile=image.info.get("icc_profile")
    )
    return buffer.getvalue()


def _only_turn(image: Image.Image) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = _orientation(image)
    return exif


def _orientation(image: Image.Image) -> int:
    """Return how a browser turns the picture by its EXIF, 1 to 8; EXIF that cannot be read turns nothing."""
    try:
        told = image.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return told if told in TURNS else 1


def _as_seen(image: Image.Image) -> Image.Image:
    """Return it small and in RGB: 16-bit greys in their shades, what is clear on white."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda shade: shade * (1 / 257)).convert("L")
    if not image.has_transparency_data:
        return _within(image.convert("RGB"), RENDITIONS[0])
    clear = _within(image.convert("RGBA"), RENDITIONS[0])
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def _within(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    if longest == 2 * side:
        return image.reduce(2)
    size = tuple(max(1, round(length * side / longest)) for length in image.size)
    return image.resize((size[0], size[1]), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _write(image: Image.Image, path: Path) -> None:
    with path.open("xb") as file:
        image.save(file, "WEBP", icc_profile=b"", **WEBP)  # a profile may be of CMYK, or a megabyte long
        file.flush()
        os.fsync(file.fileno())


def _write_synced(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CannotWrite(f"The picture could not be written: {error.strerror or error}.") from None


def _dominant(image: Image.Image) -> str:
    """Return the most frequent of eight colours, as the placeholder behind the picture."""
    tiny = image.reduce(max(1, max(image.size) // COLOURED))
    palette = tiny.quantize(8)
    counted = palette.getcolors() or [(1, 0)]
    index = max(counted)[1]
    colours = palette.getpalette() or [0, 0, 0]
    red, green, blue = colours[3 * int(str(index)) : 3 * int(str(index)) + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
