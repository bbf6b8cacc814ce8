"""Pictures with texts in them, as the tools' documentation lays them out: PNG, JPEG and WebP."""

import io
import json
import struct
import zlib
from collections.abc import Mapping

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

A1111 = (
    "a castle on a cliff, (golden hour:1.2), <lora:castle:0.8>\n"
    "Negative prompt: blurry, lowres\n"
    "Steps: 20, Sampler: DPM++ 2M, CFG scale: 7, Seed: 12345, Size: 512x768, Model hash: abc123, "
    'Model: dreamshaper_8, Lora hashes: "castle: deadbeef, other: 1", Version: v1.10.1'
)
INVOKE = {
    "generation_mode": "sdxl_txt2img",
    "positive_prompt": "a castle on a cliff",
    "negative_prompt": "blurry",
    "width": 832,
    "height": 1216,
    "seed": 18446744073709551615,
    "steps": 30,
    "cfg_scale": 7.5,
    "scheduler": "euler",
    "model": {"key": "x", "name": "Juggernaut XL", "base": "sdxl"},
    "loras": [],
}
SWARM = {
    "sui_image_params": {
        "prompt": "a castle on a cliff",
        "negativeprompt": "dog",
        "model": "sd_xl_base_1.0",
        "seed": 1,
        "steps": 20,
        "cfgscale": 7.0,
        "width": 1024,
        "height": 1024,
        "swarm_version": "0.9.3.1",
    },
    "sui_extra_data": {"date": "2025-01-25"},
}


def png(texts: Mapping[str, str] | None = None, *, way: str = "tEXt") -> bytes:
    """Return a small PNG with these texts, as tEXt, zTXt or iTXt."""
    info = PngInfo()
    for name, text in (texts or {}).items():
        if way == "iTXt":
            info.add_itxt(name, text, zip=True)
        else:
            info.add_text(name, text, zip=way == "zTXt")
    return _saved("PNG", pnginfo=info)


def jpeg(comment: str = "", *, encoding: str = "utf-16-be", kind: str = "JPEG") -> bytes:
    """Return a small JPEG (or WebP) with a user comment in its EXIF, as A1111 and SwarmUI write it."""
    if not comment:
        return _saved(kind)
    head = b"UNICODE\0" if encoding.startswith("utf-16") else b"ASCII\0\0\0"
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = head + comment.encode(encoding)
    return _saved(kind, exif=exif)


def swarm() -> str:
    return json.dumps(SWARM, indent=2)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk before its pixels."""
    plain = png()
    return plain[:33] + chunk(kind, body) + plain[33:]


def _saved(kind: str, **more: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (16, 8), "teal").save(kept, kind, **more)
    return kept.getvalue()
