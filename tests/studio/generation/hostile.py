"""Pictures as a broken or hostile provider may send them, each made from nothing by a short recipe.

`KEPT` are whole pictures of the three formats that the studio keeps, in every variety; `REFUSED` is
all else, with the least that each must be refused for.
"""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, PngImagePlugin

RED = (200, 30, 40)


def picture(size: tuple[int, int] = (600, 400), mode: str = "RGB", colour: Any = RED) -> Image.Image:
    return Image.new(mode, size, colour)


def encoded(image: Image.Image, name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def noisy(size: tuple[int, int] = (600, 400)) -> Image.Image:
    """Return a picture whose data is long enough to be cut in the middle."""
    return Image.effect_noise(size, 80).convert("RGB")


def animated(name: str) -> bytes:
    frames = [picture(colour=colour) for colour in (RED, (0, 0, 255), (0, 255, 0))]
    return encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=50)


def turned() -> bytes:
    """Return a JPEG whose EXIF says that it stands on its side: 600 x 400 stored, 400 x 600 meant."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture(), "JPEG", exif=exif)


def two_in_one() -> bytes:
    """Return an MPO: a JPEG with another behind it, as cameras write."""
    return encoded(picture(), "MPO", save_all=True, append_images=[picture(colour=(0, 0, 255))])


def png_of(width: int, height: int, *, data: bytes = b"") -> bytes:
    """Return a PNG that claims a size and holds hardly anything."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """Return a PNG with a compressed comment that unpacks to 80 MB."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 80_000_000, zip=True)
    return encoded(picture((8, 8)), "PNG", pnginfo=info)


def cut(whole: bytes, share: float = 0.5) -> bytes:
    return whole[: int(len(whole) * share)]


def bad_sum() -> bytes:
    """Return a PNG whose picture data does not match its checksum."""
    whole = bytearray(encoded(noisy(), "PNG"))
    whole[len(whole) // 2] ^= 0xFF
    return bytes(whole)


KEPT: dict[str, tuple[Callable[[], bytes], str, tuple[int, int]]] = {
    "jpeg": (lambda: encoded(picture(), "JPEG"), "jpeg", (600, 400)),
    "jpeg, progressive": (lambda: encoded(noisy(), "JPEG", progressive=True), "jpeg", (600, 400)),
    "jpeg, grey": (lambda: encoded(picture(mode="L", colour=90), "JPEG"), "jpeg", (600, 400)),
    "jpeg, CMYK": (
        lambda: encoded(picture(mode="CMYK", colour=(0, 200, 200, 20)), "JPEG"),
        "jpeg",
        (600, 400),
    ),
    "jpeg, turned by EXIF": (turned, "jpeg", (400, 600)),
    "jpeg, two in one": (two_in_one, "jpeg", (600, 400)),
    "jpeg, junk behind": (lambda: encoded(picture(), "JPEG") + b"junk" * 50_000, "jpeg", (600, 400)),
    "png": (lambda: encoded(picture(), "PNG"), "png", (600, 400)),
    "png, alpha": (lambda: encoded(picture(mode="RGBA", colour=(*RED, 0)), "PNG"), "png", (600, 400)),
    "png, grey and alpha": (lambda: encoded(picture(mode="LA", colour=(9, 9)), "PNG"), "png", (600, 400)),
    "png, palette": (lambda: encoded(noisy().quantize(16), "PNG"), "png", (600, 400)),
    "png, palette, clear": (
        lambda: encoded(noisy().quantize(16), "PNG", transparency=0),
        "png",
        (600, 400),
    ),
    "png, one bit": (lambda: encoded(picture(mode="1", colour=1), "PNG"), "png", (600, 400)),
    "png, 16 bit": (lambda: encoded(picture(mode="I;16", colour=30_000), "PNG"), "png", (600, 400)),
    "png, animated": (lambda: animated("PNG"), "png", (600, 400)),
    "webp": (lambda: encoded(picture(), "WEBP"), "webp", (600, 400)),
    "webp, alpha": (lambda: encoded(picture(mode="RGBA", colour=(*RED, 9)), "WEBP"), "webp", (600, 400)),
    "webp, lossless": (lambda: encoded(noisy(), "WEBP", lossless=True), "webp", (600, 400)),
    "webp, animated": (lambda: animated("WEBP"), "webp", (600, 400)),
    "one pixel": (lambda: encoded(picture((1, 1)), "PNG"), "png", (1, 1)),
    "a line": (lambda: encoded(picture((8192, 1)), "PNG"), "png", (8192, 1)),
    "as large as may be": (lambda: encoded(picture((4096, 4096)), "JPEG"), "jpeg", (4096, 4096)),
    "odd sides": (lambda: encoded(picture((1023, 511)), "JPEG"), "jpeg", (1023, 511)),
}

REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "one byte": lambda: b"\xff",
    "a jpeg's first bytes": lambda: b"\xff\xd8\xff\xe0",
    "jpeg, half": lambda: cut(encoded(noisy(), "JPEG")),
    "jpeg, most": lambda: cut(encoded(noisy(), "JPEG"), 0.95),
    "png, half": lambda: cut(encoded(noisy(), "PNG")),
    "png, bad sum": bad_sum,
    "webp, half": lambda: cut(encoded(noisy(), "WEBP")),
    "gif": lambda: encoded(picture().quantize(4), "GIF"),
    "tiff": lambda: encoded(picture(), "TIFF"),
    "bmp": lambda: encoded(picture(), "BMP"),
    "ico": lambda: encoded(picture((64, 64)), "ICO"),
    "ppm": lambda: encoded(picture(), "PPM"),
    "eps": lambda: encoded(picture(), "EPS"),
    "pdf": lambda: encoded(picture(), "PDF"),
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": lambda: b"<!doctype html><title>Sign in</title>",
    "json": lambda: b'{"error": "gone"}',
    "random": lambda: bytes(range(256)) * 40,
    "jpeg mark, html behind": lambda: b"\xff\xd8\xff\xe0<html>" * 100,
    "png, 30,000 a side": lambda: png_of(30_000, 30_000),
    "png, 9,459 a side": lambda: png_of(9_459, 9_459),  # Pillow only warns of that many pixels
    "png, one pixel too many": lambda: png_of(4_096, 4_097),
    "8193 wide": lambda: encoded(picture((8_193, 1)), "PNG"),
    "8193 high": lambda: encoded(picture((1, 8_193)), "JPEG"),
    "png, no pixels": lambda: png_of(0, 0),
    "png, less data than it says": lambda: png_of(64, 64, data=b"\0" * 100),
    "png, a text that unpacks to 80 MB": text_bomb,
}
