"""Take out of a picture file what is not picture: EXIF with places, XMP, comments, what hangs behind it.

Pure, from bytes to bytes, without decoding: the pixels stay as they were sent (IMG-07, IMG-08).
A colour profile stays, and of EXIF the one tag that says how the picture is turned.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

JPEG_KEPT = {
    0xDB,
    0xC4,
    0xDD,
    0xE0,
    0xEE,
    *range(0xC0, 0xC4),
    *range(0xC5, 0xC8),
    *range(0xC9, 0xCC),
    *range(0xCD, 0xD0),
}
JPEG_PROFILE = b"ICC_PROFILE\0"
JPEG_SCAN, JPEG_END, JPEG_EXIF, JPEG_APP2 = 0xDA, 0xD9, 0xE1, 0xE2
JPEG_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
JPEG_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)  # one first byte: 15 times as quick
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"bKGD",
    b"cICP",
}
WEBP_KEPT = {b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
WEBP_EXIF, WEBP_XMP = 0x08, 0x04
UPRIGHT = 1


class Unstrippable(Exception):
    """The file is not laid out as its format says, although a decoder may read it."""


def strip(data: bytes, turn: int) -> bytes:
    """Return the picture file without what is not picture; `turn` is its EXIF orientation, 1 to 8.

    Raises Unstrippable.
    """
    kinds: tuple[tuple[bytes, Callable[[bytes, int], bytes]], ...] = (
        (b"\xff\xd8", _jpeg), (PNG_HEAD, _png), (b"RIFF", _webp),
    )  # fmt: skip
    for head, how in kinds:
        if data.startswith(head):
            try:
                return how(data, turn)
            except (IndexError, struct.error):
                break
    raise Unstrippable


def _orientation(turn: int) -> bytes:
    """Return EXIF that holds the orientation alone."""
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 0x0112, 3, 1, turn, 0, 0)


def _jpeg(data: bytes, turn: int) -> bytes:
    kept = [data[:2]]
    if turn != UPRIGHT:
        exif = b"Exif\0\0" + _orientation(turn)
        kept.append(struct.pack(">BBH", 0xFF, JPEG_EXIF, len(exif) + 2) + exif)
    at = 2
    while True:
        found = JPEG_MARKER.match(data, at)
        if found is None:
            raise Unstrippable
        kind, at = found[1][0], found.end()
        if kind == JPEG_END:
            return b"".join([*kept, b"\xff\xd9"])
        length = struct.unpack_from(">H", data, at)[0]
        segment, at = data[at : at + length], at + length
        if kind == JPEG_SCAN:
            end = _scan_end(data, at)
            kept.append(bytes([0xFF, kind]) + segment + data[at:end])
            at = end
        elif kind in JPEG_KEPT or (kind == JPEG_APP2 and segment[2:].startswith(JPEG_PROFILE)):
            kept.append(bytes([0xFF, kind]) + segment)


def _scan_end(data: bytes, at: int) -> int:
    """Return where the next marker stands that ends a scan's data."""
    found = JPEG_SCAN_END.search(data, at)
    if found is None:
        raise Unstrippable
    return found.start()


def _png(data: bytes, turn: int) -> bytes:
    kept = [PNG_HEAD]
    at = len(PNG_HEAD)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        whole = data[at : at + length + 12]
        if len(whole) != length + 12:
            raise Unstrippable
        if kind == b"IEND" and turn != UPRIGHT:
            kept.append(_chunk(b"eXIf", _orientation(turn)))
        if kind in PNG_KEPT:
            kept.append(whole)
        if kind == b"IEND":
            return b"".join(kept)
        at += len(whole)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _webp(data: bytes, turn: int) -> bytes:
    if data[8:12] != b"WEBP":
        raise Unstrippable
    kept = []
    extended = False
    for kind, body in _webp_chunks(data):
        if kind == b"VP8X":
            extended = True
            flags = body[0] & ~(WEBP_EXIF | WEBP_XMP) | (WEBP_EXIF if turn != UPRIGHT else 0)
            kept.append((kind, bytes([flags]) + body[1:]))
        elif kind in WEBP_KEPT:
            kept.append((kind, body))
    if extended and turn != UPRIGHT:
        kept.append((b"EXIF", _orientation(turn)))
    packed = b"".join(
        kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in kept
    )
    return b"RIFF" + struct.pack("<I", len(packed) + 4) + b"WEBP" + packed


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = min(8 + struct.unpack_from("<I", data, 4)[0], len(data))
    at = 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise Unstrippable
        yield kind, body
        at += 8 + length + length % 2
