"""Collects the static files when they have changed, and only then.

Hashing and compressing them takes seconds; looking at names, sizes and times takes a few milliseconds.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> bool:
    """Collect the files into STATIC_ROOT if they differ from what lies there; tell whether they did."""
    stamp = settings.STATIC_ROOT / ".collected"
    now = fingerprint()
    if stamp.is_file() and stamp.read_text() == now:
        return False
    # From an empty folder: without `clear` a file of an older date is taken for unchanged.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)
    return True


def fingerprint() -> str:
    """Return a digest of every static file's path, size and time of change."""
    digest = hashlib.sha256()
    for path in sorted(_files()):
        facts = path.stat()
        digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            yield Path(storage.path(name))
