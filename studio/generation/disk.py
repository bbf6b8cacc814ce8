"""Room on the disk for what is paid for: below the reserve nothing new is sent (OPS-03, G13)."""

import shutil

from django.conf import settings


def free() -> int:
    """Return the bytes that the folder of originals may still take."""
    folder = next(path for path in (settings.ORIGINALS, *settings.ORIGINALS.parents) if path.exists())
    return shutil.disk_usage(folder).free


def is_short() -> bool:
    """Tell whether the disk has less room than the reserve."""
    return free() < settings.DISK_RESERVE
