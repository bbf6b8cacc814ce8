"""Write an image's recipe into a copy of its file, as XMP, and read it back. Pure, no pixel decoded (C22).

The original stays clean: only who asks for the recipe gets it. XMP is the one way that PNG, JPEG and WebP
share and that picture programs show.
"""

import html
import json
import re
import struct
import zlib
from collections.abc import Mapping

from studio.generation.embedded import XMP, XMP_KEY
from studio.generation.stripping import PNG_HEAD

SPACE = "urn:prompt-studio:recipe:1"
HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    f'xmlns:recipe="{SPACE}" recipe:json="'
)
MIDDLE = '"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
TAIL = '</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
OURS = re.compile(rf'xmlns:recipe="{re.escape(SPACE)}" recipe:json="([^"<]*)"')
WEBP_XMP, WEBP_ALPHA = 0x04, 0x10
MOST_SEGMENT = 65_000  # of JPEG's parts


def packet(recipe: Mapping[str, object]) -> bytes:
    """Return a recipe as XMP; `prompt` stands in it once more as the description that programs show."""
    said = html.escape(json.dumps(dict(recipe), ensure_ascii=False, separators=(",", ":")))
    prompt = html.escape(str(recipe["prompt"]))
    return f"{HEAD}{_plain(said)}{MIDDLE}{_plain(prompt)}{TAIL}".encode()


def _plain(text: str) -> str:
    """Leave out what XML has no letter for."""
    kept = "".join(letter for letter in text if letter >= " " or letter in "\n\t")
    return kept.encode("utf-8", "ignore").decode()


def read(xmp: str) -> dict[str, object] | None:
    """Return the recipe that `packet` wrote; None where there is none, or none that can be read."""
    found = OURS.search(xmp)
    if found is None:
        return None
    try:
        said = json.loads(html.unescape(found[1]))
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("prompt"), str) else None


def inscribed(data: bytes, kind: str, recipe: Mapping[str, object], size: tuple[int, int]) -> bytes:
    """Return the file with the recipe in it. `kind` is png, jpeg or webp; `size` its sides in pixels.

    A file whose kind is another, or whose part would be too long, comes back as it is.
    """
    xmp = packet(recipe)
    if kind == "png" and data.startswith(PNG_HEAD):
        head = len(PNG_HEAD) + 25  # the mark and the first chunk, which must be first
        return data[:head] + _chunk(b"iTXt", XMP_KEY.encode() + b"\0\0\0\0\0" + xmp) + data[head:]
    if kind == "jpeg" and data.startswith(b"\xff\xd8") and len(xmp) < MOST_SEGMENT:
        body = XMP + xmp
        return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body + data[2:]
    if kind == "webp" and data[8:12] == b"WEBP":
        return _webp(data, xmp, size)
    return data


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _webp(data: bytes, xmp: bytes, size: tuple[int, int]) -> bytes:
    """Say in the first part that there is XMP, and put it behind the picture."""
    body = data[12:]
    if body[:4] == b"VP8X":
        head = body[:8] + bytes([body[8] | WEBP_XMP]) + body[9:18]
        rest = body[18:]
    else:
        alpha = WEBP_ALPHA if body[:4] == b"VP8L" else 0
        sides = b"".join((side - 1).to_bytes(3, "little") for side in size)
        head, rest = b"VP8X" + struct.pack("<IBBBB", 10, WEBP_XMP | alpha, 0, 0, 0) + sides, body
    part = b"XMP " + struct.pack("<I", len(xmp)) + xmp + b"\0" * (len(xmp) % 2)
    whole = head + rest + part
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WEBP" + whole
