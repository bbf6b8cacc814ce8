"""Remove files that no image has: of workers that died while they fetched or put away a picture.

Touches the folders of originals and renditions; reads the images' rows.
"""

import logging
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path

from django.conf import settings

from studio.generation import originals, trash
from studio.generation.models import Image
from studio.generation.originals import INCOMING

log = logging.getLogger(__name__)

OLD = timedelta(hours=1)  # long after a picture's row was to follow its files
ORIGINALS_OLD = timedelta(days=30)  # they were paid for, and an older database may have been put back
AT_ONCE = 500
TOKEN_CHARACTERS = 32


def clear(now: datetime) -> int:
    """Remove what is old and belongs to no image; return how much that was."""
    before = (now - OLD).timestamp()
    lost = [
        *_incoming(before),
        *_originals((now - ORIGINALS_OLD).timestamp()),
        *_renditions(before),
        *_thrown_away(before),
    ]
    for path in lost:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if lost:
        log.warning("removed %d files and folders that belong to no image", len(lost))
    return len(lost)


def _incoming(before: float) -> Iterator[Path]:
    return _old(settings.ORIGINALS, f"{INCOMING}*", before)


def _originals(before: float) -> Iterator[Path]:
    if not originals.on_disk():
        return  # another storage has its own rules for what nobody asks for
    for paths in batched(_old(settings.ORIGINALS, "[0-9a-f][0-9a-f]/*", before), AT_ONCE):
        names = {f"{path.parent.name}/{path.name}": path for path in paths}
        known = Image.objects.filter(original__in=names).values_list("original", flat=True)
        yield from (names[name] for name in names.keys() - set(known))


def _renditions(before: float) -> Iterator[Path]:
    for paths in batched(_old(settings.PICTURES, "?" * TOKEN_CHARACTERS, before), AT_ONCE):
        names = {path.name: path for path in paths}
        known = Image.objects.filter(token__in=names).values_list("token", flat=True)
        yield from (names[name] for name in names.keys() - set(known))


def _thrown_away(before: float) -> Iterator[Path]:
    """Yield the renditions of images that are in the trash no more, and are not in sight again either."""
    found = list(_old(settings.PICTURES, f"{trash.HIDDEN}*", before))
    if found:
        tokens = Image.objects.filter(deleted_at__isnull=False).values_list("token", flat=True)
        known = {trash.hidden(token) for token in tokens.iterator()}
        yield from (path for path in found if path.name not in known)


def _old(folder: Path, pattern: str, before: float) -> Iterator[Path]:
    """Yield what came to its place before this moment: a move or a copy keeps the older times of change."""
    for path in folder.glob(pattern):
        try:
            if path.stat().st_ctime < before:
                yield path
        except FileNotFoundError:
            continue  # a worker was done with it
