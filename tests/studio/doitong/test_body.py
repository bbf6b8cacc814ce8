"""Caps and deadlines that hold with any transport: no socket, no waiting."""

import gzip
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from studio.doitong.body import PIECE, Garbled, Late, TooMuch, read_pieces
from studio.doitong.deadline import Deadline, cut, within

AGES = 1e9


def response(*chunks: bytes, encoding: str = "identity") -> httpx.Response:
    def stream() -> Iterator[bytes]:
        yield from chunks

    return httpx.Response(200, headers={"content-encoding": encoding}, content=stream())


def read(told: httpx.Response, cap: int = 10_000_000) -> bytes:
    return b"".join(read_pieces(told, cap=cap, deadline=Deadline(AGES)))


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_body_is_read_whole_in_small_pieces(size: int, encoding: str) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    sent = gzip.compress(body) if encoding == "gzip" else body
    pieces = list(read_pieces(response(sent, encoding=encoding), cap=size, deadline=Deadline(AGES)))
    assert b"".join(pieces) == body
    assert all(len(piece) <= PIECE for piece in pieces)


def test_prv_04_a_bomb_costs_no_memory() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 9)
    tracemalloc.start()
    try:
        with pytest.raises(TooMuch):
            read(response(bomb, encoding="gzip"), cap=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


def test_the_deadline_counts_between_pieces() -> None:
    seconds = iter(range(100))
    deadline = Deadline(3, stopwatch=lambda: next(seconds))
    pieces = read_pieces(response(*[b"x"] * 50), cap=99, deadline=deadline)
    assert [next(pieces), next(pieces)] == [b"x", b"x"]
    with pytest.raises(Late):
        next(pieces)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"x", "br"), (b"x", "gzip, gzip"), (b"x", "gzip"), (gzip.compress(b"x", mtime=0)[:-1], "gzip")],
)
def test_what_cannot_be_unpacked_is_garbled(body: bytes, encoding: str) -> None:
    with pytest.raises(Garbled):
        read(response(body, encoding=encoding))


def test_time_outs_are_cut_to_the_deadline_inside_it_only() -> None:
    now = 0.0
    deadline = Deadline(10, stopwatch=lambda: now)
    assert cut(None) is None
    with within(deadline):
        assert (cut(None), cut(3), cut(30)) == (10, 3, 10)
        now = 9.5
        assert cut(3) == 0.5
        now = 11
        assert cut(3) == 0.001
    assert cut(3) == 3
