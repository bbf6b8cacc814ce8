"""GET /outputs/ID.jpg: the finished picture, without a key, and its faults (S41, S95)."""

from __future__ import annotations

import io
import random
import struct
import zlib
from functools import lru_cache

from PIL import Image

from studio.sandbox import jobs
from studio.sandbox.answers import Answer, Manner
from studio.sandbox.catalogue import CATALOGUE
from studio.sandbox.errors import ApiError
from studio.sandbox.faults import Setting
from studio.sandbox.jobs import Job
from studio.sandbox.mischief import HTML
from studio.sandbox.provider import Provider
from studio.sandbox.shelf import Shelf

FOLDER = "/outputs/"
FAULTS = tuple(name for name, kind in CATALOGUE.items() if kind.stage == "image")
JPEG = {"Content-Type": "image/jpeg"}
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    b"<script>alert(document.domain)</script></svg>"
)


def answer(provider: Provider, shelf: Shelf, method: str, path: str) -> Answer:
    """The picture of a completed job; raises ApiError (404, 405)."""
    if method not in ("GET", "HEAD"):
        raise ApiError(405, "A picture takes GET and HEAD only.")
    job, setting = _find(provider, path, draws=method == "GET")
    if setting is None:
        return Answer(
            status=200, body=shelf.fetch(job), headers={**JPEG, "Cache-Control": "public, max-age=3600"}
        )
    if setting.name == "image_expired":
        return _expired(provider, shelf, job, setting)
    return _spoiled(setting, shelf, job)


def _find(provider: Provider, path: str, *, draws: bool) -> tuple[Job, Setting | None]:
    name = path.removeprefix(FOLDER)
    with provider.store.transaction() as db:
        provider.settle()
        known = name.endswith(".jpg") and name.isascii()
        job = jobs.by_id(db, name.removesuffix(".jpg")) if known else None
        if job is None or job.status != "completed":
            raise ApiError(404, "There is no such picture.")
        if not draws:
            return job, None
        with provider.board.event(job.key, "image"):
            return job, provider.board.first(job.key, FAULTS)


def _expired(provider: Provider, shelf: Shelf, job: Job, setting: Setting) -> Answer:
    age = provider.clock() - (job.completed_at or 0.0)
    if age >= float(setting.value):
        return Answer(status=403, body=b"expired", headers={"Content-Type": "text/plain"})
    return Answer(status=200, body=shelf.fetch(job), headers=dict(JPEG))


def _spoiled(setting: Setting, shelf: Shelf, job: Job) -> Answer:
    name, value = setting.name, setting.value
    if name == "image_endless":
        return Answer(status=200, headers=dict(JPEG), manner="endless")
    if name == "image_redirect":
        return Answer(status=302, headers={"Location": str(value)})
    if name in ("image_404", "image_503"):
        return Answer(status=int(name[-3:]), body=b"no picture", headers={"Content-Type": "text/plain"})
    if name == "image_html":
        return Answer(status=200, body=HTML, headers={"Content-Type": "text/html; charset=utf-8"})
    if name in ("image_cut", "image_slow"):
        manner: Manner = "cut" if name == "image_cut" else "slow"
        return Answer(
            status=200, body=shelf.fetch(job), headers=dict(JPEG), manner=manner, pause=float(value or 0)
        )
    return Answer(status=200, body=_bytes(name, value, shelf, job), headers=dict(JPEG))


def _bytes(name: str, value: float | None, shelf: Shelf, job: Job) -> bytes:
    if name == "image_empty":
        return b""
    if name == "image_svg":
        return SVG
    if name == "image_not_an_image":
        return random.Random(job.number).randbytes(20_000)  # noqa: S311 - any bytes will do
    if name == "image_bomb":
        return bomb(int(value or 0))
    jpeg = shelf.fetch(job)
    if name == "image_truncated":
        return jpeg[: len(jpeg) // 2]
    if name == "image_heavy":
        return jpeg + bytes(max(0, int(value or 0) - len(jpeg)))
    return _half(jpeg)


def _half(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as picture:
        smaller = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))
    held = io.BytesIO()
    smaller.save(held, "JPEG", quality=80)
    return held.getvalue()


@lru_cache(maxsize=2)
def bomb(side: int) -> bytes:
    """A small PNG that truly unpacks to `side` x `side` pixels of one bit."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
