"""Where originals are kept: in the storage that STORAGES names `originals`, under names of our own.

On disk they lie below settings.ORIGINALS, readable by their owner alone, and come there by a rename:
each is whole there or not there at all (DL-06, DL-08). Any other storage of Django's may take the
place of the disk; it then has to be as careful itself.
"""

import os
import secrets
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

PIECE = 256 * 1024  # bytes
INCOMING = ".incoming-"  # how the folder of a picture that is being fetched begins


class OnDisk(FileSystemStorage):
    """Files below settings.ORIGINALS, wherever that points to now."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        """The folder as the settings name it."""
        return str(settings.ORIGINALS)

    @property
    def location(self) -> str:
        """The folder as an absolute path."""
        return os.path.abspath(settings.ORIGINALS)  # noqa: PTH100 - as Django does it: links stay links


class _Arrived(File):  # type: ignore[type-arg]
    """A file that may be moved to where it is kept, instead of being copied."""

    def temporary_file_path(self) -> str:
        return str(self.name)


@contextmanager
def arriving() -> Iterator[Path]:
    """Have a folder for a picture that is being fetched, beside where originals lie on disk."""
    settings.ORIGINALS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=INCOMING, dir=settings.ORIGINALS, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def keep(path: Path, ending: str) -> str:
    """Put a whole file away, and return the name under which it is found again. Raises OSError."""
    name = f"{secrets.token_hex(1)}/{uuid.uuid4()}.{ending}"
    with path.open("rb") as file:
        return str(_storage().save(name, _Arrived(file, name=str(path))))


def read(name: str) -> bytes:
    """Return an original's bytes. Raises OSError."""
    with _storage().open(name) as file:
        return bytes(file.read())


def pieces(name: str) -> Iterator[bytes]:
    """Open an original, and return its bytes in pieces that are read one after the other. Raises OSError."""
    file = _storage().open(name)
    return _pieces(file)


def _pieces(file: File) -> Iterator[bytes]:  # type: ignore[type-arg]
    with file:
        while piece := file.read(PIECE):
            yield bytes(piece)


def is_there(name: str) -> bool:
    """Tell whether an original can be found, without opening it."""
    try:
        return _storage().exists(name)
    except OSError:
        return False


def copy(name: str, path: Path) -> None:
    """Write an original into a new file. Raises OSError."""
    with _storage().open(name) as file, path.open("xb") as copied:
        shutil.copyfileobj(file, copied)


def discard(name: str) -> None:
    """Remove an original; one that is not there is no error."""
    with suppress(FileNotFoundError):
        _storage().delete(name)


def on_disk() -> bool:
    """Tell whether originals are files of this machine."""
    return isinstance(_storage(), OnDisk)


def _storage() -> Storage:
    return storages["originals"]
