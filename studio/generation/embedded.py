"""The texts that picture files carry beside their pixels: PNG, JPEG and WebP. Pure; decodes no pixel (A36).

Everything is bounded: how many parts are looked at, how long a text is, what a compressed one unpacks to.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from studio.generation.stripping import PNG_HEAD

MOST_TEXT = 400_000  # bytes of one text: many times what any tool writes
MOST_PARTS = 20_000
MOST_TAGS = 512
JPEG_SCAN, JPEG_END, JPEG_APP1, JPEG_COMMENT = 0xDA, 0xD9, 0xE1, 0xFE
EXIF, XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
XMP_KEY = "XML:com.adobe.xmp"
COMMENT, COMMENT_KEY = 0x9286, "UserComment"
EXIF_DIRECTORY, DESCRIPTION = 0x8769, 0x010E
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}


class UnreadablePicture(Exception):
    """The file cannot be looked into; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text and the name under which it stood."""

    name: str
    text: str


def texts(data: bytes) -> list[Text]:
    """Return the texts of a picture file, in their order. Raises UnreadablePicture."""
    kinds = ((PNG_HEAD, _png), (b"\xff\xd8", _jpeg), (b"RIFF", _webp))
    how = next((how for head, how in kinds if data.startswith(head)), None)
    if how is None or (how is _webp and data[8:12] != b"WEBP"):
        raise UnreadablePicture("This is no PNG, JPEG or WebP. Choose a picture of one of these kinds.")
    try:
        return list(how(data))
    except (struct.error, IndexError):
        raise UnreadablePicture(
            "The file ends in the middle, or is not laid out as its kind says. Download it again."
        ) from None


def _too_long() -> UnreadablePicture:
    return UnreadablePicture(
        f"The file has a text of more than {MOST_TEXT // 1000} KB, which is no recipe. It was not read."
    )


def _bounded(text: bytes) -> bytes:
    if len(text) > MOST_TEXT:
        raise _too_long()
    return text


def _unpacked(packed: bytes) -> bytes:
    """Unpack a text as far as the bound: a bomb is told before it goes off."""
    try:
        return _bounded(zlib.decompressobj().decompress(packed, MOST_TEXT + 1))
    except zlib.error:
        raise UnreadablePicture("A compressed text in the file is broken. Download it again.") from None


def _png(data: bytes) -> Iterator[Text]:
    at = len(PNG_HEAD)
    for _ in range(MOST_PARTS):
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise IndexError
        body = memoryview(data)[at + 8 : at + 8 + length]
        if kind == b"IEND":
            return
        yield from _png_text(kind, body)
        at += 12 + length
    raise UnreadablePicture("The file has too many parts to look through. It was not read.")


def _png_text(kind: bytes, body: memoryview) -> Iterator[Text]:
    if kind == b"eXIf":
        yield from _exif(_bounded(bytes(body)))
    if kind not in {b"tEXt", b"zTXt", b"iTXt"}:
        return
    name, mark, rest = _bounded(bytes(body)).partition(b"\0")
    if not mark:
        return
    if kind == b"tEXt":
        yield Text(name=name.decode("latin-1"), text=rest.decode("latin-1"))
    elif kind == b"zTXt":
        yield Text(name=name.decode("latin-1"), text=_unpacked(rest[1:]).decode("latin-1"))
    else:
        packed = rest[0] == 1
        text = rest[2:].split(b"\0", 2)[2]  # after the language and the translated name
        plain = _unpacked(text) if packed else text
        yield Text(name=name.decode("latin-1"), text=plain.decode("utf-8", "replace"))


def _jpeg(data: bytes) -> Iterator[Text]:
    at = 2
    for _ in range(MOST_PARTS):
        mark, kind = data[at], data[at + 1]
        if mark != 0xFF:
            raise IndexError
        if kind == 0xFF:  # filling before a marker
            at += 1
            continue
        if kind in {JPEG_SCAN, JPEG_END}:
            return
        length = struct.unpack_from(">H", data, at + 2)[0]
        body = data[at + 4 : at + 2 + length]
        if kind == JPEG_APP1 and body.startswith(EXIF):
            yield from _exif(body[len(EXIF) :])
        elif kind == JPEG_APP1 and body.startswith(XMP):
            yield Text(name=XMP_KEY, text=body[len(XMP) :].decode("utf-8", "replace"))
        elif kind == JPEG_COMMENT:
            yield Text(name="Comment", text=body.decode("utf-8", "replace"))
        at += 2 + length
    raise UnreadablePicture("The file has too many parts to look through. It was not read.")


def _webp(data: bytes) -> Iterator[Text]:
    at, end = 12, len(data)
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            return
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise IndexError
        body = memoryview(data)[at + 8 : at + 8 + length]
        if kind == b"EXIF":
            yield from _exif(_bounded(bytes(body)).removeprefix(EXIF))
        elif kind == b"XMP ":
            yield Text(name=XMP_KEY, text=_bounded(bytes(body)).decode("utf-8", "replace"))
        at += 8 + length + length % 2
    raise UnreadablePicture("The file has too many parts to look through. It was not read.")


def _exif(tiff: bytes) -> Iterator[Text]:
    """Yield the comment and the description of EXIF data; data that is no EXIF has none."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return
    try:
        first = struct.unpack_from(f"{order}I", tiff, 4)[0]
        tags = _tags(tiff, order, first)
        inner = tags.get(EXIF_DIRECTORY)
        if inner:
            tags |= _tags(tiff, order, struct.unpack(f"{order}I", inner[:4])[0])
    except struct.error:
        raise UnreadablePicture("The file's EXIF data is broken. Its recipe cannot be read.") from None
    if COMMENT in tags:
        yield Text(name=COMMENT_KEY, text=_comment(tags[COMMENT], order))
    if DESCRIPTION in tags:
        yield Text(name="ImageDescription", text=tags[DESCRIPTION].rstrip(b"\0").decode("utf-8", "replace"))


def _tags(tiff: bytes, order: str, at: int) -> dict[int, bytes]:
    """Return the values of one directory, those of kinds that hold texts and places."""
    found = {}
    count = struct.unpack_from(f"{order}H", tiff, at)[0]
    for number in range(min(count, MOST_TAGS)):
        tag, kind, length = struct.unpack_from(f"{order}HHI", tiff, at + 2 + 12 * number)
        size = SIZES.get(kind, 0) * length
        place = at + 2 + 12 * number + 8
        if size > 4:
            place = struct.unpack_from(f"{order}I", tiff, place)[0]
        if 0 < size <= MOST_TEXT:
            found[tag] = tiff[place : place + size]
    return found


def _comment(value: bytes, order: str) -> str:
    """Return the text of a user comment after the eight letters that name its encoding."""
    name, text = value[:8], value[8:]
    if name.startswith(b"UNICODE"):
        return _utf16(text, order)
    named = name.strip(b"\0") in {b"ASCII", b""}
    return (text if named else value).rstrip(b"\0").decode("utf-8", "replace")


def _utf16(text: bytes, order: str) -> str:
    """Decode UTF-16: by its mark, else by where the zeros of plain letters stand, else in EXIF's order."""
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return text.decode("utf-16", "replace").rstrip("\0")
    big, little = text[:200:2].count(0), text[1:200:2].count(0)
    if big == little:
        return text.decode("utf-16-be" if order == ">" else "utf-16-le", "replace").rstrip("\0")
    return text.decode("utf-16-be" if big > little else "utf-16-le", "replace").rstrip("\0")
