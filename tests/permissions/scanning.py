"""The search for a known text in whatever disguise: plain, reversed, encoded, packed, or several of these."""

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote

RUNS = re.compile(rb"[A-Za-z0-9+/_=-]{24,}")


@cache
def disguises(text: str) -> tuple[bytes, ...]:
    """Return the forms in which a key could hide."""
    raw = text.encode()
    known = (raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode())
    coded = (quote(text, safe="").encode(), text.encode("utf-16-le"))
    return known + coded + tuple(base64.b64encode(b"x" * offset + raw)[4:-4] for offset in range(3))


def hides(data: bytes, text: str, depth: int = 3) -> bool:
    """Say whether the text is in there: in any disguise, also within base64, deflate and ZIP."""
    plain = data.replace(b"-", b"+").replace(b"_", b"/") + b"\n" + data
    if any(form in plain for form in disguises(text)):
        return True
    if depth == 0:
        return False
    if any(hides(inner, text, depth - 1) for inner in _unwrapped(data)):
        return True
    return any(_run_hides(run, text, depth - 1) for run in set(RUNS.findall(data)) - {data})


@cache
def _run_hides(run: bytes, text: str, depth: int) -> bool:
    """Say so of a run of base64; the same ids stand in a thousand places."""
    return any(hides(inner, text, depth) for inner in _tried(_decoded, run))


def _unwrapped(data: bytes) -> Iterator[bytes]:
    """Yield what is packed in there: the whole of it, and the members of a ZIP."""
    if b"PK" in data and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    for decode in (zlib.decompress, _decoded):
        yield from _tried(decode, data)


def _decoded(data: bytes) -> bytes:
    return base64.b64decode(data.rstrip(b"=") + b"===", altchars=b"-_")


def _tried(decode: object, data: bytes) -> Iterator[bytes]:
    assert callable(decode)
    try:
        inner = decode(data)
    except (ValueError, zlib.error):
        return
    if inner and inner != data:
        yield inner
