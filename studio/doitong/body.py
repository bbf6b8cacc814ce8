"""The body of an answer, decoded piece by piece under a cap and a deadline. Touches what it reads.

httpx decodes a whole network read at once, which turns 64 KB of gzip into 64 MB (D13), so the bytes
are taken as they came and decoded here, never more than `PIECE` at a time.
"""

import zlib
from collections.abc import Iterable, Iterator

import httpx

from studio.doitong.deadline import Deadline

PIECE = 65_536
_ZLIB_OR_GZIP = 47


class BodyFault(Exception):
    """The body could not be read whole."""


class Late(BodyFault):
    """The deadline passed while it was read."""


class TooMuch(BodyFault):
    """It is larger than the cap once decoded."""


class Garbled(BodyFault):
    """Its content encoding is unknown or broken."""


def read_pieces(response: httpx.Response, *, cap: int, deadline: Deadline) -> Iterator[bytes]:
    """The decoded body in pieces of at most 64 KB, `cap` bytes in all.

    Raises `TooMuch` before the piece that would pass the cap, `Late`, `Garbled`, and what httpx raises.
    """
    left = cap
    for piece in _decoded(_raw(response), response.headers.get("content-encoding", "")):
        if deadline.over:
            raise Late
        left -= len(piece)
        if left < 0:
            raise TooMuch
        yield piece


def _raw(response: httpx.Response) -> Iterable[bytes]:
    # Not iter_raw(): a response made in memory counts as consumed there, and its stream is still good.
    if not isinstance(response.stream, httpx.SyncByteStream):
        raise TypeError("the client needs a synchronous httpx.Client")
    return response.stream


def _decoded(raw: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    match encoding.strip().lower():
        case "" | "identity":
            return _sliced(raw)
        case "gzip" | "x-gzip" | "deflate":
            return _inflated(raw)
    raise Garbled(f"unknown content encoding {encoding[:40]!r}")


def _sliced(raw: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in raw:
        for start in range(0, len(chunk), PIECE):
            yield chunk[start : start + PIECE]


def _inflated(raw: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        for chunk in raw:
            rest = chunk
            while rest and not inflater.eof:
                yield inflater.decompress(rest, PIECE)
                rest = inflater.unconsumed_tail
        yield inflater.flush(PIECE)
    except zlib.error:
        raise Garbled("broken compression") from None
    if not inflater.eof:
        raise Garbled("compressed data that ends too early")
