"""The files of a ZIP, none of it believed: names, number, sizes as they really unpack. Nothing is written."""

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from studio.prompts.faults import Fault
from studio.prompts.importing.decoding import Unreadable
from studio.prompts.listcheck import MOST_BYTES

MOST_FILES = 2_000
MOST_UNPACKED = 10_000_000  # bytes, of all files
MOST_RATIO = 200  # times its packed size, of a file above a hundred thousand bytes
SMALL = 100_000
BROKEN = (  # all that reading a ZIP of somebody else may raise
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, RuntimeError, OSError,
    ValueError,
)  # fmt: skip
ENCRYPTED = 0x1
ASIDE = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of the archive: its path, and its bytes or what is wrong with it."""

    path: str
    data: bytes = b""
    fault: Fault | None = None


def members(data: bytes, *, endings: tuple[str, ...]) -> Iterator[Member]:
    """Yield the files with these endings, and what is wrong with others. Raises Unreadable for no ZIP."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise Unreadable(Fault(sentence="This is no ZIP file, or it is damaged. Make it again.")) from None
    with archive:
        infos = [info for info in archive.infolist() if _counts(info)]
        if len(infos) > MOST_FILES:
            sentence = f"The ZIP has {len(infos):,} files; {MOST_FILES:,} are the most."
            raise Unreadable(Fault(sentence=sentence))
        left = MOST_UNPACKED
        for info in infos:
            member = _member(archive, info, endings, left)
            left -= len(member.data)
            yield member


def _counts(info: zipfile.ZipInfo) -> bool:
    """Leave out folders and what systems put beside files."""
    return not info.is_dir() and not any(part in info.filename for part in ASIDE)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, endings: tuple[str, ...], left: int) -> Member:
    path = info.filename
    sentence = _doubt(info, endings)
    if sentence:
        return Member(path=path, fault=Fault(sentence=sentence, file=path))
    try:
        with archive.open(info) as file:
            data = file.read(min(MOST_BYTES, left) + 1)
    except BROKEN:
        return Member(path=path, fault=Fault(sentence="It is damaged and cannot be unpacked.", file=path))
    if len(data) > left:
        raise Unreadable(
            Fault(sentence=f"The ZIP unpacks into more than {MOST_UNPACKED:,} bytes.", file=path)
        )
    if len(data) > MOST_BYTES:
        return Member(path=path, fault=Fault(sentence=f"It is larger than {MOST_BYTES:,} bytes.", file=path))
    if len(data) > max(SMALL, MOST_RATIO * info.compress_size):
        return Member(
            path=path, fault=Fault(sentence="It unpacks into far more than a text does.", file=path)
        )
    return Member(path=path, data=data)


def _doubt(info: zipfile.ZipInfo, endings: tuple[str, ...]) -> str:
    path = info.filename
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\")) or ".." in parts or ":" in path or "\0" in path:
        return "Its path leads out of the archive."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "It is a link, not a file."
    if info.flag_bits & ENCRYPTED:
        return "It is locked with a password."
    if not path.lower().endswith(endings):
        return f"It was left out: only {', '.join(endings)} files hold word lists."
    return ""
